//! The database: one writer, several readers.
//!
//! SQLite lets one connection write at a time. Rather than let writers collide and retry, every change goes
//! through a pool of one connection and takes the write lock at once, so writers queue fairly. Readers have
//! connections of their own and, in WAL mode, never wait for the writer.

use std::{fs::OpenOptions, str::FromStr, time::Duration};

use sqlx::{
    Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

/// How long a connection waits for another process that holds the write lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a request waits for its turn to write.
const TURN_TIMEOUT: Duration = Duration::from_secs(25);
const READERS: u32 = 4;

#[derive(Debug, Clone)]
pub(crate) struct Database {
    reader: SqlitePool,
    writer: SqlitePool,
}

impl Database {
    /// Opens the database, creates it if it is not there, and brings its tables up to date.
    pub(crate) async fn open(url: &str) -> Result<Self, OpenError> {
        if !url.starts_with("sqlite:") {
            return Err(OpenError::Scheme);
        }
        let in_memory = url.contains(":memory:") || url.contains("mode=memory");
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .synchronous(SqliteSynchronous::Full);
        let pool = || {
            SqlitePoolOptions::new()
                .min_connections(1)
                .idle_timeout(None)
                .max_lifetime(None)
                .test_before_acquire(false)
                .acquire_timeout(TURN_TIMEOUT)
        };
        let (reader, writer) = if in_memory {
            let only = pool().max_connections(1).connect_with(options).await?;
            (only.clone(), only)
        } else {
            // The file holds the signing key and password hashes: nobody else on the machine may read it.
            let mut file = OpenOptions::new();
            file.create(true).append(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
            file.open(options.get_filename()).map_err(OpenError::File)?;

            let options = options.journal_mode(SqliteJournalMode::Wal);
            let writer = pool().max_connections(1).connect_with(options.clone()).await?;
            let reader = pool().max_connections(READERS).connect_with(options).await?;
            (reader, writer)
        };
        sqlx::migrate!("./migrations").run(&writer).await?;
        Ok(Self { reader, writer })
    }

    pub(crate) fn reader(&self) -> &SqlitePool {
        &self.reader
    }

    /// Waits for its turn and starts a transaction that holds the write lock from its first statement.
    ///
    /// Never read through [`Self::reader`] while one is open: with a database in memory both are one connection.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        self.writer.begin_with("BEGIN IMMEDIATE").await
    }

    pub(crate) async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The URL names a database this server does not speak to.
    #[error("the database URL has to start with sqlite:")]
    Scheme,
    /// The database file could not be created or opened.
    #[error("failed to open the database file")]
    File(#[source] std::io::Error),
    /// SQLite refused.
    #[error("failed to open the database")]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error("failed to migrate the database")]
    Migration(#[from] sqlx::migrate::MigrateError),
}
