//! `sparki_pipeline`: how a project is built, tested and shipped.

mod list;
mod model;
mod plan;
mod remote;
#[cfg(test)]
mod tests;

pub use list::PipelineFilter;
pub use model::{Concurrency, ConcurrencyConflict, Configuration, PipelineModel, Stage, Step, Trigger};

use sparki_core::Resource;

use crate::ObjectIdentity;

/// Marker of the resource type `sparki_pipeline`.
#[derive(Clone, Copy, Debug)]
pub enum Pipeline {}

impl Resource for Pipeline {
    const TYPE_NAME: &'static str = "sparki_pipeline";
    type Model = PipelineModel;
    type Identity = ObjectIdentity;
}
