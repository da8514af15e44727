//! Projects: one repository each.

mod model;
mod rules;

pub(crate) use model::{PROJECT, Project};
