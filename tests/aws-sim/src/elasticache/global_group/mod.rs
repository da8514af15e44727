//! Global replication groups: one that takes writes, and copies of it in other regions.

mod change;
mod group;
mod life;
mod members;

pub(super) use change::{disassociate, fail_over, modify};
pub(super) use group::GlobalGroup;
pub(super) use life::{create, delete, describe};
pub(super) use members::{filled_in, join, joined};
