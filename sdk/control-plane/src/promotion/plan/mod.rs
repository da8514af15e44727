//! Plans: what a promotion would do, what it waits for, and a digest of everything that depends on.
//!
//! [`gather`] takes a snapshot of the facts; [`draft`] makes a plan of them and does nothing else, so equal facts have
//! equal plans.

mod draft;
mod facts;
mod gather;
mod judge;
mod model;
mod obstacle;
mod risk;
mod routes;
mod shown;
mod soak;
mod store;
#[cfg(test)]
mod tests;
mod ways;

pub(crate) use draft::draft;
pub(crate) use facts::{Answered, Voter};
pub(crate) use gather::{Question, gather};
pub(crate) use judge::{Votes, votes};
pub(crate) use model::{GateState, GateStatus, Plan};
pub(crate) use obstacle::Obstacle;
pub(crate) use routes::operation;
pub(crate) use shown::{Difference, differences, keep, stale};
pub(crate) use ways::is_guarded;
