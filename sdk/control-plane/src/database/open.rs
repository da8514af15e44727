//! Opening a database, and taking turns at writing to it.
//!
//! Changes take turns, on either database: the rules between objects (names that are taken, circles, what is in use), the
//! keys of repeated requests and the chain of the audit log all hold because no two changes overlap. SQLite lets one connection
//! write at a time anyway, so changes go through a pool of one connection that takes the write lock at once, and queue
//! fairly. On PostgreSQL a change first takes an advisory lock that all servers share. Readers never wait, on either.

use std::{fs::OpenOptions, str::FromStr, sync::Once, time::Duration};

use sqlx::{
    Any, AnyPool, Executor, Transaction, any::AnyPoolOptions, migrate::Migrator, sqlite::SqliteConnectOptions,
};
use tracing::Instrument as _;

use crate::database::Dialect;

/// A connection to either database.
pub(crate) type Connection = sqlx::AnyConnection;

static SQLITE: Migrator = sqlx::migrate!("./migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("./migrations/postgres");

/// How long a request waits for its turn to write.
const TURN_TIMEOUT: Duration = Duration::from_secs(25);
const SQLITE_READERS: u32 = 4;
/// Connections of one server to PostgreSQL: so many to read with, and as many to write with, most of which wait.
/// The seed allows 50 per server.
pub(super) const POSTGRES_CONNECTIONS: u32 = 20;
/// Each connection to SQLite: how long to wait for another process that holds the write lock, and what is acknowledged
/// survives a crash of the machine.
pub(super) const SQLITE_SESSION: &str = "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
/// Each connection to PostgreSQL: a turn that does not come is an error, and so is a change nobody finishes.
pub(super) const POSTGRES_SESSION: &str = "SET lock_timeout = '25s'; SET idle_in_transaction_session_timeout = '60s'; SET statement_timeout = '60s';";
/// The advisory lock that changes take on PostgreSQL; "sparki" in ASCII.
const TURN: &str = "SELECT pg_advisory_xact_lock(126879348091753)";

#[derive(Debug, Clone)]
pub(crate) struct Database {
    pub(super) dialect: Dialect,
    pub(super) reader: AnyPool,
    pub(super) writer: AnyPool,
    pub(super) part: Part,
}

/// What the database was when it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// It takes changes.
    Primary,
    /// It follows another PostgreSQL and takes none, until it is promoted.
    Standby,
}

impl Database {
    /// Opens the database, creates it if it is an SQLite file that is not there, and brings its tables up to date. A
    /// standby is taken as it is: its tables follow those of its primary.
    pub(crate) async fn open(url: &str) -> Result<Self, OpenError> {
        install_drivers();
        let dialect = Dialect::of_url(url).ok_or(OpenError::Scheme)?;
        let (reader, writer, migrations) = match dialect {
            Dialect::Sqlite => {
                let (reader, writer) = open_sqlite(url).await?;
                (reader, writer, &SQLITE)
            }
            Dialect::Postgres => {
                let pool = pool(POSTGRES_SESSION).max_connections(POSTGRES_CONNECTIONS);
                let writer = pool.clone().connect(url).await?;
                (pool.connect(url).await?, writer, &POSTGRES)
            }
        };
        let part = match dialect {
            Dialect::Sqlite => Part::Primary,
            Dialect::Postgres => {
                let recovers: bool =
                    sqlx::query_scalar("SELECT pg_is_in_recovery()").fetch_one(&writer).await?;
                if recovers { Part::Standby } else { Part::Primary }
            }
        };
        match part {
            Part::Primary => migrations.run(&writer).await?,
            Part::Standby => {}
        }
        Ok(Self { dialect, reader, writer, part })
    }

    pub(crate) fn part(&self) -> Part {
        self.part
    }

    /// Whether this is SQLite without a file, which has one connection.
    pub(crate) fn is_in_memory(&self) -> bool {
        is_in_memory(self.writer.connect_options().database_url.as_str())
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub(crate) fn reader(&self) -> &AnyPool {
        &self.reader
    }

    /// Waits for its turn and starts a transaction that no other change overlaps with.
    ///
    /// Never read through [`Self::reader`] while one is open: with a database in memory both are one connection.
    pub(crate) async fn write(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        // Most of the time of a change that waits is here, so traces show it.
        let span = tracing::info_span!("turn to write", db.system = self.dialect.name());
        let turn = async {
            match self.dialect {
                Dialect::Sqlite => self.writer.begin_with("BEGIN IMMEDIATE").await,
                Dialect::Postgres => {
                    let mut transaction = self.writer.begin().await?;
                    transaction.execute(TURN).await?;
                    Ok(transaction)
                }
            }
        };
        turn.instrument(span).await
    }

    /// Starts a transaction that takes no turn on PostgreSQL: for rows of which each is locked, and for nothing that has
    /// a part in the rules between objects.
    pub(crate) async fn work(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        match self.dialect {
            Dialect::Sqlite => self.write().await,
            Dialect::Postgres => self.writer.begin().await,
        }
    }

    /// Leaves nothing of what was deleted in an SQLite file. PostgreSQL does so by itself, in its own time.
    pub(crate) async fn scrub(&self) -> Result<(), sqlx::Error> {
        match self.dialect {
            Dialect::Sqlite => {
                self.writer.execute("VACUUM").await?;
                self.writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").await?;
                Ok(())
            }
            Dialect::Postgres => Ok(()),
        }
    }

    pub(crate) async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

pub(super) fn install_drivers() {
    static DRIVERS: Once = Once::new();
    DRIVERS.call_once(sqlx::any::install_default_drivers);
}

fn is_in_memory(url: &str) -> bool {
    url.starts_with("sqlite:") && (url.contains(":memory:") || url.contains("mode=memory"))
}

pub(super) fn pool(session: &'static str) -> AnyPoolOptions {
    AnyPoolOptions::new().min_connections(1).acquire_timeout(TURN_TIMEOUT).after_connect(
        move |connection, _| Box::pin(async move { connection.execute(session).await.map(|_| ()) }),
    )
}

async fn open_sqlite(url: &str) -> Result<(AnyPool, AnyPool), OpenError> {
    let pool = pool(SQLITE_SESSION).idle_timeout(None).max_lifetime(None).test_before_acquire(false);
    if is_in_memory(url) {
        let only = pool.max_connections(1).connect(url).await?;
        return Ok((only.clone(), only));
    }
    // The file holds the signing key and password hashes: nobody else on the machine may read it.
    let mut file = OpenOptions::new();
    file.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    file.open(SqliteConnectOptions::from_str(url)?.get_filename()).map_err(OpenError::File)?;

    let writer = pool.clone().max_connections(1).connect(url).await?;
    Ok((pool.max_connections(SQLITE_READERS).connect(url).await?, writer))
}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The URL names a database this server does not speak to.
    #[error("the database URL has to start with sqlite: or postgres:")]
    Scheme,
    /// The replica is no PostgreSQL.
    #[error("the URL of a replica has to start with postgres:")]
    Replica,
    /// The database file could not be created or opened.
    #[error("failed to open the database file")]
    File(#[source] std::io::Error),
    /// The database refused.
    #[error("failed to open the database")]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error("failed to migrate the database")]
    Migration(#[from] sqlx::migrate::MigrateError),
}
