//! The SQL of events.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, value::RawValue};

use crate::{
    clock::stamp,
    database::{Connection, Database, Statement},
    events::event::{Event, Resource, Told},
    http::correlation,
    integrations::deliveries,
};

/// How long an event can be asked for. Longer than any webhook is retried.
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Writes an event, with what is to be sent to webhooks and notification channels, and answers with its number.
///
/// Has to run inside [`Database::write`]: only then is the order of numbers the order of commits, and nobody who reads on misses one.
pub(crate) async fn append(connection: &mut Connection, event: Event, now: &str) -> Result<i64, sqlx::Error> {
    let data = Value::Object(event.data).to_string();
    let correlation_id = correlation::id();
    let seq: i64 = sqlx::query_scalar(
        "INSERT INTO events (workspace_id, type, resource_type, resource_id, data, correlation_id, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING seq",
    )
    .bind(&event.workspace_id)
    .bind(&event.name)
    .bind(&event.resource_type)
    .bind(&event.resource_id)
    .bind(&data)
    .bind(&correlation_id)
    .bind(now)
    .fetch_one(&mut *connection)
    .await?;
    let row = Row {
        seq,
        workspace_id: event.workspace_id,
        name: event.name,
        resource_type: event.resource_type,
        resource_id: event.resource_id,
        data,
        correlation_id,
        created_at: now.to_owned(),
    };
    deliveries::dispatch(connection, &row.told()?).await?;
    Ok(seq)
}

/// Whose events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scope {
    Workspace(String),
    Resource(String),
}

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    workspace_id: String,
    #[sqlx(rename = "type")]
    name: String,
    resource_type: String,
    resource_id: String,
    data: String,
    correlation_id: String,
    created_at: String,
}

/// The first `limit` events after a number.
pub(crate) async fn since(
    database: &Database,
    scope: &Scope,
    after: i64,
    limit: u32,
) -> Result<Vec<Told>, sqlx::Error> {
    let mut query = Statement::new(
        "SELECT seq, workspace_id, type, resource_type, resource_id, data, correlation_id, created_at FROM events \
         WHERE seq > ",
    );
    query.push_bind(after);
    match scope {
        Scope::Workspace(id) => query.push(" AND workspace_id = ").push_bind(id.as_str()),
        Scope::Resource(id) => query.push(" AND resource_id = ").push_bind(id.as_str()),
    };
    query.push(" ORDER BY seq LIMIT ").push_bind(i64::from(limit));
    let rows: Vec<Row> = query.fetch_all(database.reader()).await?;
    rows.into_iter().map(Row::told).collect()
}

impl Row {
    fn told(self) -> Result<Told, sqlx::Error> {
        Ok(Told {
            id: self.seq,
            name: self.name,
            workspace_id: self.workspace_id,
            resource: Resource { kind: self.resource_type, id: self.resource_id },
            data: RawValue::from_string(self.data).map_err(|error| sqlx::Error::Decode(error.into()))?,
            correlation_id: self.correlation_id,
            created_at: self.created_at,
        })
    }
}

/// The number of the newest event; 0 before the first.
pub(crate) async fn newest(database: &Database) -> Result<i64, sqlx::Error> {
    let newest: Option<i64> =
        sqlx::query_scalar("SELECT MAX(seq) FROM events").fetch_one(database.reader()).await?;
    Ok(newest.unwrap_or_default())
}

/// Forgets events that are too old to be asked for.
pub(crate) async fn forget_old(connection: &mut Connection, now: Timestamp) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM events WHERE created_at <= $1")
        .bind(stamp(now - KEPT))
        .execute(connection)
        .await?;
    Ok(())
}
