//! What makes a fresh database usable: a first user, their password, their API key.

use crate::{
    auth::{
        api_key::{self, Presence, Token},
        password, user,
    },
    clock::stamp,
    database::{Connection, Database},
    settings::Settings,
};

/// Why the first user could not be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BootstrapError {
    /// The API key is not in the form `spk_<id>_<secret>`.
    #[error("the bootstrap API key has to look like spk_<id>_<secret>")]
    KeyForm,
    /// The database knows an API key with this id and another secret.
    #[error("the database already has an API key {id:?} with another secret, or has revoked it")]
    KeyConflict {
        /// The id of the key.
        id: String,
    },
    /// The password could not be hashed.
    #[error("failed to hash the bootstrap password")]
    Password,
    /// The database refused.
    #[error("failed to set up the first user")]
    Database(#[from] sqlx::Error),
}

/// Sets up the first user; answers with the API key if one had to be made up.
pub(crate) async fn bootstrap(
    database: &Database,
    settings: &Settings,
) -> Result<Option<String>, BootstrapError> {
    let chosen = match &settings.bootstrap_api_key {
        Some(text) => Some(Token::parse("spk", text.expose()).ok_or(BootstrapError::KeyForm)?),
        None => None,
    };
    let now = stamp(settings.clock.now());
    let mut transaction = database.write().await?;
    let users: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM users").fetch_one(&mut *transaction).await?;
    let user_id = first_user(&mut transaction, &settings.bootstrap_email, &now).await?;
    if let Some(secret) = &settings.bootstrap_password {
        let stored: Option<String> = sqlx::query_scalar("SELECT password_hash FROM users WHERE id = $1")
            .bind(&user_id)
            .fetch_one(&mut *transaction)
            .await?;
        // Only the first time: a password changed since must not come back.
        if stored.is_none() {
            let hash = password::hash(secret.clone()).await.ok_or(BootstrapError::Password)?;
            sqlx::query("UPDATE users SET password_hash = $1, updated_at = $2 WHERE id = $3")
                .bind(hash)
                .bind(&now)
                .bind(&user_id)
                .execute(&mut *transaction)
                .await?;
        }
    }
    let generated = match chosen {
        Some(token) => {
            match api_key::presence(&mut transaction, &token).await? {
                Presence::Absent => api_key::insert(&mut transaction, &token, &user_id, &now).await?,
                Presence::Present => {}
                Presence::Conflicting => return Err(BootstrapError::KeyConflict { id: token.id }),
            }
            None
        }
        None if users == 0 => {
            let token = Token::generate();
            api_key::insert(&mut transaction, &token, &user_id, &now).await?;
            Some(token.text("spk"))
        }
        None => None,
    };
    transaction.commit().await?;
    Ok(generated)
}

async fn first_user(connection: &mut Connection, email: &str, now: &str) -> Result<String, BootstrapError> {
    let found: Option<String> = sqlx::query_scalar("SELECT id FROM users WHERE email = $1")
        .bind(email)
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(id) = found {
        return Ok(id);
    }
    let name = email.split('@').next().unwrap_or(email);
    Ok(user::insert(connection, email, name, now).await?)
}
