//! What a notification channel is.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    document::{Fields, choice::choice, form::Form},
    integrations::endpoint,
    object::{Earlier, Parent, Shape, id::Id, kind::Roles, write_only::WriteOnly},
    tenancy::workspace::{WORKSPACE, Workspace},
    vault::Material,
};

pub(crate) static NOTIFICATION_CHANNEL: Shape = Shape {
    kind: "notification_channel",
    collection: "notification-channels",
    table: "notification_channels",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &WORKSPACE, field: "workspace_id" }],
    key: "name",
    filters: &["workspace_id", "name"],
    immutable: &["workspace_id"],
    computed: &[FINGERPRINT, "simulated"],
    children: &[],
    roles: Roles::MEMBERS,
};

pub(super) const FINGERPRINT: &str = "credential_fingerprint";
const KINDS: [&str; 5] = ["email", "slack", "push", "webhook", "pagerduty"];
const SLACK_URL: &str = "URL of an incoming webhook of Slack. Only its fingerprint is shown.";
const HOOK_SECRET: &str = "Secret that notifications are signed with. Only its fingerprint is shown.";
const ROUTING_KEY: &str = "Integration key of the service. Only its fingerprint is shown.";
const PAGERDUTY: &str = "https://events.pagerduty.com/v2/enqueue";

static ADDRESS: Form = Form::new("^[^@ \\t\\r\\n]+@[^@ \\t\\r\\n]+$", "Use an email address.");

choice! {
    /// How urgent PagerDuty takes an event to be.
    Severity { Critical = "critical", Error = "error", Warning = "warning", Info = "info" }
}

/// Where people are told of what happens: exactly one of the five.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NotificationChannel {
    /// Workspace the channel belongs to.
    workspace_id: Id<Workspace>,
    /// Name of the channel, unique in the workspace.
    name: String,
    /// Whether anything is sent.
    enabled: bool,
    /// Email to some addresses. This server sends none; it notes what it would have sent.
    email: Option<Email>,
    /// A channel in Slack.
    slack: Option<Slack>,
    /// Push notifications to the devices of some people. This server sends none; it notes what it would have sent.
    push: Option<Push>,
    /// A URL that is sent the event as it is.
    webhook: Option<Hook>,
    /// A service in PagerDuty.
    pagerduty: Option<PagerDuty>,
    /// Changes with the secret of the channel and says nothing about it; there is none where there is no secret.
    pub(super) credential_fingerprint: Option<String>,
    /// Whether notifications are only noted and not sent.
    simulated: bool,
    #[serde(skip)]
    pub(super) material: Material,
}

/// Email to some addresses.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "NotificationChannelEmail")]
struct Email {
    /// The addresses.
    addresses: Vec<String>,
}

/// A channel in Slack, by the URL of an incoming webhook, which is a secret.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "NotificationChannelSlack")]
struct Slack {
    /// Name of the channel, for people; the webhook decides where messages go.
    channel: Option<String>,
}

/// Push notifications to the devices of some people.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "NotificationChannelPush")]
struct Push {
    /// Email addresses of the people.
    users: Vec<String>,
}

/// A URL that is sent events.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "NotificationChannelWebhook")]
struct Hook {
    /// The URL.
    url: String,
}

/// A service in PagerDuty, by its routing key, which is a secret.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "NotificationChannelPagerDuty")]
struct PagerDuty {
    /// How urgent events are.
    severity: Severity,
    /// Where PagerDuty takes events.
    endpoint: String,
}

impl NotificationChannel {
    pub(super) fn from_fields(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self {
        fields.require_one_of(&KINDS);
        let write_only = |path, about| WriteOnly { path, about, fingerprint: &[FINGERPRINT], earlier };
        let mut material = Material::Absent;
        let email = fields.object("email", |fields| Email {
            addresses: fields.required_texts_in("addresses", 254, &ADDRESS),
        });
        let slack = fields.object("slack", |fields| {
            material = write_only(&["slack", "webhook_url"], SLACK_URL).required(fields);
            if let Material::Fresh(url) = &material {
                endpoint::check_secret(fields, "webhook_url", url.expose());
            }
            Slack { channel: fields.text("channel", 80) }
        });
        let push =
            fields.object("push", |fields| Push { users: fields.required_texts_in("users", 254, &ADDRESS) });
        let webhook = fields.object("webhook", |fields| {
            material = write_only(&["webhook", "secret"], HOOK_SECRET).required(fields);
            Hook { url: endpoint::required(fields, "url") }
        });
        let pagerduty = fields.object("pagerduty", |fields| {
            material = write_only(&["pagerduty", "routing_key"], ROUTING_KEY).required(fields);
            PagerDuty {
                severity: fields.choice_or("severity", Severity::Error),
                endpoint: endpoint::read_or(fields, "endpoint", PAGERDUTY),
            }
        });
        Self {
            workspace_id: fields.required_id("workspace_id"),
            name: fields.required_text("name", 255),
            enabled: fields.flag_or("enabled", true),
            simulated: email.is_some() || push.is_some(),
            email,
            slack,
            push,
            webhook,
            pagerduty,
            credential_fingerprint: None,
            material,
        }
    }
}
