//! The key of an API token: its value, while it is new, and what is kept of it.

use std::fmt;

use serde::Deserialize;

use crate::{
    access::{Limits, Pattern},
    auth::api_key::{self, Token},
    database::Connection,
};

/// What API keys begin with.
const PREFIX: &str = "spk";

/// A key that was just made.
pub(super) struct Key(Token);

impl Key {
    pub(super) fn generate() -> Self {
        Self(Token::generate())
    }

    pub(super) fn id(&self) -> &str {
        &self.0.id
    }

    /// The value itself, to be shown once.
    pub(super) fn text(&self) -> String {
        self.0.text(PREFIX)
    }

    /// Keeps the hash, in place of that of the key before.
    pub(super) async fn keep(
        &self,
        connection: &mut Connection,
        token_id: &str,
        holder: &str,
        now: &str,
    ) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM api_keys WHERE api_token_id = $1")
            .bind(token_id)
            .execute(&mut *connection)
            .await?;
        api_key::insert(connection, &self.0, holder, now).await?;
        sqlx::query("UPDATE api_keys SET api_token_id = $1 WHERE id = $2")
            .bind(token_id)
            .bind(&self.0.id)
            .execute(connection)
            .await?;
        Ok(())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key(..)")
    }
}

/// The part of a token's document that limits it.
#[derive(Debug, Deserialize)]
struct Terms {
    workspace_id: String,
    scopes: Option<Vec<String>>,
    expires_at: Option<String>,
}

/// What a token is good for, and when it ends, by its document.
pub(crate) fn limits(document: &str) -> Result<(Limits, Option<jiff::Timestamp>), sqlx::Error> {
    let terms: Terms = serde_json::from_str(document).map_err(|error| sqlx::Error::Decode(error.into()))?;
    let parse = |scopes: Vec<String>| scopes.iter().filter_map(|scope| Pattern::parse(scope)).collect();
    let limits = Limits { workspace_id: terms.workspace_id, permissions: terms.scopes.map(parse) };
    Ok((limits, terms.expires_at.and_then(|at| at.parse().ok())))
}
