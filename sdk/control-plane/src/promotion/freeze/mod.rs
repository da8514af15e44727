//! Freeze windows: times at which nothing is to change.

mod hold;
mod model;
mod rules;

pub(crate) use hold::{Where, refuse_frozen};
pub(crate) use model::FreezeWindow;
