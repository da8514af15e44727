//! What an attachment is.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    delivery::{
        environment::{ENVIRONMENT, Environment},
        project::{PROJECT, Project},
    },
    document::Fields,
    object::{Parent, Shape, id::Id, kind::Roles},
    variables::variable_set::VariableSet,
};

pub(crate) static VARIABLE_SET_ATTACHMENT: Shape = Shape {
    kind: "variable_set_attachment",
    collection: "variable-set-attachments",
    table: "variable_set_attachments",
    workspace_column: "workspace_id",
    parents: &[
        Parent { shape: &PROJECT, field: "project_id" },
        Parent { shape: &ENVIRONMENT, field: "environment_id" },
    ],
    key: "variable_set_id",
    filters: &["variable_set_id", "project_id", "environment_id"],
    immutable: &["variable_set_id", "project_id", "environment_id"],
    computed: &[],
    children: &[],
    roles: Roles::MEMBERS,
};

/// Makes a variable set hold in a project or in an environment.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct VariableSetAttachment {
    /// The set.
    pub(super) variable_set_id: Id<VariableSet>,
    /// Project in all of whose environments it holds.
    project_id: Option<Id<Project>>,
    /// Environment in which it holds.
    environment_id: Option<Id<Environment>>,
}

impl VariableSetAttachment {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        if fields.is_present("project_id") == fields.is_present("environment_id") {
            fields.error_at(&[], "exactly_one", "Give either \"project_id\" or \"environment_id\".");
        }
        Self {
            variable_set_id: fields.required_id("variable_set_id"),
            project_id: fields.id("project_id"),
            environment_id: fields.id("environment_id"),
        }
    }
}
