//! The audit log: every change and every refused one, in a chain of hashes nobody can quietly mend. It is read as events, checked as a
//! whole, and sent on as it grows by [`stream`]s.
//!
//! Lines are kept for good: a line that is removed breaks the chain, and the database refuses to. `retention.audit_days` of a
//! workspace says how long its lines have to be kept at least. What the server sweeps, every ten minutes, is what has
//! expired elsewhere: idempotency keys, refresh tokens, revoked access tokens, windows of request limits, and events.

mod actor;
mod chain;
mod entry;
mod event;
mod filter;
mod floods;
mod listing;
pub(crate) mod refusals;
mod routes;
mod store;
pub(crate) mod stream;
mod verification;

pub(crate) use actor::Actor;
pub use chain::{Verdict, VerifyError, verify};
pub(crate) use entry::Entry;
pub(crate) use floods::Floods;
pub(crate) use routes::operations;
pub(crate) use store::{Change, append, changes_since, revision};
pub(crate) use verification::LastCheck;
