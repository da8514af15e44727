//! Add-ons.

mod catalog;
mod change;
mod life;
mod read;

pub(super) use catalog::describe_versions;
pub(super) use change::update;
pub(super) use life::{create, delete, nodes_are_there};
pub(super) use read::{describe, list};
