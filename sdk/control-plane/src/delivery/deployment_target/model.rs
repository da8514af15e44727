//! What a deployment target is.

use serde::Serialize;

use crate::{
    delivery::{
        deployment_target::{
            health_check::{HealthCheck, Rollback, ValidationScript},
            settings::Settings,
        },
        environment::{ENVIRONMENT, Environment},
        platform::{Platform, Strategy},
    },
    document::Fields,
    object::{Earlier, Parent, Shape, id::Id, kind::Roles},
};

pub(crate) static DEPLOYMENT_TARGET: Shape = Shape {
    kind: "deployment_target",
    collection: "deployment-targets",
    table: "deployment_targets",
    workspace_column: "workspace_id",
    parent: Some(Parent { shape: &ENVIRONMENT, field: "environment_id" }),
    key: "name",
    filters: &["environment_id", "name"],
    immutable: &["environment_id"],
    computed: &[],
    children: &[],
    roles: Roles::MEMBERS,
};

#[derive(Debug, Serialize)]
pub(crate) struct DeploymentTarget {
    environment_id: Id<Environment>,
    name: String,
    pub(super) platform: Platform,
    settings: Option<Settings>,
    pub(super) strategy: Rollout,
    health_checks: Vec<HealthCheck>,
    rollback: Rollback,
    validation_scripts: Vec<ValidationScript>,
    order: i64,
}

#[derive(Debug, Serialize)]
pub(super) struct Rollout {
    #[serde(rename = "type")]
    pub(super) kind: Strategy,
    /// Percentages of traffic, ascending.
    steps: Vec<i64>,
}

impl DeploymentTarget {
    pub(super) fn from_fields(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        let known = fields.is_present("platform");
        let chosen = fields.choice("platform");
        if !known {
            fields.missing("platform");
        }
        // Without a platform there is no telling which settings are right.
        let settings = match chosen {
            None => {
                fields.value("settings");
                None
            }
            Some(platform) => Some(
                fields
                    .object_or_default("settings", |fields| Settings::from_fields(fields, platform, earlier)),
            ),
        };
        Self {
            environment_id: fields.required_id("environment_id"),
            name: fields.required_text("name", 255),
            platform: chosen.unwrap_or(Platform::Custom),
            settings,
            strategy: fields.object_or_default("strategy", Rollout::from_fields),
            health_checks: fields.objects("health_checks", HealthCheck::from_fields),
            rollback: fields.object_or_default("rollback", Rollback::from_fields),
            validation_scripts: fields.objects("validation_scripts", ValidationScript::from_fields),
            order: fields.integer_or("order", -1000..=1000, 0),
        }
    }
}

impl Rollout {
    fn from_fields(fields: &mut Fields<'_>) -> Self {
        let kind = fields.choice_or("type", Strategy::Direct);
        let steps = fields.integers("steps", 1..=100).unwrap_or_default();
        if kind != Strategy::Canary && !steps.is_empty() {
            fields.error("steps", "conflict", "Only the strategy \"canary\" has steps.");
        }
        if !steps.is_sorted_by(|one, next| one < next) {
            fields.error("steps", "order", "The steps have to ascend.");
        }
        Self { kind, steps }
    }
}
