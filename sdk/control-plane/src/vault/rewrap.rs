//! Moving every secret to the newest master key, so that the older ones can be thrown away.

use crate::{
    database::Database,
    settings::Settings,
    vault::{
        VaultError, key_file,
        open::path_beside,
        store::{self, TABLES},
    },
};

/// What came of moving secrets to the newest master key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrapped {
    /// How many were moved.
    pub moved: u64,
    /// Id of the key that all secrets are sealed by now.
    pub key_id: String,
}

/// Wraps every data key of a database in the newest master key, also while servers use the database. Servers need to
/// know the newest key already: add it to the file, restart them, then rewrap, then remove the old one.
///
/// # Errors
///
/// Fails if the database or the keys cannot be used, or a secret was sealed by a key that is not there. What was moved
/// until then stays moved; running it again goes on.
pub async fn rewrap(settings: &Settings) -> Result<Rewrapped, VaultError> {
    let path = match &settings.encryption_key_file {
        Some(path) => path.clone(),
        None if settings.database.starts_with("sqlite:") => path_beside(&settings.database)?,
        None => return Err(VaultError::NoKeyFile),
    };
    let keyring = key_file::read(&path).await?;
    let database = Database::open(&settings.database).await?;
    let mut moved = 0;
    let result = async {
        for table in TABLES {
            loop {
                let mut transaction = database.write().await?;
                let rows = store::sealed_by_others(&mut transaction, table, &keyring.newest().id).await?;
                if rows.is_empty() {
                    break;
                }
                for row in rows {
                    let id = row.id.clone();
                    let sealed = keyring.rewrap(&row.sealed())?;
                    store::write(&mut transaction, table, &id, Some(&sealed)).await?;
                    moved += 1;
                }
                transaction.commit().await?;
            }
        }
        Ok(Rewrapped { moved, key_id: keyring.newest().id.clone() })
    };
    let result = result.await;
    database.close().await;
    result
}
