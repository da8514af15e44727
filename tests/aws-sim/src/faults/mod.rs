//! Failures on demand: throttling, errors, lost answers and more, as rules say.

mod deal;
mod fault;
mod rule;

pub(crate) use deal::{Faults, Target};
pub(crate) use fault::Fault;
pub(crate) use rule::{FaultKind, Rule};
