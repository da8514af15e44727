//! Roles of pods.

mod association;

pub(super) use association::{associate_addon, create, delete, describe, list, update};
