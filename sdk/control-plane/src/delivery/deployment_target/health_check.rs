//! How a deployment is found to be healthy, and what happens if it is not.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::document::{Fields, choice::choice, web_url::WEB_URL};

choice! {
    /// What a health check looks at.
    CheckType { Http = "http", Tcp = "tcp", Script = "script" }
}

/// A question whose answer says whether a deployment is healthy.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct HealthCheck {
    /// Name, for people.
    pub(crate) name: String,
    /// What the check looks at.
    #[serde(rename = "type")]
    pub(crate) kind: CheckType,
    /// URL that has to answer with 2xx; required for http.
    pub(crate) url: Option<String>,
    /// Port that has to accept connections; required for tcp.
    pub(crate) port: Option<i64>,
    /// Command that has to exit with 0; required for script.
    pub(crate) command: Option<String>,
    /// Seconds from one check to the next.
    pub(crate) interval_seconds: i64,
    /// Seconds that one check may take.
    pub(crate) timeout_seconds: i64,
    /// Number of checks in a row that have to pass.
    pub(crate) healthy_threshold: i64,
    /// Number of checks in a row that have to fail.
    pub(crate) unhealthy_threshold: i64,
}

/// What a check looks at; which one is required depends on its type.
struct Looked {
    url: Option<String>,
    port: Option<i64>,
    command: Option<String>,
}

impl HealthCheck {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        let read = fields.required_variant("type", |fields, kind| {
            fields.require(match kind {
                CheckType::Http => "url",
                CheckType::Tcp => "port",
                CheckType::Script => "command",
            });
            Looked::from_fields(fields)
        });
        // Without a type there is no telling what is required, and all the same to be said what is wrong.
        let (kind, looked) = read.unwrap_or_else(|| (CheckType::Http, Looked::from_fields(fields)));
        Self {
            name: fields.required_text("name", 255),
            kind,
            url: looked.url,
            port: looked.port,
            command: looked.command,
            interval_seconds: fields.integer_or("interval_seconds", 1..=3600, 10),
            timeout_seconds: fields.integer_or("timeout_seconds", 1..=3600, 5),
            healthy_threshold: fields.integer_or("healthy_threshold", 1..=100, 2),
            unhealthy_threshold: fields.integer_or("unhealthy_threshold", 1..=100, 3),
        }
    }
}

impl Looked {
    fn from_fields(fields: &mut Fields<'_>) -> Self {
        Self {
            url: fields.text_in("url", 2048, &WEB_URL),
            port: fields.integer("port", 1..=65_535),
            command: fields.text("command", 10_000),
        }
    }
}

choice! {
    /// What has to fail for a deployment to roll back.
    RollbackCause {
        HealthCheck = "health_check_failed",
        Deploy = "deploy_failed",
        Validation = "validation_failed",
    }
}

choice! {
    /// What a deployment rolls back to.
    RollbackTo { LastVerified = "last_verified", Previous = "previous" }
}

/// What happens when a deployment turns out bad.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Rollback {
    /// Whether it rolls back by itself.
    pub(crate) auto: bool,
    /// What has to fail for that; by default a health check.
    pub(crate) on: Vec<RollbackCause>,
    /// What it rolls back to.
    pub(crate) to: RollbackTo,
    /// Seconds that a deployment is watched after it is done.
    pub(crate) observe_seconds: i64,
}

impl Rollback {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        Self {
            auto: fields.flag_or("auto", true),
            on: fields.choices("on").unwrap_or_else(|| vec![RollbackCause::HealthCheck]),
            to: fields.choice_or("to", RollbackTo::LastVerified),
            observe_seconds: fields.integer_or("observe_seconds", 0..=86_400, 300),
        }
    }
}

choice! {
    /// When a validation script runs.
    #[schemars(rename = "ValidationPhase")]
    Phase { PreDeploy = "pre_deploy", PostDeploy = "post_deploy" }
}

choice! {
    /// What follows from a validation script that fails.
    OnFailure { Abort = "abort", Warn = "warn" }
}

/// A script that has to succeed before or after deploying.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct ValidationScript {
    /// When it runs.
    pub(crate) phase: Phase,
    /// Command line that is run.
    pub(crate) command: String,
    /// Seconds that it may take.
    pub(crate) timeout_seconds: i64,
    /// What follows if it fails.
    pub(crate) on_failure: OnFailure,
}

impl ValidationScript {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        Self {
            phase: fields.required_choice("phase"),
            command: fields.required_text("command", 10_000),
            timeout_seconds: fields.integer_or("timeout_seconds", 1..=86_400, 300),
            on_failure: fields.choice_or("on_failure", OnFailure::Abort),
        }
    }
}
