//! What a role binding is.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    access::network::NETWORK,
    document::{Fields, choice::choice, form::TIME},
    object::{Parent, Shape, id::Id, kind::Roles},
    tenancy::{
        role::ROLE_ID,
        workspace::{WORKSPACE, Workspace},
    },
};

pub(crate) static ROLE_BINDING: Shape = Shape {
    kind: "role_binding",
    collection: "role-bindings",
    table: "role_bindings",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &WORKSPACE, field: "workspace_id" }],
    key: "id",
    filters: &["workspace_id", "role_id", "principal_type", "principal_id", "scope_type", "scope_id"],
    immutable: &["workspace_id", "role_id", "principal", "scope"],
    computed: &["warnings"],
    children: &[],
    roles: Roles::ADMINS,
};

choice! {
    /// What a role can be bound to.
    PrincipalType { User = "user", Team = "team", ServiceAccount = "service_account", SsoGroup = "sso_group" }
}

choice! {
    /// What a role can be bound for.
    ScopeType { Workspace = "workspace", Project = "project", Environment = "environment" }
}

/// A role that somebody has somewhere.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RoleBinding {
    /// Workspace the binding belongs to.
    pub(super) workspace_id: Id<Workspace>,
    /// Role: an id, or the name of a built-in one.
    pub(super) role_id: String,
    /// Who has the role.
    pub(super) principal: Principal,
    /// Where they have it: there and in everything that belongs to it.
    pub(super) scope: Place,
    /// What a request has to meet for the binding to hold; null if nothing.
    condition: Option<Condition>,
    /// When the binding ends, by the clock of the server; null if it does not.
    pub(super) expires_at: Option<String>,
    /// What is worth knowing about the binding as it is.
    pub(super) warnings: Vec<&'static str>,
}

/// Who has a role.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RoleBindingPrincipal")]
pub(super) struct Principal {
    /// Type.
    #[serde(rename = "type")]
    pub(super) kind: PrincipalType,
    /// Id; of a group of single sign-on, its name.
    pub(super) id: String,
}

/// Where somebody has a role.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RoleBindingScope")]
pub(super) struct Place {
    /// Type.
    #[serde(rename = "type")]
    pub(super) kind: ScopeType,
    /// Id of the workspace, project or environment.
    pub(super) id: String,
}

/// What a request has to meet.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RoleBindingCondition")]
struct Condition {
    /// Networks that it has to come from.
    allowed_cidrs: Vec<String>,
}

impl RoleBinding {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        let workspace_id: Id<Workspace> = fields.required_id("workspace_id");
        let role_id = fields.required_text_in("role_id", 36, &ROLE_ID);
        fields.require("principal");
        let principal = fields.object("principal", |fields| {
            let read = |fields: &mut Fields<'_>, kind| match kind {
                PrincipalType::SsoGroup => fields.required_text("id", 255),
                PrincipalType::User | PrincipalType::Team | PrincipalType::ServiceAccount => {
                    fields.required_id::<()>("id").to_string()
                }
            };
            fields.required_variant("type", read).map(|(kind, id)| Principal { kind, id })
        });
        let scope = fields.object("scope", |fields| Place {
            kind: fields.required_choice("type"),
            id: fields.required_id::<()>("id").to_string(),
        });
        Self {
            workspace_id,
            role_id: role_id.to_ascii_lowercase(),
            principal: principal
                .flatten()
                .unwrap_or_else(|| Principal { kind: PrincipalType::User, id: String::new() }),
            scope: scope
                .unwrap_or_else(|| Place { kind: ScopeType::Workspace, id: workspace_id.to_string() }),
            condition: fields.object("condition", |fields| {
                fields.require("allowed_cidrs");
                let allowed_cidrs = fields.texts_in("allowed_cidrs", 64, &NETWORK);
                if allowed_cidrs.as_ref().is_some_and(Vec::is_empty) {
                    fields.error("allowed_cidrs", "length", "Name at least one network.");
                }
                Condition { allowed_cidrs: allowed_cidrs.unwrap_or_default() }
            }),
            expires_at: fields.text_in("expires_at", 50, &TIME),
            warnings: Vec::new(),
        }
    }
}
