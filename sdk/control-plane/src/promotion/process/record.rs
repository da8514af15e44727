//! Writing what has become of a promotion, and telling whoever waits for it.

use crate::{
    audit::Actor,
    database::Connection,
    document::choice::word_of,
    http::problem::Problem,
    object::standing::{Revision, Standing},
    operation::{self, Outcome, Progress},
    promotion::{
        pin,
        process::{
            Promotion,
            machine::{Phase, Status},
            store,
        },
    },
};

/// Writes a promotion with its audit line and its event; has to run in a turn.
pub(super) async fn record(
    connection: &mut Connection,
    promotion: &mut Standing<Promotion>,
    actor: &Actor,
    now: &str,
) -> Result<i64, Problem> {
    let moved = !promotion.was("status", word_of(promotion.object.status));
    let happened = if moved { word_of(promotion.object.status) } else { "progressed" };
    record_as(connection, promotion, &Revision { actor, happened, now }).await
}

/// Writes a promotion to which something of that name has happened.
pub(super) async fn record_as(
    connection: &mut Connection,
    promotion: &mut Standing<Promotion>,
    revision: &Revision<'_>,
) -> Result<i64, Problem> {
    let now = revision.now;
    let status = promotion.object.status;
    let moved = !promotion.was("status", word_of(status));
    let is_over = status.phase() == Phase::Final;
    if is_over && promotion.object.completed_at.is_none() {
        promotion.object.completed_at = Some(now.to_owned());
    }
    let number = promotion.write(connection, revision).await?;
    if !moved {
        return Ok(number);
    }
    if let Some(operation_id) = promotion.object.operation_id {
        let reason = promotion.object.failure.as_ref().map(|failure| failure.detail.as_str());
        let progress = Progress { outcome: outcome(status), stage: word_of(status), reason };
        operation::report(connection, &operation_id.to_string(), &progress, now).await?;
    }
    pin::follow(connection, promotion, now).await?;
    if is_over {
        // Whoever waits for the environment may go on.
        let environment_id = promotion.object.environment_id.to_string();
        for id in store::waiting(connection, &environment_id, &promotion.id).await? {
            store::call(connection, &id, now).await?;
        }
    }
    Ok(number)
}

fn outcome(status: Status) -> Outcome {
    match status {
        Status::Planned
        | Status::AwaitingGates
        | Status::Queued
        | Status::Validating
        | Status::Deploying
        | Status::Paused
        | Status::Verifying
        | Status::RollingBack => Outcome::Running,
        Status::Succeeded => Outcome::Succeeded,
        Status::Rejected | Status::Expired | Status::RolledBack | Status::RollbackFailed => Outcome::Failed,
        Status::Superseded | Status::Cancelled => Outcome::Canceled,
    }
}
