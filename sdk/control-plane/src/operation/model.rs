//! What an operation is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    document::choice::choice,
    object::{Shape, id::Id, kind::Roles},
    tenancy::workspace::Workspace,
};

/// Only the server writes operations: of the five routes, they have those that read.
pub(crate) static OPERATION: Shape = Shape {
    kind: "operation",
    collection: "operations",
    table: "operations",
    workspace_column: "workspace_id",
    parents: &[],
    key: "id",
    filters: &["workspace_id", "kind", "resource_id", "status"],
    immutable: &[],
    computed: &[],
    children: &[],
    roles: Roles::MEMBERS,
};

choice! {
    /// How an operation stands.
    #[schemars(rename = "OperationStatus")]
    Outcome { Running = "running", Succeeded = "succeeded", Failed = "failed", Canceled = "canceled" }
}

/// Work that goes on after it was asked for.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Operation {
    /// Workspace it goes on in.
    pub(super) workspace_id: Id<Workspace>,
    /// Kind of the object that is worked on, such as `deployment`.
    pub(super) kind: String,
    /// Object that is worked on.
    pub(super) resource_id: String,
    /// How the operation stands.
    pub(super) status: Outcome,
    /// Status of the object that is worked on, in its own words.
    pub(super) stage: String,
    /// Why it failed or was canceled; null otherwise.
    pub(super) reason: Option<String>,
    /// When it ended; null before.
    pub(super) completed_at: Option<String>,
}

/// How the work goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Progress<'a> {
    pub(crate) outcome: Outcome,
    pub(crate) stage: &'a str,
    pub(crate) reason: Option<&'a str>,
}
