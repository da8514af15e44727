//! The transactions of a deployment: each finds it as it is, moves it once, and writes it with its audit line and event.

use crate::{
    app::App,
    clock::stamp,
    database::Connection,
    delivery::{
        adapter::{Performed, Task, Verdict},
        deployment::{
            admission::lock_reason,
            dispatch::call_dispatcher,
            failure::{close_undone, fail},
            machine::{Event, Status},
            model::{Deployment, LOG},
            observation::{is_watched, watch},
            progress::Settled,
            step::{StepKind, StepStatus},
            store,
        },
        environment::{CurrentDeployment, Environment},
        log::Line,
        release_block,
    },
    document::choice::word_of,
    http::problem::Problem,
    object::{
        id::Id,
        standing::{Revision, Standing, read_document},
    },
    operation::{self, Outcome, Progress},
    promotion::process,
    variables::given,
};

/// What a turn leaves to be done.
#[derive(Debug)]
pub(super) enum Left {
    /// Nothing: the deployment has ended.
    Nothing,
    /// Something outside of the database.
    Task(Box<Task>),
    /// Whatever is next, at once.
    More,
    /// Whatever is next, in so many seconds.
    Later(i64),
}

/// Marks the first step that is not done, and answers with what has to be done for it.
pub(super) async fn begin(app: &App, id: &str) -> Result<Left, Problem> {
    let time = app.settings.clock.now();
    let now = stamp(time);
    let mut transaction = app.database.write().await?;
    let Some(mut deployment) = store::load(&mut transaction, id).await? else { return Ok(Left::Nothing) };
    if !deployment.object.status.is_active() {
        return Ok(Left::Nothing);
    }
    if deployment.object.cancel_requested {
        deployment.object.skip_rest(&now);
        deployment.object.move_by(Event::Cancel);
        end(&mut transaction, &mut deployment, &now).await?;
        transaction.commit().await?;
        return Ok(Left::Nothing);
    }
    let Some(index) = deployment.object.open_step() else {
        succeed(&mut transaction, &mut deployment, &now).await?;
        watch(&mut transaction, &deployment, time).await?;
        transaction.commit().await?;
        return Ok(Left::Nothing);
    };
    if deployment.object.begin(index, &now) {
        record(&mut transaction, &mut deployment, &now).await?;
    }
    if deployment.object.steps[index].kind != StepKind::Preconditions {
        transaction.commit().await?;
        return Ok(task(&deployment, index).map_or(Left::Nothing, |task| Left::Task(Box::new(task))));
    }
    let lock = |environment: &Environment| lock_reason(environment, time).map(str::to_owned);
    let mut performed = preconditions(&mut transaction, &deployment.object, lock).await?;
    if performed.verdict == Verdict::Good {
        performed = take_configuration(&mut transaction, app, &deployment).await?.unwrap_or(performed);
    }
    let left = settle(&mut transaction, &mut deployment, (index, &performed), &now).await?;
    transaction.commit().await?;
    Ok(left)
}

/// Settles what the scripts of a deployment are given; answers with what is in the way, if something is.
async fn take_configuration(
    connection: &mut Connection,
    app: &App,
    deployment: &Standing<Deployment>,
) -> Result<Option<Performed>, Problem> {
    let environment_id = deployment.object.environment_id;
    let place = (deployment.workspace_id.as_str(), deployment.id.as_str());
    let closed = given::settle(connection, &app.vault, place, environment_id).await?;
    Ok(closed.map(|name| Performed::bad(format!("The secret {name} does not open."))))
}

/// Takes down what was found for a task, unless somebody else has done so.
pub(super) async fn finish(app: &App, task: &Task, performed: &Performed) -> Result<Left, Problem> {
    let now = stamp(app.settings.clock.now());
    let mut transaction = app.database.write().await?;
    let Some(mut deployment) = store::load(&mut transaction, &task.deployment_id).await? else {
        return Ok(Left::Nothing);
    };
    let current = deployment.object.steps.get(task.number);
    let is_mine =
        current.is_some_and(|step| step.status == StepStatus::Running && step.attempts + 1 == task.attempt);
    if !deployment.object.status.is_active() || !is_mine {
        return Ok(Left::More);
    }
    let source = format!("{}/{}", task.target.name, word_of(task.step.kind));
    let mut lines: Vec<Line> = performed.lines.iter().map(|line| Line::new(&source, line)).collect();
    lines.push(Line::new(&source, &performed.detail));
    LOG.append(&mut transaction, &task.deployment_id, &lines, &now).await?;
    let left = settle(&mut transaction, &mut deployment, (task.number, performed), &now).await?;
    transaction.commit().await?;
    Ok(left)
}

async fn settle(
    connection: &mut Connection,
    deployment: &mut Standing<Deployment>,
    found: (usize, &Performed),
    now: &str,
) -> Result<Left, Problem> {
    let (index, performed) = found;
    match deployment.object.settle(index, performed, now) {
        Settled::Goes => {
            record(connection, deployment, now).await?;
            Ok(Left::More)
        }
        Settled::Waits(seconds) => {
            record(connection, deployment, now).await?;
            Ok(Left::Later(seconds))
        }
        Settled::Fails(failure) => {
            fail(connection, deployment, (Event::Fail, failure), now).await?;
            end(connection, deployment, now).await?;
            Ok(Left::Nothing)
        }
    }
}

/// What has to be done for a step; `None` if its target is gone, which targets of a deployment never are.
pub(super) fn task(deployment: &Standing<Deployment>, index: usize) -> Option<Task> {
    let (object, step) = (&deployment.object, &deployment.object.steps[index]);
    Some(Task {
        workspace_id: deployment.workspace_id.clone(),
        deployment_id: deployment.id.clone(),
        environment_id: object.environment_id.to_string(),
        release_id: object.release_id.map(|id| id.to_string()),
        subject: object.subject.clone()?,
        target: object.target_of(step)?.clone(),
        step: step.clone(),
        number: index,
        attempt: step.attempts + 1,
    })
}

/// Looks whether what was true when the deployment was asked for still is. What undoes another is not held up.
async fn preconditions(
    connection: &mut Connection,
    deployment: &Deployment,
    lock: impl Fn(&Environment) -> Option<String>,
) -> Result<Performed, Problem> {
    let found = |verdict, detail: String| Performed { verdict, detail, lines: Vec::new() };
    let environment_id = deployment.environment_id.to_string();
    let environment: Option<Environment> = read_document(connection, "environments", &environment_id).await?;
    if deployment.rollback_of.is_some() {
        return Ok(found(Verdict::Good, "A rollback is not held up.".to_owned()));
    }
    if let Some(reason) = environment.as_ref().and_then(lock) {
        return Ok(found(Verdict::Bad, format!("The environment is locked: {reason}")));
    }
    if let Some(release_id) = deployment.release_id
        && let Some(reason) =
            release_block::reason(connection, &release_id.to_string(), &environment_id).await?
    {
        return Ok(found(Verdict::Bad, format!("The release is blocked: {reason}")));
    }
    Ok(found(Verdict::Good, "The environment is open, and the release is not blocked.".to_owned()))
}

async fn succeed(
    connection: &mut Connection,
    deployment: &mut Standing<Deployment>,
    now: &str,
) -> Result<(), Problem> {
    deployment.object.move_by(Event::Verified);
    deployment.object.completed_at = Some(now.to_owned());
    let environment_id = deployment.object.environment_id.to_string();
    if let Some(mut environment) = Standing::<Environment>::find(connection, &environment_id).await?
        && let Some(subject) = &deployment.object.subject
    {
        environment.object.current_release = deployment.object.release_id;
        environment.object.current_deployment = Id::parse(&deployment.id).map(|id| CurrentDeployment {
            id,
            version: subject.version.clone(),
            digest: subject.digest.clone(),
            deployed_at: now.to_owned(),
        });
        environment.object.health = deployment.object.health;
        let actor = deployment.object.actor();
        environment.write(connection, &Revision { actor: &actor, happened: "released", now }).await?;
    }
    end(connection, deployment, now).await?;
    Ok(())
}

/// Writes a deployment that has ended, and lets others go.
pub(super) async fn end(
    connection: &mut Connection,
    deployment: &mut Standing<Deployment>,
    now: &str,
) -> Result<i64, Problem> {
    let revision = record(connection, deployment, now).await?;
    if deployment.object.status != Status::Success || !is_watched(&deployment.object) {
        given::forget(connection, &deployment.id).await?;
    }
    close_undone(connection, &deployment.object, now).await?;
    call_dispatcher(connection, &deployment.object.environment_id.to_string(), now).await?;
    Ok(revision)
}

/// Writes what has become of a deployment, and tells whoever waits for it.
pub(super) async fn record(
    connection: &mut Connection,
    deployment: &mut Standing<Deployment>,
    now: &str,
) -> Result<i64, Problem> {
    let object = &deployment.object;
    let (status, actor) = (object.status, object.actor());
    let is_being_undone = status == Status::Failed && object.rolled_back_by.is_some();
    let happened = match status {
        Status::Failed if is_being_undone => "rolling_back",
        Status::Failed if deployment.had("rolled_back_by") => "failed",
        _ if deployment.was("status", word_of(status)) => "progressed",
        Status::Pending
        | Status::Validating
        | Status::Deploying
        | Status::HealthCheck
        | Status::Success
        | Status::Failed
        | Status::RolledBack
        | Status::Canceled => status.happened(),
    };
    let outcome = match status {
        Status::Pending | Status::Validating | Status::Deploying | Status::HealthCheck => Outcome::Running,
        Status::Success => Outcome::Succeeded,
        Status::Failed if is_being_undone => Outcome::Running,
        Status::Failed | Status::RolledBack => Outcome::Failed,
        Status::Canceled => Outcome::Canceled,
    };
    let reason = object.failure.as_ref().map(|failure| failure.detail.clone());
    let operation_id = object.operation_id;
    let revision = deployment.write(connection, &Revision { actor: &actor, happened, now }).await?;
    if let Some(operation_id) = operation_id {
        let progress = Progress { outcome, stage: word_of(status), reason: reason.as_deref() };
        operation::report(connection, &operation_id.to_string(), &progress, now).await?;
    }
    if let Some(promotion_id) = deployment.object.promotion_id.filter(|_| happened != "progressed") {
        process::call(connection, &promotion_id.to_string(), now).await?;
    }
    Ok(revision)
}
