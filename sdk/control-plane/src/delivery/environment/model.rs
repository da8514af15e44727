//! What an environment is.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::{
    delivery::{
        deployment_target::DEPLOYMENT_TARGET,
        project::{PROJECT, Project},
    },
    document::{Fields, choice::choice},
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

#[derive(Debug, Serialize)]
pub(crate) struct Environment {
    pub(super) project_id: Id<Project>,
    name: String,
    pub(super) slug: String,
    tier: Tier,
    pub(super) promotes_from: Vec<String>,
    allowed_branches: Vec<String>,
    locked: Option<Lock>,
    deployment_concurrency: i64,
    deletion_protection: bool,
    /// Releases come with promotion.
    current_release: Value,
    health: Health,
}

#[derive(Debug, Serialize)]
struct Lock {
    reason: String,
    until: Option<String>,
}

impl Environment {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        let name = fields.required_text("name", 255);
        let tier = fields.choice_or("tier", Tier::Development);
        let promotes_from = fields
            .texts_where("promotes_from", 255, |text| {
                let detail = || format!("{text:?} is not the id of an environment.");
                Id::<Self>::parse(text).is_none().then(|| ("format", detail()))
            })
            .unwrap_or_default();
        Self {
            project_id: fields.required_id("project_id"),
            slug: fields.slug_of(&name, 50),
            name,
            tier,
            promotes_from: promotes_from.iter().map(|id| id.to_ascii_lowercase()).collect(),
            allowed_branches: fields.texts("allowed_branches", 255).unwrap_or_default(),
            locked: fields.object("locked", |fields| {
                let until = fields.text("until", 50);
                if until.as_ref().is_some_and(|until| until.parse::<Timestamp>().is_err()) {
                    fields.error("until", "format", "Use a time as in RFC 3339: 2026-01-31T12:00:00Z.");
                }
                Lock { reason: fields.required_text("reason", 1000), until }
            }),
            deployment_concurrency: fields.integer_or("deployment_concurrency", 1..=100, 1),
            deletion_protection: fields.flag_or("deletion_protection", tier == Tier::Production),
            current_release: Value::Null,
            health: Health::Unknown,
        }
    }
}
