//! Watching a deployment that has succeeded, for as long as its targets ask for: what goes bad now is rolled back, too.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::{
    app::App,
    clock::stamp,
    database::Connection,
    delivery::{
        adapter::{self, Performed, Verdict},
        deployment::{
            failure::fail,
            machine::{Event, Status},
            model::{Cause, Deployment, Failure},
            step::{Step, StepKind, StepStatus},
            store,
            target::Target,
            turn::{end, record, task},
        },
        deployment_target::{HealthCheck, RollbackCause},
        environment::Environment,
        health::Health,
    },
    http::problem::Problem,
    object::{
        id::Id,
        standing::{Standing, read_document},
    },
    variables::given,
    work::{Job, Outcome, enqueue},
};

/// The kind of the jobs that watch deployments.
pub(crate) const JOB: &str = "deployment_observation";

/// Whether somebody wants a deployment watched once it has succeeded.
pub(super) fn is_watched(deployment: &Deployment) -> bool {
    pause(deployment).is_some()
}

/// Has a deployment that has just succeeded watched, if one of its targets asks for it; has to run in a turn.
pub(super) async fn watch(
    connection: &mut Connection,
    deployment: &Standing<Deployment>,
    now: Timestamp,
) -> Result<(), Problem> {
    let Some(pause) = pause(&deployment.object) else { return Ok(()) };
    Ok(enqueue(connection, JOB, &json!({"deployment_id": deployment.id}), now + pause).await?)
}

/// Looks once at everything that is watched.
pub(crate) async fn work(app: App, job: Job) -> Result<Outcome, Problem> {
    let id = job.text("deployment_id");
    let mut connection = app.database.reader().acquire().await?;
    let deployment = observed(&mut connection, id).await?;
    drop(connection);
    let Some(deployment) = deployment else { return stop(&app, id).await };
    let now = app.settings.clock.now();
    let watched: Vec<usize> = watched(&deployment.object, now);
    let Some(pause) = pause(&deployment.object).filter(|_| !watched.is_empty()) else {
        return stop(&app, id).await;
    };
    let mut found = Vec::new();
    for index in watched {
        if let Some(task) = task(&deployment, index) {
            found.push((index, adapter::perform(&app, &task).await));
        }
    }
    note(&app, id, &found).await?;
    Ok(Outcome::Again { at: app.settings.clock.now() + pause })
}

/// Watches no more: nothing runs any more that is given the deployment's variables and secrets.
async fn stop(app: &App, id: &str) -> Result<Outcome, Problem> {
    let mut transaction = app.database.work().await?;
    given::forget(&mut transaction, id).await?;
    transaction.commit().await?;
    Ok(Outcome::Done)
}

/// The deployment, as long as it is what its environment runs.
async fn observed(connection: &mut Connection, id: &str) -> Result<Option<Standing<Deployment>>, Problem> {
    let Some(deployment) = store::load(connection, id).await? else { return Ok(None) };
    let environment_id = deployment.object.environment_id.to_string();
    let environment: Option<Environment> = read_document(connection, "environments", &environment_id).await?;
    let current = environment.and_then(|environment| environment.current_deployment);
    let is_there = match current {
        None => false,
        Some(current) => {
            current.id.to_string() == id || is_of_same_promotion(connection, &deployment, current.id).await?
        }
    };
    let is_good = deployment.object.status == Status::Success && deployment.object.rolled_back_by.is_none();
    Ok((is_there && is_good).then_some(deployment))
}

/// Whether two deployments are waves of one promotion: the later one leaves what the earlier one has brought.
async fn is_of_same_promotion(
    connection: &mut Connection,
    deployment: &Standing<Deployment>,
    current: Id<Deployment>,
) -> Result<bool, Problem> {
    let Some(promotion_id) = deployment.object.promotion_id else { return Ok(false) };
    let current = store::load(connection, &current.to_string()).await?;
    Ok(current.is_some_and(|current| current.object.promotion_id == Some(promotion_id)))
}

/// When watching a deployment ends; `None` if nobody wants it watched.
pub(super) fn observation_end(deployment: &Deployment) -> Option<Timestamp> {
    pause(deployment)?;
    let since: Timestamp = deployment.completed_at.as_ref()?.parse().ok()?;
    let seconds = deployment.targets.iter().filter(|target| asks_for_it(target));
    let longest = seconds.map(|target| target.rollback.observe_seconds).max()?;
    Some(since + SignedDuration::from_secs(longest))
}

/// Takes down what was found, and ends the deployment as failed once a check has failed often enough.
async fn note(app: &App, id: &str, found: &[(usize, Performed)]) -> Result<(), Problem> {
    let now = stamp(app.settings.clock.now());
    let mut transaction = app.database.write().await?;
    let Some(mut deployment) = observed(&mut transaction, id).await? else { return Ok(()) };
    let mut changes = false;
    for (index, performed) in found {
        let check = check_of(&deployment.object, *index).cloned();
        let (Some(step), Some(check)) = (deployment.object.steps.get_mut(*index), check) else { continue };
        let before = step.failures;
        step.failures = if performed.verdict == Verdict::Good { 0 } else { before + 1 };
        if step.failures == before {
            continue;
        }
        changes = true;
        step.detail = Some(performed.detail.clone());
        step.health = Some(if step.failures == 0 { Health::Passing } else { Health::Warning });
        if step.failures >= check.unhealthy_threshold {
            step.health = Some(Health::Critical);
            step.status = StepStatus::Failed;
            let failure = Failure { cause: Cause::HealthCheck, detail: performed.detail.clone() };
            deployment.object.weigh();
            fail(&mut transaction, &mut deployment, (Event::Regress, failure), &now).await?;
            end(&mut transaction, &mut deployment, &now).await?;
            return Ok(transaction.commit().await?);
        }
    }
    if changes {
        deployment.object.weigh();
        record(&mut transaction, &mut deployment, &now).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// The steps that look at targets whose time is not over.
fn watched(deployment: &Deployment, now: Timestamp) -> Vec<usize> {
    let since = deployment.completed_at.as_ref().and_then(|at| at.parse::<Timestamp>().ok());
    let Some(since) = since else { return Vec::new() };
    let is_watched = |step: &Step| {
        let target = deployment.target_of(step).filter(|target| asks_for_it(target));
        step.kind == StepKind::HealthCheck
            && target.is_some_and(|target| {
                now < since + SignedDuration::from_secs(target.rollback.observe_seconds)
                    && step.index < target.health_checks.len()
            })
    };
    deployment.steps.iter().enumerate().filter(|(_, step)| is_watched(step)).map(|(index, _)| index).collect()
}

/// Whether a target wants to be rolled back if its health goes bad later. A rollback is not watched: nothing follows from it.
fn asks_for_it(target: &Target) -> bool {
    let rollback = &target.rollback;
    rollback.auto && rollback.on.contains(&RollbackCause::HealthCheck) && rollback.observe_seconds > 0
}

/// How long to wait between two looks; `None` if nobody wants any.
fn pause(deployment: &Deployment) -> Option<SignedDuration> {
    if deployment.rollback_of.is_some() {
        return None;
    }
    let checks = deployment
        .targets
        .iter()
        .filter(|target| asks_for_it(target))
        .flat_map(|target| &target.health_checks);
    checks.map(|check| check.interval_seconds).min().map(SignedDuration::from_secs)
}

fn check_of(deployment: &Deployment, index: usize) -> Option<&HealthCheck> {
    let step = deployment.steps.get(index)?;
    deployment.target_of(step)?.health_checks.get(step.index)
}
