//! What a team membership is.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    document::Fields,
    object::{Parent, Shape, id::Id, kind::Roles},
    tenancy::{
        team::{TEAM, Team},
        workspace::User,
    },
};

pub(crate) static TEAM_MEMBERSHIP: Shape = Shape {
    kind: "team_membership",
    collection: "team-memberships",
    table: "team_memberships",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &TEAM, field: "team_id" }],
    key: "user_id",
    filters: &["workspace_id", "team_id", "user_id"],
    immutable: &["team_id", "user_id"],
    computed: &["email"],
    children: &[],
    roles: Roles::ADMINS,
};

/// That somebody is in a team.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TeamMembership {
    /// Team.
    pub(super) team_id: Id<Team>,
    /// User or service account, who is in the workspace of the team.
    pub(super) user_id: Id<User>,
    /// Email address of the user.
    pub(super) email: String,
}

impl TeamMembership {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        Self {
            team_id: fields.required_id("team_id"),
            user_id: fields.required_id("user_id"),
            email: String::new(),
        }
    }
}
