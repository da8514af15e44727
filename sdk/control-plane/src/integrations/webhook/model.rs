//! What a webhook is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    document::{Fields, choice::choice},
    integrations::{endpoint, pattern},
    object::{Earlier, Parent, Shape, id::Id, kind::Roles, write_only::WriteOnly},
    tenancy::workspace::{WORKSPACE, Workspace},
    vault::Material,
};

pub(crate) static WEBHOOK: Shape = Shape {
    kind: "webhook",
    collection: "webhooks",
    table: "webhooks",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &WORKSPACE, field: "workspace_id" }],
    key: "url",
    filters: &["workspace_id", "url"],
    immutable: &["workspace_id"],
    computed: &[FINGERPRINT, "disabled_at", "disabled_reason", "last_delivery"],
    children: &[],
    roles: Roles::MEMBERS,
};

pub(super) const FINGERPRINT: &str = "secret_fingerprint";
/// Fewer characters than this can be guessed from one signature.
const SHORTEST_SECRET: usize = 16;
const SECRET: &str =
    "Secret that deliveries are signed with, of 16 characters at least. Only its fingerprint is shown.";

choice! {
    /// Why a webhook was disabled by the server.
    DisabledReason { Failures = "failures" }
}

/// A URL that is told what happens in a workspace, signed with a secret that only both ends know.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Webhook {
    /// Workspace the webhook belongs to.
    workspace_id: Id<Workspace>,
    /// Where events are sent, unique in the workspace.
    url: String,
    /// Patterns of the events that are sent, such as `deployment.*`.
    events: Vec<String>,
    /// Whether anything is sent.
    pub(super) enabled: bool,
    /// How many deliveries have to fail in a row, each of them in all its attempts, for the webhook to be disabled.
    disable_after_failures: i64,
    /// Changes with the secret and says nothing about it.
    pub(super) secret_fingerprint: Option<String>,
    /// When the server disabled the webhook.
    #[schemars(extend("format" = "date-time"))]
    pub(super) disabled_at: Option<String>,
    /// Why it did.
    pub(super) disabled_reason: Option<DisabledReason>,
    /// The newest delivery that came to an end. It changes without a new version of the webhook: deliveries must not
    /// get in the way of whoever changes it.
    pub(super) last_delivery: Option<LastDelivery>,
    #[serde(skip)]
    pub(super) material: Material,
}

/// A delivery that came to an end.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "WebhookLastDelivery")]
pub(in crate::integrations) struct LastDelivery {
    /// Id of the delivery.
    #[schemars(extend("format" = "uuid"))]
    pub(in crate::integrations) id: String,
    /// What happened.
    pub(in crate::integrations) event_type: String,
    /// `succeeded`, or `failed` after the last attempt.
    pub(in crate::integrations) status: String,
    /// Status of the last answer, if there was one.
    pub(in crate::integrations) response_status: Option<i64>,
    /// When it came to an end.
    #[schemars(extend("format" = "date-time"))]
    pub(in crate::integrations) completed_at: Option<String>,
}

impl Webhook {
    pub(super) fn from_fields(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        let material = WriteOnly { path: &["secret"], about: SECRET, fingerprint: &[FINGERPRINT], earlier }
            .required(fields);
        if let Material::Fresh(secret) = &material
            && (1..SHORTEST_SECRET).contains(&secret.expose().chars().count())
        {
            fields.error("secret", "length", format!("Use at least {SHORTEST_SECRET} characters."));
        }
        Self {
            workspace_id: fields.required_id("workspace_id"),
            url: endpoint::required(fields, "url"),
            events: pattern::required(fields, "events"),
            enabled: fields.flag_or("enabled", true),
            disable_after_failures: fields.integer_or("disable_after_failures", 1..=1000, 10),
            secret_fingerprint: None,
            disabled_at: None,
            disabled_reason: None,
            last_delivery: None,
            material,
        }
    }
}
