//! Deployments that promotions ask for and follow.

use jiff::Timestamp;
use serde_json::json;

use crate::{
    audit::Actor,
    database::Connection,
    delivery::{
        deployment::{
            machine::Status,
            model::Deployment,
            observation::observation_end,
            rollback::{Undoing, goal, undo},
            store::{load, targets},
            subject::Subject,
            target::Target,
            turn::record,
        },
        deployment_target::{DeploymentTarget, RollbackTo},
        environment::Environment,
        health::Health,
        release::Release,
    },
    document::canonical,
    http::problem::Problem,
    object::{id::Id, standing::read_document},
    promotion::process::Promotion,
};

/// A deployment that a promotion asks for.
#[derive(Debug)]
pub(crate) struct Order<'a> {
    pub(crate) workspace_id: &'a str,
    pub(crate) environment_id: Id<Environment>,
    pub(crate) release_id: Id<Release>,
    pub(crate) targets: Vec<Id<DeploymentTarget>>,
    pub(crate) promotion_id: Option<Id<Promotion>>,
    /// What the environment ran before the promotion began; `None` if it is the first to bring something.
    pub(crate) previous: Option<Id<Deployment>>,
    pub(crate) actor: Option<Actor>,
    pub(crate) reason: Option<String>,
    pub(crate) on_failure: OnFailure,
}

/// What follows from a deployment that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnFailure {
    /// What its deployment targets say.
    AsConfigured,
    /// Nothing: it is a way back already.
    Nothing,
}

/// How far a deployment of a promotion is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reached {
    /// Nothing was touched yet.
    Validating,
    Deploying,
    Succeeded(Health),
    /// It has ended without touching anything; says why.
    Untouched(String),
    /// It has failed, or was canceled, and nothing puts back what was there; says why.
    Broken(String),
    /// It has failed or was thought better of, and what was there before is being put back; says why.
    PuttingBack(String),
    /// What was there before is there again; says why.
    PutBack(String),
}

/// A deployment of a promotion, and how far it is.
#[derive(Debug)]
pub(crate) struct Looked {
    pub(crate) reached: Reached,
    pub(crate) canceled: bool,
}

/// Starts a deployment, if the environment still exists and has the targets; has to run in a turn.
pub(crate) async fn ask_for(
    connection: &mut Connection,
    order: Order<'_>,
    now: &str,
) -> Result<Option<Id<Deployment>>, Problem> {
    let environment_id = order.environment_id.to_string();
    let environment: Option<Environment> = read_document(connection, "environments", &environment_id).await?;
    let Some(environment) = environment else { return Ok(None) };
    let subject = Subject::of_release(connection, order.release_id, environment.project_id).await?;
    let mut chosen: Vec<Target> = targets(connection, &environment_id).await?;
    chosen.retain(|target| order.targets.contains(&target.id));
    if chosen.is_empty() {
        return Ok(None);
    }
    match order.on_failure {
        OnFailure::AsConfigured => {}
        OnFailure::Nothing => chosen.iter_mut().for_each(|target| target.rollback.auto = false),
    }
    let mut deployment = Deployment {
        release_id: Some(order.release_id),
        reason: order.reason,
        promotion_id: order.promotion_id,
        previous_deployment_id: order.previous,
        requested_by: order.actor,
        ..Deployment::waiting(order.environment_id)
    };
    deployment.prepare(subject, chosen);
    let id = Id::<Deployment>::generate();
    deployment.store(connection, (order.workspace_id, &id.to_string()), now).await?;
    Ok(Some(id))
}

/// Says how far a deployment is; `None` if it is gone.
pub(crate) async fn look_at(
    connection: &mut Connection,
    id: Id<Deployment>,
) -> Result<Option<Looked>, Problem> {
    let Some(deployment) = load(connection, &id.to_string()).await? else { return Ok(None) };
    let object = &deployment.object;
    let why = || match &object.failure {
        Some(failure) => failure.detail.clone(),
        None => "The deployment was canceled.".to_owned(),
    };
    let is_being_undone = object.rolled_back_by.is_some();
    let reached = match object.status {
        Status::Pending | Status::Validating => Reached::Validating,
        Status::Deploying | Status::HealthCheck => Reached::Deploying,
        Status::Success | Status::Failed if is_being_undone => Reached::PuttingBack(why()),
        Status::Success => Reached::Succeeded(object.health),
        Status::RolledBack => Reached::PutBack(why()),
        Status::Failed | Status::Canceled if object.has_touched() => Reached::Broken(why()),
        Status::Failed | Status::Canceled => Reached::Untouched(why()),
    };
    Ok(Some(Looked { reached, canceled: object.status == Status::Canceled }))
}

/// Starts to put back what was there before a deployment that has succeeded; answers with why not if there is no way. Has to
/// run in a turn.
pub(crate) async fn put_back(
    connection: &mut Connection,
    id: Id<Deployment>,
    reason: &str,
    now: &str,
) -> Result<Option<&'static str>, Problem> {
    let Some(mut undone) = load(connection, &id.to_string()).await? else {
        return Ok(Some("the deployment is gone."));
    };
    // What was there before the promotion, or else what was healthy before it.
    let mut found = goal(connection, &undone, RollbackTo::Previous).await?;
    if found.is_err() {
        found = goal(connection, &undone, RollbackTo::LastVerified).await?;
    }
    match found {
        Err(obstacle) => Ok(Some(obstacle.words())),
        Ok(goal) => {
            let undoing = Undoing { goal, actor: None, reason: Some(reason.to_owned()) };
            undo(connection, &mut undone, undoing, now).await?;
            record(connection, &mut undone, now).await?;
            Ok(None)
        }
    }
}

/// Digest of a deployment target as deployments find it.
pub(crate) fn target_digest(target: &Target) -> String {
    canonical::digest(&json!(target))
}

/// Until when the last of some deployments is watched; `None` if none is.
pub(crate) async fn watched_until(
    connection: &mut Connection,
    ids: &[Id<Deployment>],
) -> Result<Option<Timestamp>, Problem> {
    let mut until = None;
    for id in ids {
        if let Some(deployment) = load(connection, &id.to_string()).await? {
            until = until.max(observation_end(&deployment.object));
        }
    }
    Ok(until)
}
