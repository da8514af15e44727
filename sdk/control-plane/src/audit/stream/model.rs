//! What an audit log stream is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    document::{
        Fields,
        choice::{Choice, choice},
        form::{Form, TIME},
        web_url::{gives_secrets_away, is_loopback},
    },
    object::{Parent, Shape, id::Id, kind::Roles},
    tenancy::workspace::{WORKSPACE, Workspace},
};

pub(crate) static AUDIT_LOG_STREAM: Shape = Shape {
    kind: "audit_log_stream",
    collection: "audit-log-streams",
    table: "audit_log_streams",
    workspace_column: "workspace_id",
    parents: &[Parent { shape: &WORKSPACE, field: "workspace_id" }],
    key: "name",
    filters: &["workspace_id", "name"],
    immutable: &["workspace_id", "start_from"],
    computed: &[],
    children: &[],
    roles: Roles::ADMINS,
};

static SINK_URL: Form = Form::new("^https?://", URLS).checked(|text| {
    let Ok(url) = Url::parse(text) else { return Some(URLS) };
    if !url.username().is_empty() || url.password().is_some() {
        return Some("Leave user and password out of the URL: it is shown to everyone in the workspace.");
    }
    let is_open = url.has_host() && !gives_secrets_away(&url);
    (!is_open || (url.scheme() != "https" && !is_loopback(&url))).then_some(URLS)
});
const URLS: &str = "Use a URL that starts with https://.";

static START: Form = Form::new("^(now|beginning|[0-9]{4}-.+)$", STARTS).checked(|text| {
    let is_known = text == NOW || text == BEGINNING || TIME.admits(text);
    (!is_known).then_some(STARTS)
});
const STARTS: &str = "Use \"now\", \"beginning\" or a time as in RFC 3339: 2026-01-31T12:00:00Z.";
/// With the first line written after the stream is.
pub(super) const NOW: &str = "now";
/// With the first line of the workspace.
pub(super) const BEGINNING: &str = "beginning";

choice! {
    /// What takes the lines.
    SinkType {
        /// A POST for every batch.
        Http = "http",
        /// Objects in a bucket; not supported yet.
        S3 = "s3",
        /// Messages in a topic; not supported yet.
        Kafka = "kafka",
    }
}

choice! {
    /// How what is sent on has ended.
    AuditResult { Success = "success", Refused = "refused" }
}

/// Sends the lines of the audit log of a workspace on.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AuditLogStream {
    /// Workspace whose lines are sent on.
    workspace_id: Id<Workspace>,
    /// Name, unique in the workspace.
    name: String,
    /// Where the lines go.
    pub(super) sink: AuditSink,
    /// Which lines are sent on.
    filter: AuditFilter,
    /// Where the stream starts: `now`, `beginning`, or a time.
    pub(super) start_from: String,
    /// Whether lines are sent on; a stream that is enabled again goes on where it stopped.
    pub(super) enabled: bool,
}

/// Where the lines of a stream go.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AuditSink {
    /// What takes the lines.
    #[serde(rename = "type")]
    pub(super) kind: SinkType,
    /// URL that is called with the lines; null unless the type is `http`.
    url: Option<String>,
    /// Bucket for the lines; null unless the type is `s3`.
    bucket: Option<String>,
    /// Servers to send to, as `host:port`; empty unless the type is `kafka`.
    brokers: Vec<String>,
    /// Topic for the lines; null unless the type is `kafka`.
    topic: Option<String>,
}

/// Which lines a stream sends on. What is left empty excludes nothing.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
pub(super) struct AuditFilter {
    /// Kinds of what something was done to, such as `project`.
    pub(super) resource_types: Vec<String>,
    /// Actions, such as `update`.
    pub(super) actions: Vec<String>,
    /// How it ended.
    pub(super) results: Vec<String>,
}

impl AuditLogStream {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        fields.require("sink");
        let sink = fields.object("sink", AuditSink::from_fields).unwrap_or(AuditSink {
            kind: SinkType::Http,
            url: None,
            bucket: None,
            brokers: Vec::new(),
            topic: None,
        });
        Self {
            workspace_id: fields.required_id("workspace_id"),
            name: fields.required_text("name", 255),
            sink,
            filter: fields.object_or_default("filter", |fields| AuditFilter {
                resource_types: fields.texts("resource_types", 50).unwrap_or_default(),
                actions: fields.texts("actions", 50).unwrap_or_default(),
                results: words(fields.choices::<AuditResult>("results")),
            }),
            start_from: fields.text_in_or("start_from", 50, &START, NOW),
            enabled: fields.flag_or("enabled", true),
        }
    }
}

impl AuditSink {
    fn from_fields(fields: &mut Fields<'_>) -> Self {
        let kind = fields.required_choice::<SinkType>("type");
        if kind == SinkType::Http {
            fields.require("url");
        }
        Self {
            kind,
            url: fields.text_in("url", 2048, &SINK_URL),
            bucket: fields.text("bucket", 255),
            brokers: fields.texts("brokers", 255).unwrap_or_default(),
            topic: fields.text("topic", 255),
        }
    }
}

fn words(results: Option<Vec<AuditResult>>) -> Vec<String> {
    let word = |result: &AuditResult| {
        AuditResult::ALL.iter().find(|(_, known)| known == result).map(|(word, _)| (*word).to_owned())
    };
    results.unwrap_or_default().iter().filter_map(word).collect()
}
