//! The keys that anybody can check access tokens with, and which of them are still needed.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use sqlx::{Any, Executor};

use crate::{auth::token, database::Connection};

/// How long a key is needed once another one signs: as long as the longest token, and a while for a server that was just about to sign.
const KEPT: SignedDuration = SignedDuration::from_secs(token::LONGEST_SECONDS + 300);

/// The keys that access tokens can be checked with, as a JSON Web Key Set.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct KeySet {
    /// The keys, the one that signs first.
    keys: Vec<PublicKey>,
}

/// A public key.
#[derive(Debug, Serialize, JsonSchema)]
struct PublicKey {
    /// Type of the key.
    kty: &'static str,
    /// What the key is for.
    #[serde(rename = "use")]
    purpose: &'static str,
    /// Algorithm of the signatures.
    alg: &'static str,
    /// Id of the key, as in the header of tokens.
    kid: String,
    /// Modulus.
    n: String,
    /// Exponent.
    e: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    modulus: String,
    exponent: String,
    created_at: String,
}

/// The keys of tokens that may be good.
pub(crate) async fn published(
    executor: impl Executor<'_, Database = Any>,
    now: Timestamp,
) -> Result<KeySet, sqlx::Error> {
    let keys = needed(rows(executor).await?, now).0.into_iter().map(|row| PublicKey {
        kty: "RSA",
        purpose: "sig",
        alg: "RS256",
        kid: row.id,
        n: row.modulus,
        e: row.exponent,
    });
    Ok(KeySet { keys: keys.collect() })
}

/// Forgets keys whose tokens have all expired.
pub(crate) async fn forget_old(connection: &mut Connection, now: Timestamp) -> Result<(), sqlx::Error> {
    for row in needed(rows(&mut *connection).await?, now).1 {
        sqlx::query("DELETE FROM signing_keys WHERE id = $1").bind(&row.id).execute(&mut *connection).await?;
    }
    Ok(())
}

async fn rows(executor: impl Executor<'_, Database = Any>) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT id, modulus, exponent, created_at FROM signing_keys ORDER BY created_at DESC, id DESC",
    )
    .fetch_all(executor)
    .await
}

/// Tells the keys, newest first, that are needed from those that are not: each signs until the next one is there.
fn needed(rows: Vec<Row>, now: Timestamp) -> (Vec<Row>, Vec<Row>) {
    let mut followed_at: Option<Timestamp> = None;
    rows.into_iter().partition(|row| {
        let is_needed = followed_at.is_none_or(|at| at + KEPT > now);
        followed_at = row.created_at.parse().ok();
        is_needed
    })
}
