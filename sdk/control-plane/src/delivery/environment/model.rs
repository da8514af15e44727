//! What an environment is.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{
    delivery::{
        deployment_target::DEPLOYMENT_TARGET,
        project::{PROJECT, Project},
    },
    document::{
        Fields,
        choice::choice,
        form::{Form, TIME},
    },
    object::{Parent, Shape, id::Id, kind::Roles},
};

pub(crate) static ENVIRONMENT: Shape = Shape {
    kind: "environment",
    collection: "environments",
    table: "environments",
    workspace_column: "workspace_id",
    parent: Some(Parent { shape: &PROJECT, field: "project_id" }),
    key: "slug",
    filters: &["project_id", "slug"],
    immutable: &["project_id", "slug"],
    computed: &["current_release", "health"],
    children: &[&DEPLOYMENT_TARGET],
    roles: Roles::MEMBERS,
};

static ENVIRONMENT_ID: Form = Form::new(
    "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
    "Use the id of an environment, which is a UUID.",
)
.named("uuid");

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

choice! {
    /// How its deployments are; nothing is known before the first.
    Health { Unknown = "unknown" }
}

/// A place that releases of a project move through.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Environment {
    /// Project the environment belongs to.
    pub(super) project_id: Id<Project>,
    /// Name for people.
    name: String,
    /// Name in paths, unique in the project; by default it is made from the name.
    pub(super) slug: String,
    /// What the environment is for.
    tier: Tier,
    /// Environments of the same project that releases are promoted from, by id; never in a circle.
    pub(super) promotes_from: Vec<String>,
    /// Branches that may be deployed; empty for any.
    allowed_branches: Vec<String>,
    /// Why nothing may be deployed now; null if it may.
    locked: Option<Lock>,
    /// Number of deployments that may run at once.
    deployment_concurrency: i64,
    /// Whether the environment is kept from being deleted; by default production is.
    deletion_protection: bool,
    /// Release that is there; null before the first.
    current_release: Value,
    /// How the deployments are.
    health: Health,
}

/// Why nothing may be deployed to an environment.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "EnvironmentLock")]
struct Lock {
    /// Reason, for whoever wants to deploy.
    reason: String,
    /// When the lock ends by itself; null if it does not.
    until: Option<String>,
}

impl Environment {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        let name = fields.required_text("name", 255);
        let tier = fields.choice_or("tier", Tier::Development);
        let promotes_from = fields.texts_in("promotes_from", 255, &ENVIRONMENT_ID).unwrap_or_default();
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
            current_release: Value::Null,
            health: Health::Unknown,
        }
    }
}
