//! What an environment is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    delivery::{
        deployment::Deployment,
        deployment_target::DEPLOYMENT_TARGET,
        health::Health,
        project::{PROJECT, Project},
        release::Release,
    },
    document::{
        Fields,
        choice::choice,
        form::{TIME, UUID},
    },
    object::{Earlier, Parent, Shape, id::Id, kind::Roles},
    variables::{attachment::VARIABLE_SET_ATTACHMENT, secret::SECRET, variable::VARIABLE},
};

pub(crate) static ENVIRONMENT: Shape = Shape {
    kind: "environment",
    collection: "environments",
    table: "environments",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &PROJECT, field: "project_id" }],
    key: "slug",
    filters: &["project_id", "slug"],
    immutable: &["project_id", "slug"],
    computed: &["current_release", "current_deployment", "health"],
    children: &[&DEPLOYMENT_TARGET, &VARIABLE_SET_ATTACHMENT, &VARIABLE, &SECRET],
    roles: Roles::MEMBERS,
};

choice! {
    /// What an environment is for.
    Tier {
        Development = "development",
        Testing = "testing",
        Staging = "staging",
        Production = "production",
        Preview = "preview",
    }
}

/// A place that releases of a project move through.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Environment {
    /// Project the environment belongs to.
    pub(crate) project_id: Id<Project>,
    /// Name for people.
    name: String,
    /// Name in paths, unique in the project; by default it is made from the name.
    pub(crate) slug: String,
    /// What the environment is for.
    pub(crate) tier: Tier,
    /// Environments of the same project that releases are promoted from, by id; never in a circle.
    pub(crate) promotes_from: Vec<String>,
    /// Branches that may be deployed; empty for any.
    pub(crate) allowed_branches: Vec<String>,
    /// Why nothing may be deployed now; null if it may.
    pub(crate) locked: Option<Lock>,
    /// Number of deployments that may run at once.
    pub(crate) deployment_concurrency: i64,
    /// Whether the environment is kept from being deleted; by default production is.
    deletion_protection: bool,
    /// Release that was deployed last and has held; null before the first, and where a build was deployed.
    pub(crate) current_release: Option<Id<Release>>,
    /// Deployment that brought what is there; null before the first.
    pub(crate) current_deployment: Option<CurrentDeployment>,
    /// How the deployments are.
    pub(crate) health: Health,
}

/// The deployment that brought what an environment runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct CurrentDeployment {
    /// Identifier of the deployment.
    pub(crate) id: Id<Deployment>,
    /// Version of the release, or the begin of the commit of the build.
    pub(crate) version: String,
    /// Digest of what was deployed.
    pub(crate) digest: String,
    /// When it was there.
    pub(crate) deployed_at: String,
}

/// Why nothing may be deployed to an environment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "EnvironmentLock")]
pub(crate) struct Lock {
    /// Reason, for whoever wants to deploy.
    pub(crate) reason: String,
    /// When the lock ends by itself; null if it does not.
    #[schemars(extend("format" = "date-time"))]
    pub(crate) until: Option<String>,
}

/// The fields only deployments write.
#[derive(Default, Deserialize)]
struct Deployed {
    current_release: Option<Id<Release>>,
    current_deployment: Option<CurrentDeployment>,
    health: Option<Health>,
}

impl Environment {
    pub(super) fn from_fields(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        // What deployments have written stays.
        let kept: Deployed = earlier
            .and_then(|earlier| serde_json::from_value(Value::Object(earlier.document.clone())).ok())
            .unwrap_or_default();
        let name = fields.required_text("name", 255);
        let tier = fields.choice_or("tier", Tier::Development);
        let promotes_from = fields.texts_in("promotes_from", 255, &UUID).unwrap_or_default();
        Self {
            project_id: fields.required_id("project_id"),
            slug: fields.slug_of(&name, 50),
            name,
            tier,
            promotes_from: promotes_from.iter().map(|id| id.to_ascii_lowercase()).collect(),
            allowed_branches: fields.texts("allowed_branches", 255).unwrap_or_default(),
            locked: fields.object("locked", |fields| Lock {
                reason: fields.required_text("reason", 1000),
                until: fields.text_in("until", 50, &TIME),
            }),
            deployment_concurrency: fields.integer_or("deployment_concurrency", 1..=100, 1),
            deletion_protection: fields.flag("deletion_protection").unwrap_or(tier == Tier::Production),
            current_release: kept.current_release,
            current_deployment: kept.current_deployment,
            health: kept.health.unwrap_or(Health::Unknown),
        }
    }
}
