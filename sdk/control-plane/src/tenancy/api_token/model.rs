//! What an API token is.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{
    access::catalogue::{LONGEST, PERMISSION},
    auth::Role,
    document::{Document, Fields, choice::choice, form::TIME},
    object::{Parent, Shape, id::Id, kind::Roles, write::text_field},
    tenancy::{
        api_token::key::Key,
        workspace::{WORKSPACE, Workspace},
    },
};

pub(crate) static API_TOKEN: Shape = Shape {
    kind: "api_token",
    collection: "api-tokens",
    table: "api_tokens",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &WORKSPACE, field: "workspace_id" }],
    key: "name",
    filters: &["workspace_id", "name", "principal_id"],
    immutable: &["workspace_id", "principal"],
    computed: &["key_id", "rotated_at"],
    children: &[],
    roles: Roles { create: Role::Member, update: Role::Member, delete: Role::Member },
};

choice! {
    /// Whom an API token is of.
    HolderType { User = "user", ServiceAccount = "service_account" }
}

/// An API key of a workspace.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ApiToken {
    /// Workspace the token opens.
    pub(super) workspace_id: Id<Workspace>,
    /// Name in paths, unique in the workspace.
    name: String,
    /// Who calls with the token: by default whoever creates it. A user makes tokens for themself only.
    pub(super) principal: Option<Holder>,
    /// What the token is good for at most, as `resource:action` or with a wildcard; null for all that the principal may do.
    pub(super) scopes: Option<Vec<String>>,
    /// When the token ends, by the clock of the server; null if it does not.
    pub(super) expires_at: Option<String>,
    /// Public part of the value.
    pub(super) key_id: String,
    /// When the value was last made anew.
    pub(super) rotated_at: String,
    /// Value, while it is new.
    #[serde(skip)]
    pub(super) key: Option<Key>,
}

/// Who calls with a token.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ApiTokenPrincipal")]
pub(super) struct Holder {
    /// Type.
    #[serde(rename = "type")]
    pub(super) kind: HolderType,
    /// Id.
    pub(super) id: String,
}

impl ApiToken {
    pub(super) fn from_fields(fields: &mut Fields<'_>, earlier: Option<&Document>) -> Self {
        let kept = |field| earlier.map(|earlier| text_field(earlier, field).to_owned()).unwrap_or_default();
        let mut scopes = fields.texts_in("scopes", LONGEST, &PERMISSION);
        scopes.iter_mut().for_each(|scopes| scopes.sort());
        Self {
            workspace_id: fields.required_id("workspace_id"),
            name: fields.required_text("name", 255),
            principal: fields.object("principal", |fields| Holder {
                kind: fields.required_choice("type"),
                id: fields.required_id::<()>("id").to_string(),
            }),
            scopes,
            expires_at: fields.text_in("expires_at", 50, &TIME),
            key_id: kept("key_id"),
            rotated_at: kept("rotated_at"),
            key: None,
        }
    }
}

/// The part of a stored token that says what it is good for.
#[derive(Debug)]
pub(super) struct Stored<'a> {
    pub(super) kind: HolderType,
    pub(super) holder: &'a str,
    pub(super) scopes: Option<Vec<&'a str>>,
}

impl<'a> Stored<'a> {
    pub(super) fn of(document: &'a Document) -> Self {
        let principal = |name: &str| document.get("principal")?.get(name)?.as_str();
        let scopes = document.get("scopes").and_then(Value::as_array);
        let kind = match principal("type") {
            Some("service_account") => HolderType::ServiceAccount,
            Some(_) | None => HolderType::User,
        };
        Self {
            kind,
            holder: principal("id").unwrap_or_default(),
            scopes: scopes.map(|scopes| scopes.iter().filter_map(Value::as_str).collect()),
        }
    }
}
