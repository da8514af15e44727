//! Freeze windows: times at which nothing is to change.

mod hold;
mod model;
mod rules;

pub(crate) use hold::{Frozen, Where, refuse_frozen, the_freeze};
pub(crate) use model::FreezeWindow;
