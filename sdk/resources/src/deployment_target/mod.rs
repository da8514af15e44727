//! `sparki_deployment_target`: where an environment's releases run.

mod capabilities;
mod list;
mod model;
mod plan;
mod platform;
mod remote;
#[cfg(test)]
mod tests;

pub use capabilities::{Platform, StrategyKind};
pub use list::DeploymentTargetFilter;
pub use model::{
    DeploymentTargetModel, HealthCheck, HealthCheckKind, OnFailure, Phase, Rollback, RollbackReason,
    RollbackTo, Strategy, ValidationScript,
};
pub use platform::{Custom, Flyio, Kubernetes, Railway, Render, Vercel};

use sparki_core::Resource;

use crate::ObjectIdentity;

/// Marker of the resource type `sparki_deployment_target`.
#[derive(Clone, Copy, Debug)]
pub enum DeploymentTarget {}

impl Resource for DeploymentTarget {
    const TYPE_NAME: &'static str = "sparki_deployment_target";
    type Model = DeploymentTargetModel;
    type Identity = ObjectIdentity;
}
