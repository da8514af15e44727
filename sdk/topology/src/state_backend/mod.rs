//! `sparki_state_backend`: a bucket for Terraform's states, made as such a bucket has to be, and a table for its locks.

mod answer;
mod identity;
mod list;
mod lock;
mod lock_table;
mod locks;
mod model;
mod parts;
mod plan;
mod preflight;
mod remote;
mod requests;
mod role;
#[cfg(test)]
mod tests;

pub use identity::StateBackendIdentity;
pub use list::StateBackendFilter;
pub use model::{StateBackendModel, StateReplica};

use sparki_core::{DefaultTimeouts, Resource};

/// Marker of the resource type `sparki_state_backend`.
#[derive(Clone, Copy, Debug)]
pub enum StateBackend {}

impl Resource for StateBackend {
    const TYPE_NAME: &'static str = "sparki_state_backend";
    /// Two buckets, a table and a role, each of which shows within a minute.
    const TIMEOUTS: DefaultTimeouts = DefaultTimeouts::minutes(30, 10, 30, 60);
    type Model = StateBackendModel;
    type Identity = StateBackendIdentity;
}
