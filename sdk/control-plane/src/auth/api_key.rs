//! API keys: `spk_<id>_<secret>`. The id finds the key, the secret proves it, and only its hash is kept.

use std::sync::Arc;

use aws_lc_rs::rand;
use sha2::{Digest, Sha256};
use sqlx::{Any, Executor};
use subtle::ConstantTimeEq;

use crate::{
    app::App,
    auth::{Caller, Credential},
    database::Connection,
    document::canonical,
    http::problem::{Code, Problem},
    tenancy::api_token,
};

/// An id and a secret in one text: API keys, refresh tokens and client secrets have this form.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) id: String,
    secret: String,
}

impl Token {
    pub(crate) fn generate() -> Self {
        let mut bytes = [0_u8; 40];
        rand::fill(&mut bytes).expect("the system's source of randomness works");
        Self { id: canonical::hex(&bytes[..8]), secret: canonical::hex(&bytes[8..]) }
    }

    /// Reads `<prefix>_<id>_<secret>`.
    pub(crate) fn parse(prefix: &str, text: &str) -> Option<Self> {
        let (id, secret) = text.strip_prefix(prefix)?.strip_prefix('_')?.split_once('_')?;
        (!id.is_empty() && !secret.is_empty()).then(|| Self { id: id.to_owned(), secret: secret.to_owned() })
    }

    pub(crate) fn text(&self, prefix: &str) -> String {
        format!("{prefix}_{}_{}", self.id, self.secret)
    }

    pub(crate) fn hash(&self) -> Vec<u8> {
        hash(&self.secret)
    }

    /// Compares with a stored hash in constant time; an absent one compares, and fails, just as slowly.
    pub(crate) fn matches(&self, stored: Option<&[u8]>) -> bool {
        matches(&self.secret, stored)
    }
}

pub(crate) fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

pub(crate) fn matches(secret: &str, stored: Option<&[u8]>) -> bool {
    let expected = stored.unwrap_or(&[0; 32]);
    bool::from(hash(secret).ct_eq(expected)) && stored.is_some()
}

#[derive(sqlx::FromRow)]
struct Row {
    secret_hash: Vec<u8>,
    user_id: String,
    email: String,
    name: String,
    /// Of the object that the key is of, if it is of one.
    document: Option<String>,
}

async fn find(executor: impl Executor<'_, Database = Any>, id: &str) -> Result<Option<Row>, sqlx::Error> {
    sqlx::query_as(
        "SELECT k.secret_hash, k.user_id, u.email, u.name, t.document FROM api_keys k \
         JOIN users u ON u.id = k.user_id LEFT JOIN api_tokens t ON t.id = k.api_token_id \
         WHERE k.id = $1 AND k.revoked_at IS NULL",
    )
    .bind(id)
    .fetch_optional(executor)
    .await
}

pub(crate) async fn verify(app: &App, text: &str) -> Result<Caller, Problem> {
    let unknown = || Problem::new(Code::TokenInvalid, "This API key is not valid.");
    let token = Token::parse("spk", text).ok_or_else(unknown)?;
    let row = find(app.database.reader(), &token.id).await?;
    let proved = token.matches(row.as_ref().map(|row| row.secret_hash.as_slice()));
    let row = row.filter(|_| proved).ok_or_else(unknown)?;
    let (limits, ends) = match row.document.as_deref().map(api_token::limits).transpose()? {
        Some((limits, ends)) => (Some(limits), ends),
        None => (None, None),
    };
    if ends.is_some_and(|ends| ends <= app.settings.clock.now()) {
        return Err(Problem::new(Code::TokenExpired, "This API key has expired. Make a new one."));
    }
    Ok(Caller {
        user_id: row.user_id,
        email: row.email,
        name: row.name,
        credential: Credential::ApiKey,
        key_id: Some(token.id),
        login: None,
        limits,
        access: Arc::default(),
    })
}

/// Whether a key is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Absent,
    Present,
    /// The id is taken by a key with another secret, or by a revoked one.
    Conflicting,
}

pub(crate) async fn presence(connection: &mut Connection, token: &Token) -> Result<Presence, sqlx::Error> {
    let row: Option<(Vec<u8>, Option<String>)> =
        sqlx::query_as("SELECT secret_hash, revoked_at FROM api_keys WHERE id = $1")
            .bind(&token.id)
            .fetch_optional(connection)
            .await?;
    Ok(match row {
        None => Presence::Absent,
        Some((hash, None)) if token.matches(Some(&hash)) => Presence::Present,
        Some(_) => Presence::Conflicting,
    })
}

pub(crate) async fn insert(
    connection: &mut Connection,
    token: &Token,
    user_id: &str,
    now: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO api_keys (id, user_id, secret_hash, created_at) VALUES ($1, $2, $3, $4)")
        .bind(&token.id)
        .bind(user_id)
        .bind(token.hash())
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_proves_itself_only() {
        let token = Token::generate();
        let read = Token::parse("spk", &token.text("spk")).unwrap();
        assert!(read.matches(Some(&token.hash())));
        assert!(!Token::generate().matches(Some(&token.hash())));
        assert!(!token.matches(None));
        assert!(Token::parse("spr", &token.text("spk")).is_none());
    }
}
