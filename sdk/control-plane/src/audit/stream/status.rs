//! `GET /audit-log-streams/{id}/status`: how far a stream is. Not a part of the stream itself, whose version it would change with
//! every line.

use axum::{extract::Path, http::StatusCode, response::Response};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    audit::stream::{AuditLogStream, cursor, delivery::parse, model::AUDIT_LOG_STREAM},
    http::{
        answer::Answer,
        problem::{Code, Problem},
    },
    object::{
        Call,
        read::{known_form, present},
        routes::{self, heading, respond},
        store,
        write::authorise,
    },
    openapi::{Heading, Operation, Reply, Verb},
};

/// How far a stream is.
#[derive(Debug, Serialize, JsonSchema)]
struct AuditLogStreamStatus {
    /// Number of the last line that was dealt with.
    position: i64,
    /// Lines that are still to be sent.
    lag_lines: i64,
    /// Age of the oldest of them, in seconds; 0 if there are none.
    lag_seconds: i64,
    /// Attempts that failed since the last that did not.
    failures: i64,
    /// What the last attempt failed with; null if it did not.
    last_error: Option<String>,
    /// When lines were last taken; null before the first.
    last_delivered_at: Option<String>,
}

pub(crate) fn operations() -> Vec<Operation> {
    let mut operations = routes::operations::<AuditLogStream>();
    let heading = Heading {
        path: "/audit-log-streams/{id}/status".into(),
        id: "readAuditLogStreamStatus".into(),
        summary: "Says how far an audit log stream is".into(),
        about: "Takes the permission `audit_log_stream:read`.".into(),
        ..heading::<AuditLogStream>(Verb::Get)
    };
    operations.push(
        Operation::new(heading, status)
            .answers(Reply::json::<AuditLogStreamStatus>(StatusCode::OK, "How far it is."))
            .refuses(&[Code::PermissionDenied, Code::NotFound, Code::Gone]),
    );
    operations
}

async fn status(Path(id): Path<String>, call: Call) -> Response {
    respond(read(call, &id).await)
}

async fn read(call: Call, id: &str) -> Result<Answer, Problem> {
    let Call { app, caller, query, .. } = call;
    query.finish()?;
    let id = known_form(&AUDIT_LOG_STREAM, id)?;
    let row = store::find(app.database.reader(), &AUDIT_LOG_STREAM, &caller, &id).await?;
    let row = present(&AUDIT_LOG_STREAM, row)?;
    authorise(&caller, &row, &AUDIT_LOG_STREAM.permission("read"))?;
    let cursor = cursor::find(app.database.reader(), &row.id).await?;
    let cursor = cursor.ok_or_else(|| Problem::not_found(AUDIT_LOG_STREAM.kind))?;
    let filter = parse(&cursor)?.filter;
    let (lag_lines, oldest) = cursor::backlog(app.database.reader(), &cursor, &filter).await?;
    let age = |text: String| {
        let written: Timestamp = text.parse().ok()?;
        Some(app.settings.clock.now().duration_since(written).max(SignedDuration::ZERO).as_secs())
    };
    Ok(Answer::of(&AuditLogStreamStatus {
        position: cursor.position,
        lag_lines,
        lag_seconds: oldest.and_then(age).unwrap_or_default(),
        failures: cursor.failures,
        last_error: cursor.last_error,
        last_delivered_at: cursor.last_delivered_at,
    }))
}
