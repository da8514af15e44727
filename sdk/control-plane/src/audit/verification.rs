//! `GET /audit-events:verify`: whether anybody altered the audit log.

use axum::{http::StatusCode, response::Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    audit::chain::{self, Verdict},
    auth::guard::Cost,
    document::choice::choice,
    http::{
        answer::Answer,
        limit::REQUEST,
        problem::{Code, Problem},
    },
    object::{Call, routes::respond},
    openapi::{Heading, Operation, Place, Reply, Verb},
};

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

/// What a check of the audit log found.
#[derive(Debug, Serialize, JsonSchema)]
struct AuditVerification {
    /// Whether the log is whole.
    state: ChainState,
    /// Number of lines; null if the log is broken.
    lines: Option<u64>,
    /// Identifier of the first line that does not follow from the one before; null if the log is whole.
    broken_at: Option<String>,
}

pub(crate) fn operation() -> Operation {
    let heading = Heading {
        place: Place::Guarded,
        method: Verb::Get,
        path: "/audit-events:verify".into(),
        id: "verifyAuditEvents".into(),
        tag: "audit-events",
        summary: "Checks that nobody altered the audit log".into(),
        about: "Takes the permission audit_event:verify in any workspace, for the log is one of all workspaces. Every line is read and its \
                hash worked out anew, so it counts as ten requests."
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
    if caller.access.sight(PERMISSION).workspaces.is_empty() {
        return Err(Problem::new(
            Code::PermissionDenied,
            format!("This takes the permission {PERMISSION} in a workspace, whichever."),
        )
        .with("permission", PERMISSION)
        .with("scope", "server"));
    }
    let found = match chain::check(&app.database).await? {
        Verdict::Whole { lines } => {
            AuditVerification { state: ChainState::Whole, lines: Some(lines), broken_at: None }
        }
        Verdict::Broken { line } => {
            AuditVerification { state: ChainState::Broken, lines: None, broken_at: Some(line) }
        }
    };
    Ok(Answer::of(&found))
}
