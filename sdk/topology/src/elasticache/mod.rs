//! What the types of ElastiCache share.

mod parameter_group;
mod session;
mod subnet_group;
mod version;

pub(crate) use parameter_group::{InUse, ParameterGroup};
pub(crate) use session::Session;
pub(crate) use subnet_group::SubnetGroup;
pub use version::Engine;
pub(crate) use version::{Offers, Version};
