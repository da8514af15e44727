//! The job that removes what is not kept any longer.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::{
    app::App,
    audit::{self, Actor, Entry},
    clock::stamp,
    http::problem::Problem,
    retention::store::{self, Kept},
    work::{Job, Outcome},
};

/// The kind of the job. There is one.
pub(crate) const JOB: &str = "retention";
/// How often it looks.
pub(crate) const EVERY: SignedDuration = SignedDuration::from_hours(1);
/// Hours of a day that something is kept.
const DAY: i64 = 24;

pub(crate) async fn work(app: App, _job: Job) -> Result<Outcome, Problem> {
    let now = app.settings.clock.now();
    let mut after = String::new();
    while let Some((workspace_id, kept)) = store::next_workspace(&app.database, &after).await? {
        let before = |days: i64| {
            stamp(now.saturating_sub(SignedDuration::from_hours(days * DAY)).unwrap_or(Timestamp::MIN))
        };
        let Kept { builds_days, logs_days } = kept;
        while store::remove_logs(&app.database, &workspace_id, &before(logs_days)).await? > 0 {}
        while remove_builds(&app, &workspace_id, &before(builds_days)).await? > 0 {}
        after = workspace_id;
    }
    Ok(Outcome::Again { at: app.settings.clock.now() + EVERY })
}

/// Removes some builds that ended before a time, in a turn of their own so that nobody waits for all of them. Which ones may go is
/// found out before, for nobody has to wait for that. Answers with how many there were.
async fn remove_builds(app: &App, workspace_id: &str, before: &str) -> Result<usize, Problem> {
    let candidates = store::due_builds(&app.database, workspace_id, before).await?;
    if candidates.is_empty() {
        return Ok(0);
    }
    let mut transaction = app.database.write().await?;
    let removed = store::remove_builds(&mut transaction, (workspace_id, before), &candidates).await?;
    if removed.is_empty() {
        return Ok(0);
    }
    let mut entry = Entry::event("build", "expire", "success").by_actor(&Actor::server());
    entry.workspace_id = Some(workspace_id.to_owned());
    entry.details.insert("ended_before".to_owned(), json!(before));
    entry.details.insert("ids".to_owned(), json!(removed));
    audit::append(&mut transaction, entry, &stamp(app.settings.clock.now())).await?;
    transaction.commit().await?;
    Ok(removed.len())
}
