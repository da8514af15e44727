//! A job, and what becomes of it.

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::{clock::stamp, database::Connection, http::correlation};

/// Something to be done.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) payload: Value,
    /// How often it was tried before.
    pub(crate) attempts: i64,
    pub(crate) correlation_id: String,
}

impl Job {
    /// The text in a field of the payload; empty if there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.payload.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

/// What became of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is done, or there is nothing left to do.
    Done,
    /// It goes on at a time.
    Again {
        /// When.
        at: Timestamp,
    },
}

/// Writes a job that is to be done at `due_at` or soon after.
pub(crate) async fn enqueue(
    connection: &mut Connection,
    kind: &str,
    payload: &Value,
    due_at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO jobs (id, kind, payload, due_at, attempts, correlation_id, created_at) \
         VALUES ($1, $2, $3, $4, 0, $5, $4)",
    )
    .bind(Uuid::now_v7().to_string())
    .bind(kind)
    .bind(payload.to_string())
    .bind(stamp(due_at))
    .bind(correlation::id())
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes the one job of a kind that comes again and again, to be done first at `due_at`, unless it is there already.
pub(crate) async fn ensure(
    connection: &mut Connection,
    kind: &str,
    due_at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO jobs (id, kind, payload, due_at, attempts, correlation_id, created_at) \
         VALUES ($1, $1, '{}', $2, 0, '', $2) ON CONFLICT (id) DO NOTHING",
    )
    .bind(kind)
    .bind(stamp(due_at))
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes jobs that nobody does at the moment due earlier than they are.
pub(crate) async fn hasten(
    connection: &mut Connection,
    kind: &str,
    payload: &Value,
    due_at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE jobs SET due_at = $1 WHERE kind = $2 AND payload = $3 AND claimed_by IS NULL AND due_at > $1",
    )
    .bind(stamp(due_at))
    .bind(kind)
    .bind(payload.to_string())
    .execute(connection)
    .await?;
    Ok(())
}
