//! What the types of RDS share.

mod parameter_group;
mod session;
mod subnet_group;
mod version;

pub(crate) use parameter_group::ParameterGroup;
pub(crate) use session::Session;
pub(crate) use subnet_group::SubnetGroup;
pub(crate) use version::{Version, family};
