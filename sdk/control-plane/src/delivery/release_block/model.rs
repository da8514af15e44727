//! What a release block is.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    delivery::{
        environment::Environment,
        release::{RELEASE, Release},
    },
    document::Fields,
    object::{Earlier, Parent, Shape, id::Id, kind::Roles},
};

pub(crate) static RELEASE_BLOCK: Shape = Shape {
    kind: "release_block",
    collection: "release-blocks",
    table: "release_blocks",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &RELEASE, field: "release_id" }],
    key: "id",
    filters: &["release_id", "environment_id"],
    immutable: &["release_id", "environment_id"],
    computed: &["automatic"],
    children: &[],
    roles: Roles::STOPS,
};

/// Keeps a release from being deployed. Deleting it says that the reason is dealt with.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReleaseBlock {
    /// Release that is not to be deployed.
    pub(super) release_id: Id<Release>,
    /// Environment it is not to be deployed to; null for all.
    pub(super) environment_id: Option<Id<Environment>>,
    /// Reason, for whoever wants to deploy it.
    pub(super) reason: String,
    /// Whether a rollback put it there.
    pub(super) automatic: bool,
}

impl ReleaseBlock {
    pub(super) fn from_fields(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        let automatic = earlier.and_then(|earlier| earlier.document.get("automatic")?.as_bool());
        Self {
            release_id: fields.required_id("release_id"),
            environment_id: fields.id("environment_id"),
            reason: fields.required_text("reason", 1000),
            automatic: automatic.unwrap_or_default(),
        }
    }
}
