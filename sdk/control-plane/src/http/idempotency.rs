//! Idempotency keys: a creating request that is repeated is answered, not repeated.
//!
//! The answer is stored in the transaction that creates the object. Writers queue for that transaction, so of
//! two requests with one key the second finds the answer of the first.

use axum::http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use crate::{
    clock::stamp,
    database::Connection,
    document::canonical,
    http::{
        answer::{Answer, Freshness, Keeping},
        problem::{Code, Problem},
    },
    vault::Vault,
};

/// How long an answer is kept; the contract's number.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
const LONGEST_KEY: usize = 255;

/// A creating request, as one key may name only once.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) user_id: String,
    key: String,
    request_hash: String,
}

/// What a creating request asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) path: &'a str,
    pub(crate) body: &'a Map<String, Value>,
}

/// A stored answer, and the workspace the caller must still be in to be given it.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) answer: Answer,
    pub(crate) workspace_id: String,
}

impl Attempt {
    pub(crate) fn read(
        headers: &HeaderMap,
        user_id: &str,
        wanted: Wanted<'_>,
        vault: &Vault,
    ) -> Result<Self, Problem> {
        let value = headers.get("idempotency-key").ok_or_else(|| {
            Problem::malformed(
                "The Idempotency-Key header is missing. Send a new random value with every request that creates \
                 something, and the same value when repeating it.",
            )
        })?;
        let key = value
            .to_str()
            .ok()
            .filter(|key| {
                !key.is_empty() && key.len() <= LONGEST_KEY && key.bytes().all(|b| b.is_ascii_graphic())
            })
            .ok_or_else(|| {
                Problem::malformed(format!(
                    "The Idempotency-Key header has to be 1 to {LONGEST_KEY} printable ASCII characters."
                ))
            })?;
        // Keyed: a body may hold a secret, which a plain hash of it would let others guess at.
        let body = canonical::text(&Value::Object(wanted.body.clone()));
        let request_hash = vault.digest(&["request", wanted.path, &body]);
        Ok(Self { user_id: user_id.to_owned(), key: key.to_owned(), request_hash })
    }

    /// The answer to an earlier request with this key; 422 if that request was another one.
    pub(crate) async fn find(
        &self,
        connection: &mut Connection,
        now: Timestamp,
    ) -> Result<Option<Stored>, Problem> {
        let row: Option<(String, String, i64, String, i64, String, String)> = sqlx::query_as(
            "SELECT request_hash, workspace_id, status, etag, revision, location, body FROM idempotency_keys \
             WHERE user_id = $1 AND idempotency_key = $2 AND created_at > $3",
        )
        .bind(&self.user_id)
        .bind(&self.key)
        .bind(stamp(now - KEPT))
        .fetch_optional(connection)
        .await?;
        let Some((request_hash, workspace_id, status, etag, revision, location, body)) = row else {
            return Ok(None);
        };
        if request_hash != self.request_hash {
            return Err(Problem::new(
                Code::IdempotencyKeyReused,
                "This Idempotency-Key was already used for another request. Use a new one.",
            ));
        }
        let answer = Answer {
            status: u16::try_from(status)
                .ok()
                .and_then(|s| StatusCode::from_u16(s).ok())
                .unwrap_or(StatusCode::CREATED),
            body: Some(body),
            etag: Some(etag),
            revision: Some(revision),
            location: Some(location),
            origin: Freshness::Replayed,
            keeping: Keeping::Allowed,
        };
        Ok(Some(Stored { answer, workspace_id }))
    }

    pub(crate) async fn store(
        &self,
        connection: &mut Connection,
        now: Timestamp,
        stored: &Stored,
    ) -> Result<(), Problem> {
        let Stored { answer, workspace_id } = stored;
        sqlx::query(
            "INSERT INTO idempotency_keys (user_id, idempotency_key, request_hash, workspace_id, status, etag, \
             revision, location, body, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
             ON CONFLICT (user_id, idempotency_key) DO UPDATE SET request_hash = excluded.request_hash, \
             workspace_id = excluded.workspace_id, status = excluded.status, etag = excluded.etag, \
             revision = excluded.revision, location = excluded.location, body = excluded.body, \
             created_at = excluded.created_at",
        )
        .bind(&self.user_id)
        .bind(&self.key)
        .bind(&self.request_hash)
        .bind(workspace_id)
        .bind(i64::from(answer.status.as_u16()))
        .bind(answer.etag.as_deref().unwrap_or_default())
        .bind(answer.revision.unwrap_or_default())
        .bind(answer.location.as_deref().unwrap_or_default())
        .bind(answer.body.as_deref().unwrap_or_default())
        .bind(stamp(now))
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// Forgets answers that are too old to be given.
pub(crate) async fn forget_old(connection: &mut Connection, now: Timestamp) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM idempotency_keys WHERE created_at <= $1")
        .bind(stamp(now - KEPT))
        .execute(connection)
        .await?;
    Ok(())
}
