//! What a member is.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    document::{Fields, choice::choice, form::Form},
    object::{Parent, Shape, id::Id, kind::Roles},
    tenancy::{
        role::role_ids,
        workspace::{User, WORKSPACE, Workspace},
    },
};

pub(crate) static WORKSPACE_MEMBER: Shape = Shape {
    kind: "workspace_member",
    collection: "workspace-members",
    table: "workspace_members",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &WORKSPACE, field: "workspace_id" }],
    key: "email",
    filters: &["workspace_id", "email", "user_id", "status"],
    immutable: &["workspace_id", "email"],
    computed: &["user_id"],
    children: &[],
    roles: Roles::ADMINS,
};

choice! {
    /// Whether a member is let in.
    MemberStatus { Invited = "invited", Active = "active", Suspended = "suspended" }
}

static EMAIL: Form =
    Form::new("^[^@ \\t\\r\\n]+@[^@ \\t\\r\\n]+$", "Use an email address: jane@example.com.");

/// A person of a workspace.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct WorkspaceMember {
    /// Workspace the person is a member of.
    pub(super) workspace_id: Id<Workspace>,
    /// Email address, in lower case.
    pub(super) email: String,
    /// Roles in the whole workspace: ids, or names of built-in ones.
    pub(super) role_ids: Vec<String>,
    /// Whether the member is let in: invited until they accept, then active; a suspended one sees nothing.
    pub(super) status: Option<MemberStatus>,
    /// User; null until they have accepted.
    pub(super) user_id: Option<Id<User>>,
}

impl WorkspaceMember {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        Self {
            workspace_id: fields.required_id("workspace_id"),
            email: fields.required_text_in("email", 255, &EMAIL).to_lowercase(),
            role_ids: role_ids(fields, "role_ids"),
            status: fields.choice("status"),
            user_id: None,
        }
    }
}
