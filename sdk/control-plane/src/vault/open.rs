//! The vault of a database: its master keys, and the key of its fingerprints.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
};

use aws_lc_rs::{hmac, rand};
use sqlx::sqlite::SqliteConnectOptions;
use zeroize::Zeroizing;

use crate::{
    clock::stamp,
    database::{Connection, Database, Dialect, Part},
    document::canonical,
    settings::Settings,
    vault::{
        KeyFileError, Place, Sealed, Unreadable, key_file,
        keyring::{KEY_LENGTH, Keyring},
        store,
    },
};

/// Hexadecimal digits of a fingerprint: enough to notice a change, no more.
const FINGERPRINT_LENGTH: usize = 16;
/// The key of fingerprints, as what it is stored as.
const FINGERPRINTS: Place<'static> =
    Place { kind: "vault_key", workspace_id: "", scope: "", id: "fingerprints", key: "fingerprints" };

/// Seals secrets and opens them. Cloning is cheap.
#[derive(Debug, Clone)]
pub(crate) struct Vault(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    keyring: Keyring,
    fingerprints: hmac::Key,
}

impl Vault {
    /// Finds the master keys and sees that nothing in the database is sealed by another.
    pub(crate) async fn open(database: &Database, settings: &Settings) -> Result<Self, VaultError> {
        // Before the turn is taken: unwrapping keys may take a while.
        let keyring = find_keys(database, settings).await?;
        let stored = match database.part() {
            Part::Primary => {
                let mut transaction = database.write().await?;
                require_keys(&mut transaction, &keyring).await?;
                let stored = store::read(&mut transaction, "vault_keys", FINGERPRINTS.id).await?;
                let sealed = match stored {
                    Some(sealed) => sealed,
                    None => make_fingerprint_key(&mut transaction, &keyring, settings).await?,
                };
                transaction.commit().await?;
                sealed
            }
            Part::Standby => {
                let mut connection = database.reader().acquire().await?;
                require_keys(&mut connection, &keyring).await?;
                let stored = store::read(&mut connection, "vault_keys", FINGERPRINTS.id).await?;
                stored.ok_or(VaultError::PrimaryFirst)?
            }
        };
        let bytes = keyring.open(&FINGERPRINTS, &stored)?;
        let fingerprints = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
        Ok(Self(Arc::new(Parts { keyring, fingerprints })))
    }

    pub(crate) fn seal(&self, place: &Place<'_>, plain: &str) -> Sealed {
        self.0.keyring.seal(place, plain.as_bytes())
    }

    pub(crate) fn unseal(&self, place: &Place<'_>, sealed: &Sealed) -> Result<Zeroizing<String>, Unreadable> {
        let plain = self.0.keyring.open(place, sealed)?;
        std::str::from_utf8(&plain).map(|text| Zeroizing::new(text.to_owned())).map_err(|_| Unreadable)
    }

    /// Opens the secret of the object in `place`; `None` if it has none.
    pub(crate) async fn secret_of(
        &self,
        connection: &mut Connection,
        table: &str,
        place: &Place<'_>,
    ) -> Result<Result<Option<Zeroizing<String>>, Unreadable>, sqlx::Error> {
        let sealed = store::read(connection, table, place.id).await?;
        Ok(sealed.map(|sealed| self.unseal(place, &sealed)).transpose())
    }

    /// A text that changes with a secret and says nothing about it, not even that two objects have the same.
    pub(crate) fn fingerprint(&self, id: &str, secret: &str) -> String {
        let mut text = self.digest(&["fingerprint", id, secret]);
        text.truncate(FINGERPRINT_LENGTH);
        text
    }

    /// A digest that only this control plane can make: unlike a plain hash, it gives no way to try guesses of what
    /// went into it.
    pub(crate) fn digest(&self, parts: &[&str]) -> String {
        let mut context = hmac::Context::with_key(&self.0.fingerprints);
        for part in parts {
            // With its length, so that no two lists of parts are the same text.
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part.as_bytes());
        }
        canonical::hex(context.sign().as_ref())
    }
}

/// Reads the master keys.
async fn find_keys(database: &Database, settings: &Settings) -> Result<Keyring, VaultError> {
    match (&settings.encryption_key_file, database.dialect()) {
        (Some(path), _) => Ok(key_file::read(path).await?),
        (None, Dialect::Postgres) => Err(VaultError::NoKeyFile),
        (None, Dialect::Sqlite) => {
            let mut connection = database.reader().acquire().await?;
            let used = store::keys_in_use(&mut connection).await?;
            drop(connection);
            beside(&settings.database, &used).await
        }
    }
}

/// Refuses to go on without a key that something is sealed by.
async fn require_keys(connection: &mut Connection, keyring: &Keyring) -> Result<(), VaultError> {
    let used = store::keys_in_use(connection).await?;
    match used.into_iter().find(|id| keyring.find(id).is_none()) {
        None => Ok(()),
        Some(id) => Err(VaultError::MissingKey { id }),
    }
}

/// The keys in the file beside an SQLite database, which is made if the database has no secret yet.
async fn beside(database: &str, used: &[String]) -> Result<Keyring, VaultError> {
    if database.contains(":memory:") || database.contains("mode=memory") {
        return Ok(Keyring::random());
    }
    let path = path_beside(database)?;
    if used.is_empty() && !path.exists() {
        key_file::make(&path)?;
        tracing::warn!(
            component = "vault", path = %path.display(),
            "an encryption key was generated; keep a copy of it apart from the database: without it no secret can be read"
        );
    }
    Ok(key_file::read(&path).await?)
}

/// `sparki.db` has its keys in `sparki.db.key`.
pub(super) fn path_beside(database: &str) -> Result<PathBuf, sqlx::Error> {
    let options = SqliteConnectOptions::from_str(database)?;
    let file: &Path = options.get_filename();
    let mut path = file.as_os_str().to_owned();
    path.push(".key");
    Ok(path.into())
}

async fn make_fingerprint_key(
    connection: &mut Connection,
    keyring: &Keyring,
    settings: &Settings,
) -> Result<Sealed, sqlx::Error> {
    let mut bytes = Zeroizing::new([0_u8; KEY_LENGTH]);
    rand::fill(bytes.as_mut()).expect("the system's source of randomness works");
    sqlx::query("INSERT INTO vault_keys (id, created_at) VALUES ($1, $2)")
        .bind(FINGERPRINTS.id)
        .bind(stamp(settings.clock.now()))
        .execute(&mut *connection)
        .await?;
    let sealed = keyring.seal(&FINGERPRINTS, bytes.as_ref());
    store::write(connection, "vault_keys", FINGERPRINTS.id, Some(&sealed)).await?;
    Ok(sealed)
}

/// Why secrets could not be sealed and opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// Several servers may share a PostgreSQL database, so a key made by one of them would be of no use to the others.
    #[error(
        "a PostgreSQL database needs an encryption key that all its servers share: put one into a file \
         (umask 077; sparki-control-plane keys generate >> sparki.key) and name it with \
         --encryption-key-file or SPARKI_ENCRYPTION_KEY_FILE"
    )]
    NoKeyFile,
    /// The keys could not be had.
    #[error("failed to use the encryption keys")]
    KeyFile(#[from] KeyFileError),
    /// The database has secrets that none of the keys opens.
    #[error(
        "the database has secrets that were sealed with the key {id}, which is not among the encryption keys"
    )]
    MissingKey {
        /// Id of the key.
        id: String,
    },
    /// The database follows another, whose servers have not set up its secrets.
    #[error("the primary of this standby has no secrets yet: start a server on it first")]
    PrimaryFirst,
    /// A secret of the server's own does not open.
    #[error("failed to open a secret of the control plane's own")]
    Unreadable(#[from] Unreadable),
    /// The database refused.
    #[error("failed to use the database for the encryption keys")]
    Database(#[from] sqlx::Error),
    /// The database could not be opened.
    #[error("failed to open the database for the encryption keys")]
    Open(#[from] crate::database::OpenError),
}
