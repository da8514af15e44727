//! The SQL of the audit log.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    audit::{
        Entry,
        chain::{GENESIS, Line},
    },
    database::Connection,
    events,
    http::correlation,
    object::write::COMMON_COMPUTED,
};

/// Appends an entry and answers with its number, which is the revision of the change.
///
/// Has to run inside a write transaction: the hash depends on the line before.
pub(crate) async fn append(connection: &mut Connection, entry: Entry, now: &str) -> Result<i64, sqlx::Error> {
    let previous: Option<String> =
        sqlx::query_scalar("SELECT hash FROM audit_logs ORDER BY seq DESC LIMIT 1")
            .fetch_optional(&mut *connection)
            .await?;
    if let Some(event) = entry.event_of_change() {
        events::append(connection, event, now).await?;
    }
    let origin = correlation::current();
    let line = Line {
        id: Uuid::now_v7().to_string(),
        user_id: entry.user_id,
        actor: entry.actor,
        workspace_id: entry.workspace_id,
        event_type: format!("{}.{}", entry.resource_type, entry.action),
        resource_type: entry.resource_type,
        resource_id: entry.resource_id,
        resource_version: entry.resource_version,
        action: entry.action,
        result: entry.result,
        ip_address: origin.as_ref().map(|origin| origin.ip_address.to_string()),
        user_agent: origin.as_ref().and_then(|origin| origin.user_agent.clone()),
        correlation_id: origin.map(|origin| origin.correlation_id).unwrap_or_default(),
        details: Value::Object(entry.details).to_string(),
        created_at: now.to_owned(),
        previous_hash: previous.unwrap_or_else(|| GENESIS.to_owned()),
        hash: String::new(),
    };
    let hash = line.digest();
    sqlx::query_scalar(
        "INSERT INTO audit_logs (id, user_id, actor, workspace_id, event_type, resource_type, resource_id, \
         resource_version, action, result, ip_address, user_agent, correlation_id, details, created_at, \
         previous_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) RETURNING seq",
    )
    .bind(line.id)
    .bind(line.user_id)
    .bind(line.actor)
    .bind(line.workspace_id)
    .bind(line.event_type)
    .bind(line.resource_type)
    .bind(line.resource_id)
    .bind(line.resource_version)
    .bind(line.action)
    .bind(line.result)
    .bind(line.ip_address)
    .bind(line.user_agent)
    .bind(line.correlation_id)
    .bind(line.details)
    .bind(line.created_at)
    .bind(line.previous_hash)
    .bind(hash)
    .fetch_one(connection)
    .await
}

/// The newest revision.
pub(crate) async fn revision(connection: &mut Connection) -> Result<i64, sqlx::Error> {
    let newest: Option<i64> =
        sqlx::query_scalar("SELECT MAX(seq) FROM audit_logs").fetch_one(connection).await?;
    Ok(newest.unwrap_or_default())
}

/// What happened to an object since a version.
#[derive(Debug)]
pub(crate) struct Change {
    pub(crate) by: Value,
    pub(crate) at: Value,
    pub(crate) fields: Value,
}

pub(crate) async fn changes_since(
    connection: &mut Connection,
    id: &str,
    version: i64,
) -> Result<Change, sqlx::Error> {
    let rows: Vec<(Option<String>, String, String)> = sqlx::query_as(
        "SELECT actor, created_at, details FROM audit_logs \
         WHERE resource_id = $1 AND resource_version > $2 AND result = 'success' ORDER BY seq",
    )
    .bind(id)
    .bind(version)
    .fetch_all(connection)
    .await?;
    let mut fields: Vec<String> = rows
        .iter()
        .filter_map(|(_, _, details)| serde_json::from_str::<Value>(details).ok())
        .filter_map(|details| Some(details.get("changed_fields")?.as_array()?.clone()))
        .flatten()
        .filter_map(|field| field.as_str().map(str::to_owned))
        // These come with every creation or change and so say nothing.
        .filter(|field| !COMMON_COMPUTED.contains(&field.as_str()))
        .collect();
    fields.sort();
    fields.dedup();
    let last = rows.last();
    Ok(Change {
        by: json!(last.and_then(|(actor, _, _)| actor.clone())),
        at: json!(last.map(|(_, at, _)| at.clone())),
        fields: json!(fields),
    })
}
