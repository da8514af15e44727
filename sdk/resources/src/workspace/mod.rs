//! `sparki_workspace`: the tenant that everything else is in.

mod list;
mod model;
mod plan;
mod remote;
#[cfg(test)]
mod tests;

pub use list::WorkspaceFilter;
pub use model::{DeleteBehavior, PromotionPolicy, Retention, Security, WorkspaceModel};

use sparki_core::Resource;

use crate::ObjectIdentity;

/// Marker of the resource type `sparki_workspace`.
#[derive(Clone, Copy, Debug)]
pub enum Workspace {}

impl Resource for Workspace {
    const TYPE_NAME: &'static str = "sparki_workspace";
    type Model = WorkspaceModel;
    type Identity = ObjectIdentity;
}
