//! `POST /promotions/{id}:cancel`, `:pause` and `:resume`.

use crate::{
    http::{answer::Answer, problem::Problem},
    object::Call,
    promotion::process::{
        change::Changing,
        machine::{Event, Phase, Status},
        model::{Cause, Failure},
        moves::Turn,
        waves,
    },
};

/// Ends a promotion that waits at once. One that deploys ends after the wave it is at, and puts back what was there.
pub(super) async fn cancel(call: Call, id: &str) -> Result<Answer, Problem> {
    let mut changing = Changing::begin(call, id, "promotion:cancel").await?;
    let object = &mut changing.promotion.object;
    match object.status {
        Status::Cancelled => Ok(changing.leave()),
        Status::Planned | Status::AwaitingGates | Status::Queued => {
            object.failure = Some(Failure::new(Cause::Cancelled, "The promotion was cancelled."));
            object.move_by(Event::Cancel);
            changing.finish("cancelled").await
        }
        Status::Validating | Status::Deploying | Status::Paused => {
            object.cancel_requested = true;
            changing.finish("cancelling").await
        }
        Status::Verifying
        | Status::Succeeded
        | Status::Rejected
        | Status::Expired
        | Status::Superseded
        | Status::RollingBack
        | Status::RolledBack
        | Status::RollbackFailed => Err(changing.refuse_state(&[
            Status::Planned,
            Status::AwaitingGates,
            Status::Queued,
            Status::Validating,
            Status::Deploying,
            Status::Paused,
        ])),
    }
}

/// Has a promotion pause after the wave it is at. Without a wave to come there is no pause.
pub(super) async fn pause(call: Call, id: &str) -> Result<Answer, Problem> {
    let mut changing = Changing::begin(call, id, "promotion:pause").await?;
    let object = &mut changing.promotion.object;
    match object.status {
        Status::Paused => {
            object.resumes_at = None;
            changing.finish("pausing").await
        }
        Status::Validating | Status::Deploying => {
            object.pause_requested = true;
            changing.finish("pausing").await
        }
        Status::Planned
        | Status::AwaitingGates
        | Status::Queued
        | Status::Verifying
        | Status::Succeeded
        | Status::Rejected
        | Status::Expired
        | Status::Superseded
        | Status::Cancelled
        | Status::RollingBack
        | Status::RolledBack
        | Status::RollbackFailed => {
            Err(changing.refuse_state(&[Status::Validating, Status::Deploying, Status::Paused]))
        }
    }
}

/// Lets a promotion go on with its next wave, unless that is frozen.
pub(super) async fn resume(call: Call, id: &str) -> Result<Answer, Problem> {
    let mut changing = Changing::begin(call, id, "promotion:resume").await?;
    let object = &mut changing.promotion.object;
    if object.pause_requested && object.status.phase() == Phase::UnderWay {
        object.pause_requested = false;
        return changing.finish("resuming").await;
    }
    if object.status != Status::Paused || object.cancel_requested {
        return Err(changing.refuse_state(&[Status::Paused]));
    }
    let Changing { mut transaction, caller, row, promotion, time } = changing;
    let mut turn = Turn { connection: &mut transaction, promotion, time };
    if let Some(frozen) = waves::frozen(&mut turn).await? {
        return Err(frozen.problem().in_workspace(&row.workspace_id));
    }
    let now = turn.now();
    turn.promotion.object.resumes_at = Some(now);
    let promotion = turn.promotion;
    Changing { transaction, caller, row, promotion, time }.finish("resuming").await
}
