//! What a variable set is.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    document::Fields,
    object::{Parent, Shape, id::Id, kind::Roles},
    tenancy::workspace::{WORKSPACE, Workspace},
    variables::{secret::SECRET, variable::VARIABLE},
};

pub(crate) static VARIABLE_SET: Shape = Shape {
    kind: "variable_set",
    collection: "variable-sets",
    table: "variable_sets",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &WORKSPACE, field: "workspace_id" }],
    key: "name",
    filters: &["workspace_id", "name"],
    immutable: &["workspace_id"],
    computed: &[],
    children: &[&VARIABLE, &SECRET],
    roles: Roles::MEMBERS,
};

/// Variables and secrets that hold wherever the set is attached.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct VariableSet {
    /// Workspace the set belongs to.
    workspace_id: Id<Workspace>,
    /// Name of the set, unique in the workspace.
    name: String,
    /// What the set is for.
    description: Option<String>,
}

impl VariableSet {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        Self {
            workspace_id: fields.required_id("workspace_id"),
            name: fields.required_text("name", 255),
            description: fields.text("description", 1000),
        }
    }
}
