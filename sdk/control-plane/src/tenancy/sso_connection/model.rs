//! What a single sign-on connection is.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::{
    document::{Document, Fields, form::Form, slug::SLUG},
    object::{Earlier, Parent, Shape, id::Id, kind::Roles},
    tenancy::{
        role::ROLE_ID,
        sso_connection::settings::{Protocol, Settings},
        workspace::{WORKSPACE, Workspace},
    },
};

pub(crate) static SSO_CONNECTION: Shape = Shape {
    kind: "sso_connection",
    collection: "sso-connections",
    table: "sso_connections",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &WORKSPACE, field: "workspace_id" }],
    key: "name",
    filters: &["workspace_id", "name"],
    immutable: &["workspace_id", "name", "protocol"],
    computed: &["warnings"],
    children: &[],
    roles: Roles::ADMINS,
};

static DOMAIN: Form = Form::new(
    "^([a-z0-9]([a-z0-9-]*[a-z0-9])?[.])+[a-z]{2,}$",
    "Use the name of a domain in lower case, such as example.com.",
);

/// Where members of a workspace log in when not here.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct SsoConnection {
    /// Workspace the connection belongs to.
    pub(super) workspace_id: Id<Workspace>,
    /// Name in paths, unique in the workspace.
    name: String,
    /// How members log in.
    protocol: Protocol,
    /// What the protocol needs to know.
    pub(super) settings: Option<Settings>,
    /// Domains of the email addresses of those who log in by this connection.
    domains: Vec<String>,
    /// Which attributes of an answer are which of ours.
    attribute_mapping: Document,
    /// Role of whoever logs in for the first time: an id, or the name of a built-in one; null for none.
    pub(super) default_role_id: Option<String>,
    /// Whether members with one of the domains may log in by this connection only. Not while it is created: try it first.
    pub(super) enforce: bool,
    /// What is worth knowing about the connection as it is.
    pub(super) warnings: Vec<&'static str>,
}

impl SsoConnection {
    pub(super) fn from_fields(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        let variant = fields.required_variant("protocol", |fields, protocol| {
            fields.require("settings");
            fields.object("settings", |fields| Settings::from_fields(fields, protocol, earlier))
        });
        if variant.is_none() {
            // Without a protocol there is no telling which settings are right.
            fields.value("settings");
        }
        let mut domains = fields.texts_in("domains", 253, &DOMAIN).unwrap_or_default();
        domains.sort();
        let enforce = fields.flag_or("enforce", false);
        if enforce && earlier.is_none() {
            fields.error("enforce", "conflict", "Create the connection first, try it, and enforce it then.");
        }
        let (protocol, settings) = match variant {
            Some((protocol, settings)) => (protocol, settings),
            None => (Protocol::Saml, None),
        };
        Self {
            workspace_id: fields.required_id("workspace_id"),
            name: fields.required_text_in("name", 255, &SLUG),
            protocol,
            settings,
            domains,
            attribute_mapping: fields.short_text_map("attribute_mapping", 255).unwrap_or_default(),
            default_role_id: fields
                .text_in("default_role_id", 36, &ROLE_ID)
                .map(|role_id| role_id.to_ascii_lowercase()),
            enforce,
            warnings: Vec::new(),
        }
    }

    /// The stored settings as a body may have them.
    pub(super) fn writable(current: &mut Document) {
        if let Some(Value::Object(settings)) = current.get_mut("settings") {
            settings.remove("client_secret_fingerprint");
        }
    }
}
