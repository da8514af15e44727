//! Rotating the key that access tokens are signed with.

use crate::{
    audit::{Entry, append},
    auth::signing::key::Fresh,
    clock::stamp,
    database::{Database, OpenError},
    settings::Settings,
    vault::{Vault, VaultError},
};

/// Makes a new key that signs from now on, also while servers use the database. Tokens that are there stay good until they expire.
/// Of the settings it takes the database, the file of the encryption keys and the clock. Answers with the id of the key.
///
/// # Errors
///
/// Fails if the database or the encryption keys cannot be used, or no key can be made.
pub async fn rotate(settings: &Settings) -> Result<String, RotateError> {
    let key = Fresh::generate().await.ok_or(RotateError::Generate)?;
    let database = Database::open(&settings.database).await?;
    let result = insert(&database, settings, &key).await;
    database.close().await;
    result?;
    Ok(key.id)
}

async fn insert(database: &Database, settings: &Settings, key: &Fresh) -> Result<(), RotateError> {
    let vault = Vault::open(database, settings).await?;
    let now = &stamp(settings.clock.now());
    let mut transaction = database.write().await?;
    key.insert(&mut transaction, &vault, now).await?;
    let mut entry = Entry::event("signing_key", "rotate", "success");
    entry.resource_id = Some(key.id.clone());
    entry.actor = Some("command line".to_owned());
    append(&mut transaction, entry, now).await?;
    Ok(transaction.commit().await?)
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
    /// The key cannot be sealed.
    #[error("failed to seal the key")]
    Vault(#[from] VaultError),
    /// The database refused.
    #[error("failed to store the key")]
    Database(#[from] sqlx::Error),
}
