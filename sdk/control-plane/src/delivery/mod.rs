//! What is delivered, how, and where to.

pub(crate) mod adapter;
pub(crate) mod artifact;
pub(crate) mod build;
pub(crate) mod deployment;
pub(crate) mod deployment_target;
pub(crate) mod environment;
pub(crate) mod health;
pub(crate) mod log;
pub(crate) mod pipeline;
pub(crate) mod pipeline_schedule;
pub(crate) mod platform;
pub(crate) mod project;
pub(crate) mod release;
pub(crate) mod release_block;
pub(crate) mod signature;
