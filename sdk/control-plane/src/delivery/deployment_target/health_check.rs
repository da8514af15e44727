//! How a deployment is found to be healthy, and what happens if it is not.

use serde::Serialize;

use crate::document::{Fields, choice::choice};

choice! {
    /// What a health check looks at.
    CheckType { Http = "http", Tcp = "tcp", Script = "script" }
}

#[derive(Debug, Serialize)]
pub(super) struct HealthCheck {
    name: String,
    #[serde(rename = "type")]
    kind: CheckType,
    url: Option<String>,
    port: Option<i64>,
    command: Option<String>,
    interval_seconds: i64,
    timeout_seconds: i64,
    healthy_threshold: i64,
    unhealthy_threshold: i64,
}

impl HealthCheck {
    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Self {
        let kind = fields.required_choice("type");
        let needed = match kind {
            CheckType::Http => "url",
            CheckType::Tcp => "port",
            CheckType::Script => "command",
        };
        if !fields.is_present(needed) {
            fields.missing(needed);
        }
        Self {
            name: fields.required_text("name", 255),
            kind,
            url: fields.text("url", 2048),
            port: fields.integer("port", 1..=65_535),
            command: fields.text("command", 10_000),
            interval_seconds: fields.integer_or("interval_seconds", 1..=3600, 10),
            timeout_seconds: fields.integer_or("timeout_seconds", 1..=3600, 5),
            healthy_threshold: fields.integer_or("healthy_threshold", 1..=100, 2),
            unhealthy_threshold: fields.integer_or("unhealthy_threshold", 1..=100, 3),
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

#[derive(Debug, Serialize)]
pub(super) struct Rollback {
    auto: bool,
    on: Vec<RollbackCause>,
    to: RollbackTo,
    observe_seconds: i64,
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
    Phase { PreDeploy = "pre_deploy", PostDeploy = "post_deploy" }
}

choice! {
    /// What follows from a validation script that fails.
    OnFailure { Abort = "abort", Warn = "warn" }
}

#[derive(Debug, Serialize)]
pub(super) struct ValidationScript {
    phase: Phase,
    command: String,
    timeout_seconds: i64,
    on_failure: OnFailure,
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
