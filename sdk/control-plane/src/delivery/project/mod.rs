//! Projects: one repository each.

mod detection;
mod model;
mod rules;

pub(crate) use detection::{Detected, notice};
pub(crate) use model::{PROJECT, Project};
