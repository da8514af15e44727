//! Releases: what moves through environments, known by its content.

mod model;
mod rules;

pub(crate) use model::{RELEASE, Release};
