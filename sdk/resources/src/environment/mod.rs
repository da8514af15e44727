//! `sparki_environment`: a stage that releases move through.

mod list;
mod model;
mod plan;
mod remote;
#[cfg(test)]
mod tests;

pub use list::EnvironmentFilter;
pub use model::{EnvironmentModel, Lock, Tier};

use sparki_core::Resource;

use crate::ObjectIdentity;

/// Marker of the resource type `sparki_environment`.
#[derive(Clone, Copy, Debug)]
pub enum Environment {}

impl Resource for Environment {
    const TYPE_NAME: &'static str = "sparki_environment";
    type Model = EnvironmentModel;
    type Identity = ObjectIdentity;
}
