//! What a role is.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    access::catalogue::{LONGEST, PERMISSION},
    auth,
    document::{Fields, form::Form},
    object::{Parent, Shape, id::Id, kind::Roles},
    tenancy::workspace::{WORKSPACE, Workspace},
};

pub(crate) static ROLE: Shape = Shape {
    kind: "role",
    collection: "roles",
    table: "roles",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &WORKSPACE, field: "workspace_id" }],
    key: "name",
    filters: &["workspace_id", "name"],
    immutable: &["workspace_id", "name"],
    computed: &["permissions_expanded"],
    children: &[],
    roles: Roles::ADMINS,
};

static NAME: Form = Form::new(
    "^[a-z0-9][a-z0-9-]*[a-z0-9]$",
    "Use lower-case letters, digits and hyphens, with a letter or digit at both ends.",
)
.checked(|text| auth::Role::parse(text).map(|_| "This is the name of a built-in role. Use another one."));

/// What names a role.
pub(crate) static ROLE_ID: Form = Form::new(
    "^(owner|admin|member|viewer|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$",
    "Use the id of a role, or owner, admin, member or viewer.",
);

/// What somebody may do, to be given to members, teams and service accounts.
///
/// The built-in roles are not among these; wherever a role is named by its id, they are named by their name.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Role {
    /// Workspace the role belongs to.
    pub(super) workspace_id: Id<Workspace>,
    /// Name in paths, unique in the workspace and none of the built-in ones.
    pub(super) name: String,
    /// What the role is for.
    description: Option<String>,
    /// Permissions, as `resource:action` or with a wildcard: `resource:*`, `*:action`, `*`.
    pub(super) permissions: Vec<String>,
    /// Roles whose permissions this one has too: ids, or names of built-in ones.
    pub(super) inherits: Vec<String>,
    /// Every permission that the role has, one by one.
    pub(super) permissions_expanded: Vec<&'static str>,
}

impl Role {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        let mut permissions = fields.texts_in("permissions", LONGEST, &PERMISSION).unwrap_or_default();
        permissions.sort();
        Self {
            workspace_id: fields.required_id("workspace_id"),
            name: fields.required_text_in("name", 255, &NAME),
            description: fields.text("description", 1000),
            permissions,
            inherits: role_ids(fields, "inherits"),
            permissions_expanded: Vec::new(),
        }
    }
}

/// Reads a set of roles: ids in their one spelling, and names of built-in ones.
pub(crate) fn role_ids(fields: &mut Fields<'_>, name: &str) -> Vec<String> {
    let texts = fields.texts_in(name, 36, &ROLE_ID);
    let mut ids: Vec<String> =
        texts.unwrap_or_default().iter().map(|text| text.to_ascii_lowercase()).collect();
    ids.sort();
    ids.dedup();
    ids
}
