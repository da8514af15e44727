//! What a deployment is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    audit::Actor,
    delivery::{
        build::Build,
        deployment::{
            machine::{DisplayStatus, Event, Status, next},
            step::Step,
            subject::Subject,
            target::Target,
        },
        deployment_target::{DeploymentTarget, RollbackCause},
        environment::{ENVIRONMENT, Environment},
        health::Health,
        log::Log,
        platform::Strategy,
        release::Release,
    },
    document::{Fields, choice::choice, form::UUID},
    object::{Parent, Shape, id::Id, kind::Roles},
    promotion::process::Promotion,
};

pub(crate) static DEPLOYMENT: Shape = Shape {
    kind: "deployment",
    collection: "deployments",
    table: "deployments",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &ENVIRONMENT, field: "environment_id" }],
    key: "id",
    filters: &["environment_id", "release_id", "build_id", "commit_sha", "status", "health"],
    immutable: &["environment_id"],
    computed: &[
        "subject",
        "status",
        "display_status",
        "failure",
        "simulated",
        "health",
        "steps",
        "previous_deployment_id",
        "rollback_of",
        "rolled_back_by",
        "promotion_id",
        "requested_by",
        "cancel_requested",
        "started_at",
        "completed_at",
        "operation_id",
    ],
    children: &[],
    roles: Roles::MEMBERS,
};

pub(super) const LOG: Log = Log { shape: &DEPLOYMENT, table: "deployment_logs" };

choice! {
    /// What a deployment failed of.
    #[schemars(rename = "DeploymentFailureCause")]
    Cause {
        Preconditions = "preconditions_failed",
        Validation = "validation_failed",
        Deploy = "deploy_failed",
        HealthCheck = "health_check_failed",
    }
}

/// A release on its way to the deployment targets of an environment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Deployment {
    /// Environment that is deployed to.
    pub(super) environment_id: Id<Environment>,
    /// Release that is deployed; null if it is a build.
    pub(super) release_id: Option<Id<Release>>,
    /// Build that is deployed; null if it is a release.
    pub(super) build_id: Option<Id<Build>>,
    /// What is deployed, as it was when the deployment was asked for; null in a dry run that found none.
    pub(super) subject: Option<Subject>,
    /// Deployment targets, in the order they are deployed to; by default all of the environment.
    pub(super) deployment_target_ids: Vec<Id<DeploymentTarget>>,
    /// Strategy in place of the deployment targets' own; null for theirs.
    pub(super) strategy: Option<Strategy>,
    /// Why it was asked for.
    pub(super) reason: Option<String>,
    /// How the deployment stands.
    pub(super) status: Status,
    /// How the deployment stands, in the words people are shown.
    pub(super) display_status: DisplayStatus,
    /// What it failed of; null if it has not.
    pub(super) failure: Option<Failure>,
    /// Whether nothing is really deployed to at least one of the deployment targets.
    pub(super) simulated: bool,
    /// How the deployment targets are, by their health checks.
    pub(super) health: Health,
    /// What is to be done, in order, and how far it is.
    pub(super) steps: Vec<Step>,
    /// Deployment that was there when this one started; null if there was none.
    pub(super) previous_deployment_id: Option<Id<Deployment>>,
    /// Deployment this one undoes; null if it undoes none.
    pub(super) rollback_of: Option<Id<Deployment>>,
    /// Deployment that undoes this one; null if there is none.
    pub(super) rolled_back_by: Option<Id<Deployment>>,
    /// Promotion it belongs to; null if it belongs to none.
    #[serde(default)]
    pub(super) promotion_id: Option<Id<Promotion>>,
    /// Who asked for it.
    pub(super) requested_by: Option<Actor>,
    /// Whether it is to end where it is.
    pub(super) cancel_requested: bool,
    /// When it began; null while it waits.
    pub(super) started_at: Option<String>,
    /// When it ended; null before.
    pub(super) completed_at: Option<String>,
    /// Operation to wait for.
    pub(super) operation_id: Option<Id<Deployment>>,
    /// The deployment targets themselves; kept beside the document.
    #[serde(skip)]
    pub(super) targets: Vec<Target>,
}

/// What a deployment failed of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DeploymentFailure")]
pub(crate) struct Failure {
    /// Kind of the failure.
    pub(super) cause: Cause,
    /// What happened, for people.
    pub(super) detail: String,
}

impl Cause {
    /// What rollback settings call it; nothing was touched yet where they have no word.
    pub(super) fn rollback_cause(self) -> Option<RollbackCause> {
        match self {
            Self::Preconditions => None,
            Self::Validation => Some(RollbackCause::Validation),
            Self::Deploy => Some(RollbackCause::Deploy),
            Self::HealthCheck => Some(RollbackCause::HealthCheck),
        }
    }
}

impl Deployment {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        fields.require_one_of(&["release_id", "build_id"]);
        let environment_id = fields.required_id("environment_id");
        let (release_id, build_id) = (fields.id("release_id"), fields.id("build_id"));
        let targets = fields.texts_in("deployment_target_ids", 255, &UUID).unwrap_or_default();
        Self {
            release_id,
            build_id,
            deployment_target_ids: targets.iter().filter_map(|id| Id::parse(id)).collect(),
            strategy: fields.choice("strategy"),
            reason: fields.text("reason", 1000),
            ..Self::waiting(environment_id)
        }
    }

    /// A deployment of nothing yet that waits.
    pub(super) fn waiting(environment_id: Id<Environment>) -> Self {
        Self {
            environment_id,
            release_id: None,
            build_id: None,
            subject: None,
            deployment_target_ids: Vec::new(),
            strategy: None,
            reason: None,
            status: Status::Pending,
            display_status: Status::Pending.display(),
            failure: None,
            simulated: false,
            health: Health::Unknown,
            steps: Vec::new(),
            previous_deployment_id: None,
            rollback_of: None,
            rolled_back_by: None,
            promotion_id: None,
            requested_by: None,
            cancel_requested: false,
            started_at: None,
            completed_at: None,
            operation_id: None,
            targets: Vec::new(),
        }
    }

    /// Moves on by an event; `false` if it cannot happen here.
    pub(super) fn move_by(&mut self, event: Event) -> bool {
        let Some(status) = next(self.status, event) else { return false };
        self.status = status;
        self.display_status = status.display();
        true
    }

    /// Whoever asked for it; the server itself for a rollback that nobody asked for.
    pub(super) fn actor(&self) -> Actor {
        self.requested_by.clone().unwrap_or_else(Actor::server)
    }
}
