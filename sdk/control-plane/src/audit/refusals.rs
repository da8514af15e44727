//! Refused changes get a line, too.

use axum::http::Method;
use serde_json::json;

use crate::{
    app::{API, App},
    audit::{Entry, append, floods::Asker},
    auth::Caller,
    clock::stamp,
    http::{
        correlation,
        intent::Intent,
        problem::{Code, Refusal},
        proxies::network,
        verb,
    },
    kinds::KINDS,
    object::id::Id,
    region::Standing,
};

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) method: Method,
    pub(crate) path: String,
}

/// Writes a line if a change was refused, or a caller turned away.
///
/// Of the requests of a caller over the limit, one an hour gets a line, which counts those that got none since the
/// line before.
pub(crate) async fn record(app: &App, caller: Option<&Caller>, attempt: &Attempt, refusal: Option<Refusal>) {
    let Some(refusal) = refusal else { return };
    let Attempt { method, path } = attempt;
    let action = match Intent::of(method, path) {
        Intent::Change => action(method, path),
        Intent::Read if matches!(refusal.code, Code::TokenInvalid | Code::TokenExpired) => "authenticate",
        Intent::Read => return,
    };
    // Nothing was decided about the change: the server could not, or another region will.
    if matches!(refusal.code, Code::Internal | Code::ReplicaLagging | Code::RegionReadOnly) {
        return;
    }
    let mut segments =
        path.strip_prefix(API).unwrap_or(path).split('/').filter(|segment| !segment.is_empty());
    let collection = segments.next().map(|segment| segment.split(':').next().unwrap_or(segment));
    let collection = collection.unwrap_or_default();
    let kind = KINDS
        .iter()
        .map(|kind| kind.shape)
        .find(|shape| shape.collection == collection)
        .map(|shape| shape.kind);
    let mut entry =
        Entry::event(kind.unwrap_or("request"), action, &format!("refused:{}", refusal.code.name()));
    entry.workspace_id = refusal.workspace_id;
    entry.resource_id = segments.next().and_then(Id::<()>::parse).map(|id| id.to_string());
    if let Some(caller) = caller {
        entry = entry.by(&caller.user_id, &caller.email);
    }
    let address = || correlation::current().map(|origin| network(origin.ip_address).to_string());
    let flooding = (refusal.code == Code::RateLimited).then(|| match caller {
        Some(caller) => Asker::User(caller.user_id.clone()),
        None => Asker::Address(address().unwrap_or_default()),
    });
    // A flood must not cost a look at the database each.
    if flooding.as_ref().is_some_and(|who| !app.floods.is_due(who, app.settings.clock.now())) {
        return;
    }
    match app.region.standing(&app.database).await {
        Ok(Standing::Primary) => {}
        // A region that takes no changes cannot write a line either.
        Ok(Standing::ReadOnly { .. }) => {
            tracing::info!(component = "audit", action, result = entry.result, "a request was refused");
            return;
        }
        Err(error) => {
            tracing::error!(component = "audit", error = %error, "a refusal could not be recorded");
            return;
        }
    }
    if let Some(who) = flooding {
        let Some(left_out) = app.floods.note(&who, app.settings.clock.now()) else { return };
        entry.details.insert("left_out".to_owned(), json!(left_out));
    }
    if let Err(error) = write(app, entry).await {
        // The refusal stands either way; what is lost is the line about it.
        tracing::error!(component = "audit", error = %error, "a refusal could not be recorded");
    }
}

/// What a request to change something asks for: its verb if it has one, or what its method stands for.
fn action<'a>(method: &Method, path: &'a str) -> &'a str {
    match *method {
        Method::DELETE => "delete",
        Method::POST => verb::of(path).unwrap_or("create"),
        _ => "update",
    }
}

/// Writes a line that belongs to no other transaction.
pub(crate) async fn write(app: &App, entry: Entry) -> Result<(), sqlx::Error> {
    let now = stamp(app.settings.clock.now());
    let mut transaction = app.database.write().await?;
    append(&mut transaction, entry, &now).await?;
    transaction.commit().await
}
