//! Looks at promotions that deploy, wave by wave.

use jiff::{SignedDuration, Timestamp};

use crate::{
    clock::stamp,
    delivery::{
        deployment::{OnPromotedFailure, Order, Reached, ask_for, look_at, watched_until},
        environment::Environment,
    },
    http::problem::Problem,
    object::{id::Id, standing::read_document},
    promotion::{
        direction::Direction,
        flow::Pause,
        freeze::{Frozen, Where, the_freeze},
        plan::Obstacle,
        process::{
            machine::{Event, Status},
            model::{Cause, Failure},
            moves::{Left, POLL, Turn},
        },
    },
};

/// Takes the environment and starts with the first wave.
pub(super) async fn start(turn: &mut Turn<'_>) -> Result<Left, Problem> {
    let environment_id = turn.promotion.object.environment_id.to_string();
    let environment: Option<Environment> =
        read_document(turn.connection, "environments", &environment_id).await?;
    turn.promotion.object.previous_deployment_id =
        environment.and_then(|environment| environment.current_deployment).map(|current| current.id);
    if deploy(turn).await? {
        return turn.go(Event::Start).await;
    }
    turn.fail(Event::Reject, Failure::new(Cause::Obstacle, Obstacle::NoTargets.words())).await
}

/// Looks how far the deployment of the wave is, and what follows from that.
pub(super) async fn look(turn: &mut Turn<'_>) -> Result<Left, Problem> {
    let promotion = &turn.promotion.object;
    let (status, is_first) = (promotion.status, promotion.deployment_ids.len() == 1);
    let looked = match promotion.deployment_ids.last() {
        None => None,
        Some(id) => look_at(turn.connection, *id).await?,
    };
    let Some(looked) = looked else {
        return turn.fail(Event::Fail, Failure::new(Cause::Deployment, "The deployment is gone.")).await;
    };
    match looked.reached {
        Reached::Validating => turn.wait_until(turn.time + POLL).await,
        Reached::Deploying | Reached::Succeeded(_) if status == Status::Validating => {
            turn.go(Event::Validated).await
        }
        Reached::Deploying => turn.wait_until(turn.time + POLL).await,
        Reached::Succeeded(_) => go_on(turn).await,
        Reached::Untouched(why) if is_first && looked.canceled => {
            turn.fail(Event::Cancel, Failure::new(Cause::Cancelled, why)).await
        }
        Reached::Untouched(why) if is_first => {
            turn.fail(Event::Reject, Failure::new(Cause::Deployment, why)).await
        }
        Reached::Untouched(why)
        | Reached::Broken(why)
        | Reached::PuttingBack(why)
        | Reached::PutBack(why) => turn.fail(Event::Fail, Failure::new(Cause::Deployment, why)).await,
    }
}

/// Looks whether a pause is over.
pub(super) async fn look_at_pause(turn: &mut Turn<'_>) -> Result<Left, Problem> {
    if turn.promotion.object.cancel_requested {
        return turn.fail(Event::Fail, cancelled()).await;
    }
    let resumes_at: Option<Timestamp> =
        turn.promotion.object.resumes_at.as_ref().and_then(|at| at.parse().ok());
    match resumes_at {
        None => Ok(Left::Nothing),
        Some(at) if turn.time < at => turn.wait_until(at).await,
        Some(_) => match frozen(turn).await? {
            Some(frozen) => {
                turn.promotion.object.resumes_at = Some(frozen.ends_at);
                turn.write().await?;
                Ok(Left::More)
            }
            None => resume(turn).await,
        },
    }
}

/// Goes on with the next wave.
pub(super) async fn resume(turn: &mut Turn<'_>) -> Result<Left, Problem> {
    turn.promotion.object.resumes_at = None;
    turn.promotion.object.wave += 1;
    if deploy(turn).await? {
        return turn.go(Event::Resume).await;
    }
    turn.fail(Event::Fail, targets_gone()).await
}

/// The freeze that holds this promotion up now.
pub(super) async fn frozen(turn: &mut Turn<'_>) -> Result<Option<Frozen>, Problem> {
    let promotion = &turn.promotion.object;
    let (environment_id, direction) = (promotion.environment_id, promotion.operation);
    let environment: Option<Environment> =
        read_document(turn.connection, "environments", &environment_id.to_string()).await?;
    let Some(environment) = environment else { return Ok(None) };
    let place = Where {
        workspace_id: &turn.promotion.workspace_id,
        project_id: environment.project_id,
        environment_id,
        tier: environment.tier,
        direction,
    };
    the_freeze(turn.connection, &place, turn.time).await
}

/// A wave is there: what comes next?
async fn go_on(turn: &mut Turn<'_>) -> Result<Left, Problem> {
    if turn.promotion.object.cancel_requested {
        return turn.fail(Event::Fail, cancelled()).await;
    }
    let promotion = &turn.promotion.object;
    let waves = promotion.plan.as_ref().map(|plan| plan.waves.as_slice()).unwrap_or_default();
    if promotion.wave + 1 >= waves.len() {
        let until = watched_until(turn.connection, &promotion.deployment_ids).await?;
        turn.promotion.object.watched_until = Some(stamp(until.unwrap_or(turn.time)));
        return turn.go(Event::Deployed).await;
    }
    let wave = &waves[promotion.wave];
    let asked_for = promotion.pause_requested;
    let seconds = SignedDuration::from_secs(wave.pause_seconds.unwrap_or_default());
    let resumes_at = match wave.pause {
        Pause::Manual => Some(None),
        Pause::None | Pause::Timed if asked_for => Some(None),
        Pause::Timed => Some(Some(stamp(turn.time + seconds))),
        Pause::None => frozen(turn).await?.map(|frozen| Some(frozen.ends_at)),
    };
    if let Some(resumes_at) = resumes_at {
        turn.promotion.object.resumes_at = resumes_at;
        turn.promotion.object.pause_requested = false;
        return turn.go(Event::Pause).await;
    }
    turn.promotion.object.wave += 1;
    if !deploy(turn).await? {
        return turn.fail(Event::Fail, targets_gone()).await;
    }
    turn.write().await?;
    Ok(Left::More)
}

/// Starts the deployment of the wave; `false` if there is nothing to deploy to any more.
async fn deploy(turn: &mut Turn<'_>) -> Result<bool, Problem> {
    let now = turn.now();
    let promotion = &turn.promotion.object;
    let wave = promotion.plan.as_ref().and_then(|plan| plan.waves.get(promotion.wave));
    let targets = wave.map(|wave| wave.targets.iter().map(|target| target.id).collect());
    let order = Order {
        workspace_id: &turn.promotion.workspace_id,
        environment_id: promotion.environment_id,
        release_id: promotion.release_id,
        targets: targets.unwrap_or_default(),
        promotion_id: Id::parse(&turn.promotion.id),
        previous: promotion.previous_deployment_id,
        actor: promotion.requested_by.clone(),
        reason: promotion.reason.clone(),
        on_failure: match promotion.operation {
            Direction::Promote => OnPromotedFailure::AsConfigured,
            Direction::Rollback => OnPromotedFailure::Nothing,
        },
    };
    let Some(id) = ask_for(turn.connection, order, &now).await? else { return Ok(false) };
    turn.promotion.object.deployment_ids.push(id);
    Ok(true)
}

fn targets_gone() -> Failure {
    Failure::new(Cause::Obstacle, "The deployment targets of the next wave are gone.")
}

fn cancelled() -> Failure {
    Failure::new(Cause::Cancelled, "The promotion was cancelled.")
}
