//! The jobs that look at promotions.

use serde_json::Value;

use crate::{
    app::App,
    http::problem::Problem,
    object::standing::Standing,
    promotion::process::{
        Promotion, ask,
        machine::{Phase, Status},
        moves::{Left, Turn},
        putting_back, store, verify, waiting, waves,
    },
    work::{Job, Outcome},
};

/// The kind of the jobs that look at promotions.
pub(crate) const JOB: &str = "promotion";

/// Looks at a promotion until there is nothing more to do for now. A look that is not the newest does nothing.
pub(crate) async fn work(app: App, job: Job) -> Result<Outcome, Problem> {
    let number = job.payload.get("look").and_then(Value::as_i64).unwrap_or_default();
    let which = (job.text("promotion_id"), number);
    loop {
        match look(&app, which).await? {
            Left::Nothing => return Ok(Outcome::Done),
            Left::More => {}
            Left::Ask(inquiries) => {
                let answers = ask::ask(&app, &inquiries).await;
                ask::take(&app, which, answers).await?;
            }
        }
    }
}

async fn look(app: &App, which: (&str, i64)) -> Result<Left, Problem> {
    let (id, number) = which;
    let time = app.settings.clock.now();
    let mut transaction = app.database.write().await?;
    if !store::is_due(&mut transaction, id, number).await? {
        return Ok(Left::Nothing);
    }
    let Some(promotion) = Standing::<Promotion>::find(&mut transaction, id).await? else {
        return Ok(Left::Nothing);
    };
    let status = promotion.object.status;
    let mut turn = Turn { connection: &mut transaction, promotion, time };
    let left = match (status.phase(), status) {
        (Phase::Final, _) => Left::Nothing,
        (Phase::Waiting, _) => waiting::look(&mut turn).await?,
        (Phase::UnderWay, Status::Paused) => waves::look_at_pause(&mut turn).await?,
        (Phase::UnderWay, Status::Verifying) => verify::look(&mut turn).await?,
        (Phase::UnderWay, Status::RollingBack) => putting_back::look(&mut turn).await?,
        (Phase::UnderWay, _) => waves::look(&mut turn).await?,
    };
    transaction.commit().await?;
    Ok(left)
}
