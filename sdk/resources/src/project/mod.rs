//! `sparki_project`: a repository that Sparki builds and ships.

mod git_url;
mod list;
mod model;
mod plan;
mod remote;
#[cfg(test)]
mod tests;

pub use git_url::GitUrl;
pub use list::ProjectFilter;
pub use model::{BuildSettings, Detected, Detection, ProjectModel, Visibility};

use sparki_core::Resource;

use crate::ObjectIdentity;

/// Marker of the resource type `sparki_project`.
#[derive(Clone, Copy, Debug)]
pub enum Project {}

impl Resource for Project {
    const TYPE_NAME: &'static str = "sparki_project";
    type Model = ProjectModel;
    type Identity = ObjectIdentity;
}
