//! How far a stream is.

use sqlx::{Any, Executor};

use crate::{
    audit::{
        event::{self, AuditEvent},
        stream::model::{AuditFilter, BEGINNING, NOW},
    },
    clock::stamp,
    database::{Connection, Database, Statement},
};

/// Where a stream is, and how it fares.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Cursor {
    pub(super) stream_id: String,
    pub(super) workspace_id: String,
    pub(super) document: String,
    /// Grows with every time the stream is enabled: the job of an earlier time ends.
    pub(super) epoch: i64,
    /// The last line that was dealt with.
    pub(super) position: i64,
    /// Attempts that failed since the last that did not.
    pub(super) failures: i64,
    pub(super) last_error: Option<String>,
    pub(super) last_delivered_at: Option<String>,
}

/// Puts the cursor of a new stream where it starts.
pub(super) async fn create(
    connection: &mut Connection,
    stream_id: &str,
    start_from: &str,
) -> Result<(), sqlx::Error> {
    let position = match start_from {
        NOW => newest(&mut *connection).await?,
        BEGINNING => 0,
        time => {
            let before: Option<i64> =
                sqlx::query_scalar("SELECT MAX(seq) FROM audit_logs WHERE created_at < $1")
                    .bind(time.parse().map(stamp).unwrap_or_default())
                    .fetch_one(&mut *connection)
                    .await?;
            before.unwrap_or_default()
        }
    };
    sqlx::query(
        "INSERT INTO audit_log_stream_cursors (stream_id, epoch, position, failures) VALUES ($1, 0, $2, 0)",
    )
    .bind(stream_id)
    .bind(position)
    .execute(connection)
    .await?;
    Ok(())
}

/// Starts counting anew who may move the cursor, and answers with the count.
pub(super) async fn begin_epoch(connection: &mut Connection, stream_id: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "UPDATE audit_log_stream_cursors SET epoch = epoch + 1, failures = 0, last_error = NULL WHERE stream_id = $1 \
         RETURNING epoch",
    )
    .bind(stream_id)
    .fetch_one(connection)
    .await
}

/// The cursor of a stream, if the stream is there.
pub(super) async fn find(
    executor: impl Executor<'_, Database = Any>,
    stream_id: &str,
) -> Result<Option<Cursor>, sqlx::Error> {
    sqlx::query_as(
        "SELECT c.stream_id, s.workspace_id, s.document, c.epoch, c.position, c.failures, c.last_error, c.last_delivered_at \
         FROM audit_log_stream_cursors c JOIN audit_log_streams s ON s.id = c.stream_id WHERE c.stream_id = $1",
    )
    .bind(stream_id)
    .fetch_optional(executor)
    .await
}

/// The newest line of the whole log.
pub(super) async fn newest(executor: impl Executor<'_, Database = Any>) -> Result<i64, sqlx::Error> {
    let newest: Option<i64> =
        sqlx::query_scalar("SELECT MAX(seq) FROM audit_logs").fetch_one(executor).await?;
    Ok(newest.unwrap_or_default())
}

/// The first lines between two numbers that are of the workspace and pass the filter.
pub(super) async fn lines(
    database: &Database,
    cursor: &Cursor,
    filter: &AuditFilter,
    window: (i64, u32),
) -> Result<Vec<AuditEvent>, sqlx::Error> {
    let (until, limit) = window;
    let mut statement = event::select();
    pending(&mut statement, cursor, filter, until);
    statement.push(" ORDER BY seq LIMIT ").push_bind(i64::from(limit));
    event::fetch(statement, database.reader()).await
}

/// How many lines are still to be sent, and when the oldest of them was written.
pub(super) async fn backlog(
    executor: impl Executor<'_, Database = Any>,
    cursor: &Cursor,
    filter: &AuditFilter,
) -> Result<(i64, Option<String>), sqlx::Error> {
    let mut statement = Statement::new("SELECT COUNT(*), MIN(created_at) FROM audit_logs");
    pending(&mut statement, cursor, filter, i64::MAX);
    Ok(statement.fetch_optional(executor).await?.unwrap_or_default())
}

fn pending(statement: &mut Statement, cursor: &Cursor, filter: &AuditFilter, until: i64) {
    statement.push(" WHERE workspace_id = ").push_bind(cursor.workspace_id.as_str());
    statement.push(" AND seq > ").push_bind(cursor.position).push(" AND seq <= ").push_bind(until);
    for (column, wanted) in [("resource_type", &filter.resource_types), ("action", &filter.actions)] {
        if !wanted.is_empty() {
            let words: Vec<&str> = wanted.iter().map(String::as_str).collect();
            statement.push(" AND ").push(column).push(" IN (").push_list(&words).push(")");
        }
    }
    match filter.results.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["success"] => statement.push(" AND result = 'success'"),
        ["refused"] => statement.push(" AND result <> 'success'"),
        _ => statement,
    };
}

/// What became of an attempt.
#[derive(Debug)]
pub(super) enum Attempt<'a> {
    /// Everything up to this line has been dealt with.
    Through(i64),
    /// Everything up to this line was taken by the other side.
    Delivered(i64),
    /// Nothing was.
    Failed(&'a str),
}

/// Writes down what became of an attempt, unless the cursor has moved or the epoch ended. Answers whether it had not.
pub(super) async fn settle(
    database: &Database,
    cursor: &Cursor,
    attempt: Attempt<'_>,
    now: &str,
) -> Result<bool, sqlx::Error> {
    let mut statement = Statement::new("UPDATE audit_log_stream_cursors SET ");
    match attempt {
        Attempt::Through(position) => {
            statement.push("position = ").push_bind(position);
        }
        Attempt::Delivered(position) => {
            statement.push("failures = 0, last_error = NULL, position = ").push_bind(position);
            statement.push(", last_delivered_at = ").push_bind(now);
        }
        Attempt::Failed(error) => {
            statement.push("failures = failures + 1, last_error = ").push_bind(error);
        }
    }
    statement.push(" WHERE stream_id = ").push_bind(cursor.stream_id.as_str());
    statement.push(" AND epoch = ").push_bind(cursor.epoch);
    statement.push(" AND position = ").push_bind(cursor.position);
    let mut transaction = database.work().await?;
    let changed = statement.execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(changed > 0)
}
