//! Variable sets: variables and secrets that several projects or environments share.

mod model;
mod rules;

pub(crate) use model::{VARIABLE_SET, VariableSet};
