//! Pipelines: how a project is built, tested and delivered.

mod configuration;
mod model;
mod rules;

pub(crate) use configuration::timeout_seconds;
pub(crate) use model::{Concurrency, OnConflict, PIPELINE, Pipeline};
