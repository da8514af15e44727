//! Variables: named values that everyone who may read the scope may read.

mod model;
mod rules;

pub(super) use model::LONGEST_VALUE;
pub(crate) use model::{VARIABLE, Variable};
