//! Secrets: named values that can be written and used, and never read.

mod model;
mod rotate;
mod rules;
mod source;

pub(crate) use model::{SECRET, Secret};
pub(crate) use rotate::operation;
pub(super) use rules::scope_of;
