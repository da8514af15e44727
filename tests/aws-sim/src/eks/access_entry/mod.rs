//! Who may do what in a cluster.

mod automatic;
mod entry;
mod policy;

pub(super) use automatic::{admit_creator, admit_nodes, dismiss_nodes};
pub(super) use entry::{create, delete, describe, list, update};
pub(super) use policy::{associate, disassociate, list_associated, list_policies};
