//! What follows from a deployment that fails: the environment is not well, and what was there before may be put back.

use crate::{
    audit::Actor,
    database::Connection,
    delivery::{
        deployment::{
            machine::{Event, Status},
            model::{Deployment, Failure},
            rollback::{Undoing, goal, undo},
            step::StepStatus,
            store,
            turn::record,
        },
        deployment_target::RollbackTo,
        environment::Environment,
        health::Health,
        release_block::{self, Bad},
    },
    document::choice::word_of,
    http::problem::Problem,
    object::standing::{Revision, Standing},
    operation::{self, Outcome, Progress},
};

/// Ends a deployment as failed, with a rollback under way if its target asks for one. It is written by whoever asks.
pub(super) async fn fail(
    connection: &mut Connection,
    deployment: &mut Standing<Deployment>,
    what: (Event, Failure),
    now: &str,
) -> Result<(), Problem> {
    let (event, failure) = what;
    let to = automatic(&deployment.object, &failure);
    deployment.object.skip_rest(now);
    deployment.object.move_by(event);
    deployment.object.failure = Some(failure);
    if !deployment.object.has_touched() {
        return Ok(());
    }
    let environment_id = deployment.object.environment_id.to_string();
    if let Some(mut environment) = Standing::<Environment>::find(connection, &environment_id).await?
        && environment.object.health != Health::Critical
    {
        environment.object.health = Health::Critical;
        let actor = Actor::server();
        environment.write(connection, &Revision { actor: &actor, happened: "degraded", now }).await?;
    }
    let Some(to) = to else { return Ok(()) };
    match goal(connection, deployment, to).await? {
        Ok(goal) => {
            let reason = "A deployment failed, and its deployment target asks for a rollback.";
            let undoing = Undoing { goal, actor: None, reason: Some(reason.to_owned()) };
            undo(connection, deployment, undoing, now).await?;
            block(connection, deployment, now).await
        }
        Err(obstacle) => {
            if let Some(failure) = &mut deployment.object.failure {
                failure.detail.push_str(" There is no rollback: ");
                failure.detail.push_str(obstacle.words());
            }
            Ok(())
        }
    }
}

/// What the target that failed wants put back; `None` if nothing by itself. A rollback that fails is left to people.
fn automatic(deployment: &Deployment, failure: &Failure) -> Option<RollbackTo> {
    if deployment.rollback_of.is_some() {
        return None;
    }
    let failed = deployment.steps.iter().find(|step| step.status == StepStatus::Failed)?;
    let rollback = &deployment.target_of(failed)?.rollback;
    let asked_for = rollback.on.contains(&failure.cause.rollback_cause()?);
    (rollback.auto && asked_for).then_some(rollback.to)
}

/// Keeps the release from coming back before somebody has dealt with it.
async fn block(
    connection: &mut Connection,
    deployment: &Standing<Deployment>,
    now: &str,
) -> Result<(), Problem> {
    let Some(release_id) = deployment.object.release_id.map(|id| id.to_string()) else { return Ok(()) };
    let failure = deployment.object.failure.as_ref();
    let cause = failure.map(|failure| word_of(failure.cause)).unwrap_or_default();
    let bad = Bad {
        workspace_id: &deployment.workspace_id,
        release_id: &release_id,
        environment_id: &deployment.object.environment_id.to_string(),
        reason: &format!("The deployment {} was rolled back: {cause}.", deployment.id),
    };
    release_block::block(connection, &bad, now).await
}

/// Tells the deployment that was to be undone what has become of that.
pub(super) async fn close_undone(
    connection: &mut Connection,
    rollback: &Deployment,
    now: &str,
) -> Result<(), Problem> {
    let Some(id) = rollback.rollback_of.map(|id| id.to_string()) else { return Ok(()) };
    let Some(mut undone) = store::load(connection, &id).await? else { return Ok(()) };
    match rollback.status {
        Status::Success => {
            undone.object.move_by(Event::Undo);
            record(connection, &mut undone, now).await?;
        }
        Status::Failed | Status::Canceled => {
            // It stays as it was, and whoever waits for it learns that nothing more comes.
            undone.object.rolled_back_by = None;
            record(connection, &mut undone, now).await?;
            if let Some(operation_id) = undone.object.operation_id {
                let reason = Some("The rollback did not succeed.");
                let progress =
                    Progress { outcome: Outcome::Failed, stage: word_of(undone.object.status), reason };
                operation::report(connection, &operation_id.to_string(), &progress, now).await?;
            }
        }
        Status::Pending
        | Status::Validating
        | Status::Deploying
        | Status::HealthCheck
        | Status::RolledBack => {}
    }
    Ok(())
}
