//! A line of the audit log as it is answered and sent on.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{database::Statement, http::page::LARGEST};

/// Something that was done, or refused.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AuditEvent {
    /// Number of the line, which grows: the `Sparki-Revision` of a change.
    pub(super) revision: i64,
    /// Identifier of the line.
    id: String,
    /// When it happened.
    pub(super) created_at: String,
    /// `resource_type` and `action`, with a dot between them.
    event_type: String,
    /// Workspace it happened in; null if it belongs to none, such as a login.
    workspace_id: Option<String>,
    /// User or service account; null if it is not known, or was the server itself.
    user_id: Option<String>,
    /// Email address or name of who did it; null if it is not known.
    actor: Option<String>,
    /// Kind of what it was done to.
    resource_type: String,
    /// Identifier of what it was done to; null if there is none.
    resource_id: Option<String>,
    /// Version of the object that came of it; null if none did.
    resource_version: Option<i64>,
    /// What was done: `create`, `update`, `delete` and the like.
    action: String,
    /// `success`, or `refused:` and the code of the problem.
    result: String,
    /// Address it came from; null for what needs no request.
    ip_address: Option<String>,
    /// Program it came from, by its own account; null if it said nothing.
    user_agent: Option<String>,
    /// Id of the request in the logs of the server.
    correlation_id: String,
    /// What changed: `changed_fields`, and the fields `before` and `after`.
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    details: Box<RawValue>,
    /// Hash of the line before.
    previous_hash: String,
    /// Hash of this line, which covers the one before.
    hash: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    id: String,
    user_id: Option<String>,
    actor: Option<String>,
    workspace_id: Option<String>,
    event_type: String,
    resource_type: String,
    resource_id: Option<String>,
    resource_version: Option<i64>,
    action: String,
    result: String,
    ip_address: Option<String>,
    user_agent: Option<String>,
    correlation_id: String,
    details: String,
    created_at: String,
    previous_hash: String,
    hash: String,
}

/// The begin of a statement that [`fetch`] takes.
pub(super) fn select() -> Statement {
    Statement::new(
        "SELECT seq, id, user_id, actor, workspace_id, event_type, resource_type, resource_id, resource_version, action, \
         result, ip_address, user_agent, correlation_id, details, created_at, previous_hash, hash FROM audit_logs",
    )
}

/// The lines a statement finds, up to the one with which there is no more room in one answer.
pub(super) async fn fetch(
    statement: Statement,
    executor: impl sqlx::Executor<'_, Database = sqlx::Any>,
) -> Result<Vec<AuditEvent>, sqlx::Error> {
    let size = |row: &Row| row.details.len();
    let rows: Vec<Row> = statement.fetch_until(executor, (LARGEST, size)).await?;
    rows.into_iter().map(Row::event).collect()
}

impl AuditEvent {
    /// Bytes that it takes in an answer, near enough.
    pub(super) fn size(&self) -> usize {
        self.details.get().len()
    }
}

impl Row {
    fn event(self) -> Result<AuditEvent, sqlx::Error> {
        Ok(AuditEvent {
            revision: self.seq,
            id: self.id,
            created_at: self.created_at,
            event_type: self.event_type,
            workspace_id: self.workspace_id,
            user_id: self.user_id,
            actor: self.actor,
            resource_type: self.resource_type,
            resource_id: self.resource_id,
            resource_version: self.resource_version,
            action: self.action,
            result: self.result,
            ip_address: self.ip_address,
            user_agent: self.user_agent,
            correlation_id: self.correlation_id,
            details: RawValue::from_string(self.details)
                .map_err(|error| sqlx::Error::Decode(error.into()))?,
            previous_hash: self.previous_hash,
            hash: self.hash,
        })
    }
}
