//! Resource types on the Sparki control plane, one folder each.
//!
//! A folder holds `model.rs` (what it is), `plan.rs` (rules, pure) and `remote.rs` (how it talks). What all of them
//! share stands in `control_plane`. To add a type, add its folder and its two lines here.

mod control_plane;
pub mod deployment_target;
pub mod environment;
#[cfg(test)]
mod golden;
mod labels;
pub mod pipeline;
pub mod project;
mod slug;
pub mod workspace;

use sparki_core::Registry;

pub use control_plane::{Named, ObjectIdentity};
pub use deployment_target::DeploymentTarget;
pub use environment::Environment;
pub use pipeline::Pipeline;
pub use project::Project;
pub use slug::Slug;
pub use workspace::Workspace;

/// Every resource type on the control plane, with the data source of each.
#[must_use]
pub fn registry() -> Registry {
    Registry::new()
        .importable::<Workspace>()
        .importable::<Project>()
        .importable::<Pipeline>()
        .importable::<Environment>()
        .importable::<DeploymentTarget>()
}
