//! What is delivered, how, and where to.

pub(crate) mod deployment_target;
pub(crate) mod environment;
pub(crate) mod pipeline;
pub(crate) mod platform;
pub(crate) mod project;
