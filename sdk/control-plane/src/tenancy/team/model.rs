//! What a team is.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    document::Fields,
    object::{Parent, Shape, id::Id, kind::Roles},
    tenancy::workspace::{WORKSPACE, Workspace},
};

pub(crate) static TEAM: Shape = Shape {
    kind: "team",
    collection: "teams",
    table: "teams",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &WORKSPACE, field: "workspace_id" }],
    key: "slug",
    filters: &["workspace_id", "slug", "parent_team_id"],
    immutable: &["workspace_id", "slug"],
    computed: &[],
    children: &[],
    roles: Roles::ADMINS,
};

/// Members of a workspace who have the same roles.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Team {
    /// Workspace the team belongs to.
    pub(super) workspace_id: Id<Workspace>,
    /// Name for people.
    name: String,
    /// Name in paths, unique in the workspace; by default it is made from the name.
    pub(super) slug: String,
    /// What the team is for.
    description: Option<String>,
    /// Team whose roles the members of this one have, too; null if there is none. Never in a circle.
    pub(super) parent_team_id: Option<Id<Team>>,
}

impl Team {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        let name = fields.required_text("name", 255);
        Self {
            workspace_id: fields.required_id("workspace_id"),
            slug: fields.slug_of(&name, 255),
            name,
            description: fields.text("description", 1000),
            parent_team_id: fields.id("parent_team_id"),
        }
    }
}
