//! Deployment targets as a deployment finds them when it is asked for; what is changed later is for the next one.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    delivery::{
        deployment_target::{DeploymentTarget, HealthCheck, Rollback, ValidationScript},
        platform::{Platform, Strategy},
    },
    object::id::Id,
};

/// The part of a deployment target that a deployment needs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Target {
    pub(crate) id: Id<DeploymentTarget>,
    pub(crate) name: String,
    pub(crate) platform: Platform,
    pub(crate) settings: Value,
    pub(crate) strategy: Rollout,
    pub(crate) health_checks: Vec<HealthCheck>,
    pub(crate) rollback: Rollback,
    pub(crate) validation_scripts: Vec<ValidationScript>,
    pub(crate) order: i64,
}

/// How a deployment target replaces what is there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Rollout {
    #[serde(rename = "type")]
    pub(crate) kind: Strategy,
    pub(crate) steps: Vec<i64>,
}
