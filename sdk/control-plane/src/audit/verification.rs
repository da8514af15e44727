//! `GET /audit-events:verify`: whether anybody altered the audit log.

use axum::{http::StatusCode, response::Response};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::Mutex;

use crate::{
    app::App,
    audit::chain::{self, Checked, Verdict},
    auth::guard::Cost,
    clock::stamp,
    document::choice::choice,
    http::{
        answer::Answer,
        limit::REQUEST,
        problem::{Code, Problem},
    },
    object::{Call, routes::respond},
    openapi::{Heading, Operation, Place, Reply, Verb},
};

/// How long the outcome of a check is given again, for it takes a while.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(1);
/// A check reads the whole log, so it costs as much as ten requests.
const PRICE: u64 = 10 * REQUEST;
const PERMISSION: &str = "audit_event:verify";

choice! {
    /// What a check of the audit log found.
    ChainState {
        /// Every line follows from the one before.
        Whole = "whole",
        /// A line was altered, added or removed.
        Broken = "broken",
    }
}

/// The last check, and the lock that only one is made at a time under.
#[derive(Debug, Default)]
pub(crate) struct LastCheck(Mutex<Option<(Timestamp, Checked)>>);

impl LastCheck {
    /// What the last check found and when, or a new one if that was too long ago.
    async fn recent(&self, app: &App) -> Result<(Timestamp, Checked), sqlx::Error> {
        let mut last = self.0.lock().await;
        let now = app.settings.clock.now();
        if let Some((at, checked)) = &*last
            && now.duration_since(*at) < REMEMBERED
        {
            return Ok((*at, checked.clone()));
        }
        let found = (now, chain::check(&app.database).await?);
        *last = Some(found.clone());
        Ok(found)
    }
}

/// What a check of the audit log found.
#[derive(Debug, Serialize, JsonSchema)]
struct AuditVerification {
    /// Whether the log is whole.
    state: ChainState,
    /// Number of lines about the workspaces in which the caller may ask this; null if the log is broken.
    lines: Option<i64>,
    /// Identifier of the first line that does not follow from the one before; null if the log is whole, or the line is about
    /// a workspace in which the caller may not ask this.
    broken_at: Option<String>,
    /// When the log was read.
    checked_at: String,
}

pub(crate) fn operation() -> Operation {
    let heading = Heading {
        place: Place::Guarded,
        method: Verb::Get,
        path: "/audit-events:verify".into(),
        id: "verifyAuditEvents".into(),
        tag: "audit-events",
        summary: "Checks that nobody altered the audit log".into(),
        about: "Takes the permission audit_event:verify in any workspace, for the log is one of all workspaces; what is said of it beyond \
                its state is about the caller's only. Every line is read and its \
                hash worked out anew, so it counts as ten requests, and what was found is given again for a minute."
            .into(),
    };
    Operation::new(heading, verify)
        .answers(Reply::json::<AuditVerification>(StatusCode::OK, "What was found."))
        .refuses(&[Code::PermissionDenied])
}

async fn verify(call: Call) -> Response {
    let mut response = respond(check(call).await);
    if response.status().is_success() {
        response.extensions_mut().insert(Cost(PRICE));
    }
    response
}

async fn check(call: Call) -> Result<Answer, Problem> {
    let Call { app, caller, query, .. } = call;
    query.finish()?;
    let sight = caller.access.sight(PERMISSION);
    if sight.workspaces.is_empty() {
        return Err(Problem::new(
            Code::PermissionDenied,
            format!("This takes the permission {PERMISSION} in a workspace, whichever."),
        )
        .with("permission", PERMISSION)
        .with("scope", "server"));
    }
    let (checked_at, checked) = app.last_audit_check.recent(&app).await?;
    let checked_at = stamp(checked_at);
    let found = match checked.verdict {
        Verdict::Whole { .. } => {
            let is_seen = |(id, _): &(&String, &i64)| sight.workspaces.contains(id.as_str());
            let lines = checked.lines.iter().filter(is_seen).map(|(_, lines)| lines).sum();
            AuditVerification { state: ChainState::Whole, lines: Some(lines), broken_at: None, checked_at }
        }
        Verdict::Broken { line } => {
            let is_seen = checked.broken_in.is_some_and(|id| sight.workspaces.contains(id.as_str()));
            let broken_at = is_seen.then_some(line);
            AuditVerification { state: ChainState::Broken, lines: None, broken_at, checked_at }
        }
    };
    Ok(Answer::of(&found))
}
