//! Environments: the places a project's releases move through.

mod model;
mod rules;
mod store;

pub(crate) use model::{CurrentDeployment, ENVIRONMENT, Environment, Lock, Tier};
