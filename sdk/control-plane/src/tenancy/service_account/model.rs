//! What a service account is.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    auth::api_key::Token,
    document::{Document, Fields, slug::SLUG},
    object::{Parent, Shape, id::Id, kind::Roles, write::text_field},
    tenancy::{
        role::role_ids,
        workspace::{WORKSPACE, Workspace},
    },
};

pub(crate) static SERVICE_ACCOUNT: Shape = Shape {
    kind: "service_account",
    collection: "service-accounts",
    table: "service_accounts",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &WORKSPACE, field: "workspace_id" }],
    key: "name",
    filters: &["workspace_id", "name", "client_id"],
    immutable: &["workspace_id", "name"],
    computed: &["client_id", "secret_rotated_at"],
    children: &[],
    roles: Roles::ADMINS,
};

/// What client secrets begin with.
const PREFIX: &str = "sps";

/// A program that calls.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ServiceAccount {
    /// Workspace the service account belongs to.
    pub(super) workspace_id: Id<Workspace>,
    /// Name in paths, unique in the workspace.
    pub(super) name: String,
    /// What the service account is for.
    pub(super) description: Option<String>,
    /// Roles in the whole workspace: ids, or names of built-in ones.
    pub(super) role_ids: Vec<String>,
    /// Public half of what it logs in with.
    pub(super) client_id: String,
    /// When the secret was last made anew.
    pub(super) secret_rotated_at: String,
    /// Secret half, while it is new.
    #[serde(skip)]
    pub(super) secret: Option<Credentials>,
}

impl ServiceAccount {
    pub(super) fn from_fields(fields: &mut Fields<'_>, earlier: Option<&Document>) -> Self {
        let kept = |field| earlier.map(|earlier| text_field(earlier, field).to_owned()).unwrap_or_default();
        Self {
            workspace_id: fields.required_id("workspace_id"),
            name: fields.required_text_in("name", 255, &SLUG),
            description: fields.text("description", 1000),
            role_ids: role_ids(fields, "role_ids"),
            client_id: kept("client_id"),
            secret_rotated_at: kept("secret_rotated_at"),
            secret: None,
        }
    }

    /// Makes new credentials.
    pub(super) fn equip(&mut self, now: &str) {
        let credentials = Credentials(Token::generate());
        self.client_id = format!("sa_{}", credentials.0.id);
        self.secret_rotated_at = now.to_owned();
        self.secret = Some(credentials);
    }
}

/// A client secret that was just made.
pub(super) struct Credentials(Token);

impl Credentials {
    pub(super) fn new() -> Self {
        Self(Token::generate())
    }

    /// The secret itself, to be shown once.
    pub(super) fn text(&self) -> String {
        self.0.text(PREFIX)
    }

    /// What makes the account's address its own for good.
    pub(super) fn id(&self) -> &str {
        &self.0.id
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Credentials(..)")
    }
}
