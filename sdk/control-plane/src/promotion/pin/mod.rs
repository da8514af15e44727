//! Pins: which release an environment is to have.

mod follow;
mod model;
mod rules;

pub(crate) use follow::follow;
pub(crate) use model::EnvironmentRelease;
pub(crate) use rules::operations;
