//! Deployment targets: where an environment's releases run, and how they get there.

mod health_check;
mod model;
mod rules;
mod settings;

pub(crate) use health_check::{
    CheckType, HealthCheck, OnFailure, Phase, Rollback, RollbackCause, RollbackTo, ValidationScript,
};
pub(crate) use model::{DEPLOYMENT_TARGET, DeploymentTarget};
