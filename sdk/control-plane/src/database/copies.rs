//! Copies of the database to read from.

use std::time::Duration;

use sqlx::{AnyPool, Executor, any::AnyPoolOptions};

use crate::database::{Database, Dialect, OpenError, open};

/// How long a read waits for a connection to the replica before it goes to the primary.
const REPLICA_TIMEOUT: Duration = Duration::from_secs(1);
/// A transaction that shows the database as it is now, for as long as it is open. It starts with its first read.
const SQLITE_SNAPSHOT: &str = "BEGIN; SELECT MAX(seq) FROM audit_logs;";
const POSTGRES_SNAPSHOT: &str = "SET idle_in_transaction_session_timeout = 0; \
    BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT MAX(seq) FROM audit_logs;";

impl Database {
    /// The same database, read through another pool.
    pub(crate) fn reading_from(&self, reader: AnyPool) -> Self {
        Self { reader, ..self.clone() }
    }

    /// A pool of one connection that shows the database as it is now, until it is dropped.
    pub(crate) async fn freeze(&self) -> Result<AnyPool, sqlx::Error> {
        let (session, snapshot) = match self.dialect {
            Dialect::Sqlite => (open::SQLITE_SESSION, SQLITE_SNAPSHOT),
            Dialect::Postgres => (open::POSTGRES_SESSION, POSTGRES_SNAPSHOT),
        };
        let pool = open::pool(session)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    connection.execute(session).await?;
                    connection.execute(snapshot).await.map(|_| ())
                })
            })
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false);
        pool.connect_with(self.writer.connect_options().as_ref().clone()).await
    }
}

/// Opens a replica. Nothing is sent to it before the first read: a replica that is down keeps no server from starting.
pub(crate) fn open_replica(url: &str) -> Result<AnyPool, OpenError> {
    if Dialect::of_url(url) != Some(Dialect::Postgres) {
        return Err(OpenError::Replica);
    }
    open::install_drivers();
    let pool: AnyPoolOptions = open::pool(open::POSTGRES_SESSION).max_connections(open::POSTGRES_CONNECTIONS);
    Ok(pool.min_connections(0).acquire_timeout(REPLICA_TIMEOUT).connect_lazy(url)?)
}
