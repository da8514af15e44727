//! The route that holds reads back: `/_replica`.

use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    app::App,
    document::{Document, Fields, fields::Errors},
    http::{answer::Answer, problem::Problem},
    reads::{
        HeldBack,
        held::{Lag, Primary},
    },
};

/// What the method asks of the replica. `body` is what a `PUT` sent.
pub(crate) async fn serve(
    app: &App,
    held_back: &HeldBack,
    method: &Method,
    body: Document,
) -> Result<Answer, Problem> {
    let now = app.settings.clock.now();
    match *method {
        Method::GET => {}
        Method::PUT => held_back.hold(&app.database, now, read(body)?).await?,
        _ => {
            return Err(Problem::malformed("This path does not answer to this method.")
                .with_status(StatusCode::METHOD_NOT_ALLOWED));
        }
    }
    let shown = held_back.show(&app.database, now).await?;
    let (revisions, milliseconds) = match shown.lag {
        Lag::Nothing => (Value::Null, Value::Null),
        Lag::Revisions(count) => (json!(count), Value::Null),
        Lag::Time(time) => (Value::Null, json!(i64::try_from(time.as_millis()).unwrap_or(i64::MAX))),
    };
    let body = json!({
        "lag_revisions": revisions,
        "lag_ms": milliseconds,
        "primary": shown.primary,
        "revision": shown.revision,
        "primary_revision": shown.primary_revision,
    });
    Ok(Answer::json(body.to_string()))
}

fn read(body: Document) -> Result<(Lag, Primary), Problem> {
    let mut errors = Errors::default();
    let wish = Fields::read(body, "", &mut errors, |fields| {
        let revisions = fields.integer("lag_revisions", 0..=1_000_000);
        let milliseconds = fields.integer("lag_ms", 0..=86_400_000);
        let lag = match (revisions, milliseconds) {
            (Some(_), Some(_)) => {
                fields.error("lag_ms", "conflict", "Send either lag_revisions or lag_ms.");
                Lag::Nothing
            }
            (Some(count), None) if count > 0 => Lag::Revisions(count),
            (None, Some(time)) if time > 0 => Lag::Time(SignedDuration::from_millis(time)),
            (Some(_) | None, None) | (None, Some(_)) => Lag::Nothing,
        };
        (lag, fields.choice_or("primary", Primary::Reachable))
    });
    errors.into_result()?;
    Ok(wish)
}
