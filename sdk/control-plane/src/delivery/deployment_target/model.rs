//! What a deployment target is.

use schemars::JsonSchema;
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
    parents: &[Parent { shape: &ENVIRONMENT, field: "environment_id" }],
    key: "name",
    filters: &["environment_id", "name"],
    immutable: &["environment_id"],
    computed: &[],
    children: &[],
    roles: Roles::MEMBERS,
};

/// Where releases of an environment run, and how they get there.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DeploymentTarget {
    /// Environment the deployment target belongs to.
    environment_id: Id<Environment>,
    /// Name, unique in the environment.
    name: String,
    /// What runs the releases.
    pub(super) platform: Platform,
    /// What the platform needs to know; other fields for each platform.
    pub(super) settings: Option<Settings>,
    /// How a deployment replaces the one before.
    pub(super) strategy: Rollout,
    /// How a deployment is found to be healthy.
    health_checks: Vec<HealthCheck>,
    /// What happens when a deployment turns out bad.
    rollback: Rollback,
    /// Scripts that have to succeed before or after deploying.
    validation_scripts: Vec<ValidationScript>,
    /// Place among the deployment targets of the environment: lower is deployed first.
    order: i64,
}

/// How a deployment replaces the one before.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Rollout {
    /// Way of replacing. The platform has to be capable of it.
    #[serde(rename = "type")]
    pub(super) kind: Strategy,
    /// Percentages of traffic, ascending; only canary has any.
    steps: Vec<i64>,
}

impl DeploymentTarget {
    pub(super) fn from_fields(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        let read = fields.required_variant("platform", |fields, platform| {
            fields.object_or_default("settings", |fields| Settings::from_fields(fields, platform, earlier))
        });
        // Without a platform there is no telling which settings are right.
        let (platform, settings) = match read {
            None => {
                fields.value("settings");
                (Platform::Custom, None)
            }
            Some((platform, settings)) => (platform, Some(settings)),
        };
        Self {
            environment_id: fields.required_id("environment_id"),
            name: fields.required_text("name", 255),
            platform,
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
        let (kind, steps) = fields.variant_or("type", Strategy::Direct, |fields, kind| match kind {
            Strategy::Canary => fields.integers("steps", 1..=100).unwrap_or_default(),
            Strategy::Direct | Strategy::Rolling | Strategy::BlueGreen => {
                fields.no_items("steps", "Only the strategy \"canary\" has steps.");
                Vec::new()
            }
        });
        if !steps.is_sorted_by(|one, next| one < next) {
            fields.error("steps", "order", "The steps have to ascend.");
        }
        Self { kind, steps }
    }
}
