//! Resource types on the Sparki control plane, one folder each.
//!
//! A folder holds `model.rs` (what it is), `plan.rs` (rules, pure) and `remote.rs` (how it talks). What all of them
//! share stands in `control_plane`. To add a type, add its folder and its two lines here.

pub mod access_token;
mod control_plane;
pub mod deployment_target;
pub mod environment;
pub mod functions;
#[cfg(test)]
mod golden;
mod labels;
pub mod pipeline;
pub mod project;
mod slug;
pub mod workspace;

use sparki_core::{Erased, Registry};

pub use access_token::AccessToken;
pub use control_plane::{Named, ObjectIdentity};
pub use deployment_target::DeploymentTarget;
pub use environment::Environment;
pub use pipeline::Pipeline;
pub use project::Project;
pub use slug::Slug;
pub use workspace::Workspace;

use functions::{ParseDuration, ParseGitUrl, ParseImage, PermissionMatch, Slugify};

/// Every resource type on the control plane with its data source and its list, and what else configuration may use.
#[must_use]
pub fn registry() -> Registry {
    Registry::new()
        .resource(Erased::<Workspace>::importable().listable())
        .resource(Erased::<Project>::importable().listable())
        .resource(Erased::<Pipeline>::importable().listable())
        .resource(Erased::<Environment>::importable().listable())
        .resource(Erased::<DeploymentTarget>::importable().listable())
        .ephemeral::<AccessToken>()
        .function::<ParseDuration>()
        .function::<ParseGitUrl>()
        .function::<ParseImage>()
        .function::<PermissionMatch>()
        .function::<Slugify>()
}
