//! The SQL of deliveries.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use sqlx::{Any, Executor};

use crate::{
    clock::stamp,
    database::{Connection, Statement},
    document::choice::{choice, word_of},
    http::page::{Page, Position},
};

/// How long deliveries that came to an end are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

choice! {
    /// How far a delivery is.
    DeliveryStatus {
        Pending = "pending",
        Succeeded = "succeeded",
        Failed = "failed",
        Canceled = "canceled",
        Simulated = "simulated",
    }
}

/// Whom a delivery is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recipient {
    Webhook,
    Channel,
}

impl Recipient {
    /// The column that holds its id.
    pub(super) fn column(self) -> &'static str {
        match self {
            Self::Webhook => "webhook_id",
            Self::Channel => "channel_id",
        }
    }
}

/// A delivery that is to be made.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct Pending {
    pub(super) id: String,
    pub(super) workspace_id: String,
    pub(super) webhook_id: Option<String>,
    pub(super) channel_id: Option<String>,
    pub(super) event_type: String,
    pub(super) event: String,
    pub(super) attempts: i64,
}

impl Pending {
    /// Whom it is for.
    pub(super) fn recipient(&self) -> (Recipient, &str) {
        match (&self.webhook_id, &self.channel_id) {
            (Some(id), _) => (Recipient::Webhook, id),
            (None, id) => (Recipient::Channel, id.as_deref().unwrap_or_default()),
        }
    }
}

/// A delivery as it is answered.
#[derive(Debug, Clone, Serialize, JsonSchema, sqlx::FromRow)]
pub(super) struct Delivery {
    /// Id of the delivery; each of its attempts has it in `Sparki-Delivery`.
    #[schemars(extend("format" = "uuid"))]
    pub(super) id: String,
    /// Number of the event; 0 for a test.
    pub(super) event_id: i64,
    /// What happened.
    pub(super) event_type: String,
    /// `pending`, `succeeded`, `failed` after the last attempt, `canceled` because the recipient was disabled, or
    /// `simulated` where this server does not really send.
    #[schemars(with = "DeliveryStatus")]
    pub(super) status: String,
    /// How often it was tried.
    pub(super) attempts: i64,
    /// Status of the last answer, if there was one.
    pub(super) response_status: Option<i64>,
    /// Why the last attempt failed, if it did.
    pub(super) error: Option<String>,
    /// When the event happened.
    #[schemars(extend("format" = "date-time"))]
    pub(super) created_at: String,
    /// When it is tried again, if it is.
    #[schemars(extend("format" = "date-time"))]
    pub(super) next_attempt_at: Option<String>,
    /// When it came to an end.
    #[schemars(extend("format" = "date-time"))]
    pub(super) completed_at: Option<String>,
}

/// A delivery before its first attempt.
#[derive(Debug)]
pub(super) struct Fresh<'a> {
    pub(super) id: &'a str,
    pub(super) workspace_id: &'a str,
    pub(super) recipient: (Recipient, &'a str),
    pub(super) event_id: i64,
    pub(super) event_type: &'a str,
    pub(super) event: &'a str,
}

pub(super) async fn insert(
    connection: &mut Connection,
    fresh: &Fresh<'_>,
    now: &str,
) -> Result<(), sqlx::Error> {
    let (recipient, recipient_id) = fresh.recipient;
    let mut query = Statement::new("INSERT INTO deliveries (id, workspace_id, ");
    query
        .push(recipient.column())
        .push(", event_type, event, created_at, next_attempt_at, event_id, status, attempts) VALUES (")
        .push_list(&[fresh.id, fresh.workspace_id, recipient_id, fresh.event_type, fresh.event, now, now])
        .push(", ")
        .push_bind(fresh.event_id)
        .push(", 'pending', 0)");
    query.execute(connection).await?;
    Ok(())
}

/// The delivery, if it is still to be made.
pub(super) async fn pending(
    executor: impl Executor<'_, Database = Any>,
    id: &str,
) -> Result<Option<Pending>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, workspace_id, webhook_id, channel_id, event_type, event, attempts FROM deliveries \
         WHERE id = $1 AND status = 'pending'",
    )
    .bind(id)
    .fetch_optional(executor)
    .await
}

/// What came of an attempt.
#[derive(Debug, Clone)]
pub(super) struct Progress {
    pub(super) status: DeliveryStatus,
    pub(super) attempts: i64,
    pub(super) response_status: Option<i64>,
    pub(super) error: Option<String>,
    pub(super) next_attempt_at: Option<String>,
    pub(super) completed_at: Option<String>,
}

/// Writes what came of an attempt, unless somebody else has made the same one. Answers with the delivery as it is then.
pub(super) async fn advance(
    connection: &mut Connection,
    delivery: &Pending,
    progress: &Progress,
) -> Result<Option<Delivery>, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE deliveries SET status = $1, attempts = $2, response_status = $3, error = $4, next_attempt_at = $5, \
         completed_at = $6 WHERE id = $7 AND status = 'pending' AND attempts = $8",
    )
    .bind(word_of(progress.status))
    .bind(progress.attempts)
    .bind(progress.response_status)
    .bind(progress.error.as_deref())
    .bind(progress.next_attempt_at.as_deref())
    .bind(progress.completed_at.as_deref())
    .bind(&delivery.id)
    .bind(delivery.attempts)
    .execute(&mut *connection)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(None);
    }
    let mut query = Statement::new(COLUMNS);
    query.push("WHERE id = ").push_bind(delivery.id.as_str());
    query.fetch_optional(connection).await
}

const COLUMNS: &str = "SELECT id, event_id, event_type, status, attempts, response_status, error, created_at, \
                       next_attempt_at, completed_at FROM deliveries ";

/// Deliveries to a recipient, the newest first; one more than the page holds, if there is one.
pub(super) async fn page(
    executor: impl Executor<'_, Database = Any>,
    (recipient, id): (Recipient, &str),
    page: &Page,
) -> Result<Vec<Delivery>, sqlx::Error> {
    let mut query = Statement::new(COLUMNS);
    query.push("WHERE ").push(recipient.column()).push(" = ").push_bind(id);
    if let Some(Position { created_at, id }) = &page.after {
        query.push(" AND (created_at, id) < (").push_bind(created_at).push(", ").push_bind(id).push(")");
    }
    query.push(" ORDER BY created_at DESC, id DESC LIMIT ").push_bind(i64::from(page.limit) + 1);
    query.fetch_all(executor).await
}

/// Forgets deliveries that came to an end long ago.
pub(crate) async fn forget_old(connection: &mut Connection, now: Timestamp) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM deliveries WHERE completed_at <= $1")
        .bind(stamp(now - KEPT))
        .execute(connection)
        .await?;
    Ok(())
}
