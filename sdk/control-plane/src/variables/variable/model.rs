//! What a variable is.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    document::Fields,
    object::{Shape, kind::Roles},
    variables::scope::{Availability, IDENTITY, PARENTS, Scope, read_key},
};

/// Longest value, in characters: Linux takes 131,072 bytes for one variable of a process's environment.
pub(in crate::variables) const LONGEST_VALUE: usize = 65_536;

pub(crate) static VARIABLE: Shape = Shape {
    kind: "variable",
    collection: "variables",
    table: "variables",
    workspace_column: "tenant_id",
    parents: &PARENTS,
    key: "key",
    filters: IDENTITY,
    immutable: IDENTITY,
    computed: &[],
    children: &[],
    roles: Roles::MEMBERS,
};

/// A named value. It is no secret: whoever may read the scope may read it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Variable {
    /// Where the variable holds.
    #[serde(flatten)]
    pub(super) scope: Scope,
    /// Name of the variable, unique in the scope.
    pub(super) key: String,
    /// Its value, which may be empty.
    value: String,
    /// Whether builds get it, deployments, or both.
    availability: Availability,
}

impl Variable {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        Self {
            scope: Scope::from_fields(fields),
            key: read_key(fields),
            value: fields.required_content("value", LONGEST_VALUE),
            availability: fields.choice_or("availability", Availability::Both),
        }
    }
}
