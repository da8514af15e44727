//! Workspaces: what everything else belongs to.

mod model;
mod rules;

pub(crate) use model::{User, WORKSPACE, Workspace};
