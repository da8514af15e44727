//! The audit log: every change and every refused one, in a chain of hashes nobody can quietly mend.

mod actor;
mod chain;
mod entry;
pub(crate) mod refusals;
mod store;

pub(crate) use actor::Actor;
pub use chain::{Verdict, VerifyError, verify};
pub(crate) use entry::Entry;
pub(crate) use store::{Change, append, changes_since, revision};
