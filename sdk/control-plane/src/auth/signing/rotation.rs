//! Rotating the key that access tokens are signed with.

use crate::{
    audit::{Entry, append},
    auth::signing::key::Stored,
    clock::{Clock, stamp},
    database::{Database, OpenError},
};

/// Makes a new key that signs from now on, also while servers use the database. Tokens that are there stay good until they expire.
/// Answers with the id of the key.
///
/// # Errors
///
/// Fails if the database cannot be used, or no key can be made.
pub async fn rotate(database_url: &str, clock: &Clock) -> Result<String, RotateError> {
    let key = Stored::generate().await.ok_or(RotateError::Generate)?;
    let database = Database::open(database_url).await?;
    let result = insert(&database, &key, &stamp(clock.now())).await;
    database.close().await;
    result?;
    Ok(key.id)
}

async fn insert(database: &Database, key: &Stored, now: &str) -> Result<(), sqlx::Error> {
    let mut transaction = database.write().await?;
    key.insert(&mut transaction, now).await?;
    let mut entry = Entry::event("signing_key", "rotate", "success");
    entry.resource_id = Some(key.id.clone());
    entry.actor = Some("command line".to_owned());
    append(&mut transaction, entry, now).await?;
    transaction.commit().await
}

/// Why the key could not be rotated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RotateError {
    /// No key could be made.
    #[error("failed to make a key")]
    Generate,
    /// The database could not be opened.
    #[error("failed to open the database for the key")]
    Open(#[from] OpenError),
    /// The database refused.
    #[error("failed to store the key")]
    Database(#[from] sqlx::Error),
}
