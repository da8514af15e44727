//! Refresh tokens: each is good once and brings its successor. One that is used twice was stolen, by the first
//! user or the second, so everything descended from the same login ends.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::{
    database::Connection,
    {auth::api_key::Token, clock::stamp},
};

const PREFIX: &str = "spr";
/// How long a refresh token waits to be used.
const LIFETIME: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What became of a refresh token that was shown.
pub(crate) enum Outcome {
    Renewed {
        user_id: String,
        token: String,
        /// When the login began.
        began: Timestamp,
    },
    /// Unknown, expired or revoked.
    Invalid,
    /// Used before; its family has been revoked.
    Reused { user_id: String },
}

#[derive(sqlx::FromRow)]
struct Row {
    family_id: String,
    user_id: String,
    secret_hash: Vec<u8>,
    expires_at: String,
    used_at: Option<String>,
    revoked_at: Option<String>,
}

/// Starts a family.
pub(crate) async fn start(
    connection: &mut Connection,
    user_id: &str,
    now: Timestamp,
) -> Result<String, sqlx::Error> {
    insert(connection, &Uuid::now_v7().to_string(), user_id, now).await
}

pub(crate) async fn renew(
    connection: &mut Connection,
    text: &str,
    now: Timestamp,
) -> Result<Outcome, sqlx::Error> {
    let Some((token, row)) = find(connection, text).await? else { return Ok(Outcome::Invalid) };
    if row.used_at.is_some() {
        revoke_family(connection, &row.family_id, now).await?;
        return Ok(Outcome::Reused { user_id: row.user_id });
    }
    if row.revoked_at.is_some() || row.expires_at <= stamp(now) {
        return Ok(Outcome::Invalid);
    }
    sqlx::query("UPDATE refresh_tokens SET used_at = $1 WHERE id = $2")
        .bind(stamp(now))
        .bind(&token.id)
        .execute(&mut *connection)
        .await?;
    let began = began(connection, &row.family_id).await?.unwrap_or(now);
    let token = insert(connection, &row.family_id, &row.user_id, now).await?;
    Ok(Outcome::Renewed { user_id: row.user_id, token, began })
}

/// When a login began. The first token of a family tells: it is kept for longer than any workspace lets a login last.
async fn began(connection: &mut Connection, family_id: &str) -> Result<Option<Timestamp>, sqlx::Error> {
    let began: Option<String> =
        sqlx::query_scalar("SELECT MIN(created_at) FROM refresh_tokens WHERE family_id = $1")
            .bind(family_id)
            .fetch_one(connection)
            .await?;
    Ok(began.and_then(|began| began.parse().ok()))
}

/// The family and the user of a token, if it is one of ours and its family has not ended.
pub(crate) async fn live(
    connection: &mut Connection,
    text: &str,
    now: Timestamp,
) -> Result<Option<(String, String)>, sqlx::Error> {
    let found = find(connection, text).await?.map(|(_, row)| row);
    let live = found.filter(|row| row.revoked_at.is_none() && row.expires_at > stamp(now));
    Ok(live.map(|row| (row.family_id, row.user_id)))
}

/// Ends the family of a token; what is not [`live`] has ended already. Answers with whose it was.
pub(crate) async fn revoke(
    connection: &mut Connection,
    text: &str,
    now: Timestamp,
) -> Result<Option<String>, sqlx::Error> {
    let Some((family_id, user_id)) = live(connection, text, now).await? else { return Ok(None) };
    revoke_family(connection, &family_id, now).await?;
    Ok(Some(user_id))
}

/// Forgets tokens that nobody can use any more.
pub(crate) async fn forget_old(connection: &mut Connection, now: Timestamp) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM refresh_tokens WHERE expires_at <= $1")
        .bind(stamp(now))
        .execute(connection)
        .await?;
    Ok(())
}

async fn find(connection: &mut Connection, text: &str) -> Result<Option<(Token, Row)>, sqlx::Error> {
    let Some(token) = Token::parse(PREFIX, text) else { return Ok(None) };
    let row: Option<Row> = sqlx::query_as(
        "SELECT family_id, user_id, secret_hash, expires_at, used_at, revoked_at FROM refresh_tokens WHERE id = $1",
    )
    .bind(&token.id)
    .fetch_optional(connection)
    .await?;
    let proved = token.matches(row.as_ref().map(|row| row.secret_hash.as_slice()));
    Ok(row.filter(|_| proved).map(|row| (token, row)))
}

async fn insert(
    connection: &mut Connection,
    family_id: &str,
    user_id: &str,
    now: Timestamp,
) -> Result<String, sqlx::Error> {
    let token = Token::generate();
    sqlx::query(
        "INSERT INTO refresh_tokens (id, family_id, user_id, secret_hash, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&token.id)
    .bind(family_id)
    .bind(user_id)
    .bind(token.hash())
    .bind(stamp(now))
    .bind(stamp(now + LIFETIME))
    .execute(connection)
    .await?;
    Ok(token.text(PREFIX))
}

async fn revoke_family(
    connection: &mut Connection,
    family_id: &str,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE refresh_tokens SET revoked_at = $1 WHERE family_id = $2 AND revoked_at IS NULL")
        .bind(stamp(now))
        .bind(family_id)
        .execute(connection)
        .await?;
    Ok(())
}
