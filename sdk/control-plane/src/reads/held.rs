//! A replica that is held back on purpose, for tests of whoever talks to this server. Exists only with
//! `--enable-faults`.
//!
//! It really is behind: a copy is a transaction that was started earlier and is kept open, so it shows the whole database
//! as it was then, on SQLite as well as on PostgreSQL. A copy is taken after every change this server makes, and
//! reads get the newest one that is old enough.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use sqlx::AnyPool;
use tokio::sync::Mutex;

use crate::{
    database::Database,
    document::choice::choice,
    http::problem::{Code, Problem},
    reads::{choice::lagging, revision},
};

/// Most copies kept; each is a connection. When there are more, one in the middle goes, and reads lag further.
const MOST: usize = 16;

choice! {
    /// Whether what the copy cannot answer can be had from the database.
    Primary { Reachable = "reachable", Unreachable = "unreachable" }
}

/// How far reads are behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lag {
    Nothing,
    Revisions(i64),
    Time(SignedDuration),
}

/// The replica that is held back.
#[derive(Debug)]
pub(crate) struct HeldBack(Mutex<State>);

#[derive(Debug)]
struct State {
    lag: Lag,
    primary: Primary,
    /// Oldest first.
    copies: VecDeque<Copy>,
}

#[derive(Debug)]
struct Copy {
    revision: i64,
    taken_at: Timestamp,
    pool: AnyPool,
}

/// What a test sees of the replica.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) lag: Lag,
    pub(super) primary: Primary,
    /// The revision that reads see.
    pub(super) revision: i64,
    /// The revision of the database.
    pub(super) primary_revision: i64,
}

impl Default for HeldBack {
    fn default() -> Self {
        Self(Mutex::new(State { lag: Lag::Nothing, primary: Primary::Reachable, copies: VecDeque::new() }))
    }
}

impl HeldBack {
    /// Holds reads back from now on: they start at the present and do not move until the database is far enough ahead.
    pub(super) async fn hold(
        &self,
        database: &Database,
        now: Timestamp,
        wish: (Lag, Primary),
    ) -> Result<(), Problem> {
        let (lag, primary) = wish;
        if lag != Lag::Nothing && database.is_in_memory() {
            return Err(Problem::new(
                Code::CapabilityUnsupported,
                "A database in memory has one connection, so nothing can look at its past. Use one in a file.",
            )
            .with("platform", "sqlite::memory:")
            .with("feature", "lagging replica"));
        }
        let mut state = self.0.lock().await;
        *state = State { lag, primary, copies: VecDeque::new() };
        state.observe(database, now).await?;
        Ok(())
    }

    /// Takes a copy if there was a change since the last.
    pub(crate) async fn observe(&self, database: &Database, now: Timestamp) -> Result<(), sqlx::Error> {
        self.0.lock().await.observe(database, now).await
    }

    /// The copy that reads get; `None` where the database itself is to answer.
    pub(super) async fn find(
        &self,
        database: &Database,
        now: Timestamp,
        least: i64,
    ) -> Result<Option<AnyPool>, Problem> {
        let mut state = self.0.lock().await;
        if state.lag == Lag::Nothing {
            return Ok(None);
        }
        state.observe(database, now).await?;
        match (state.copies.front(), state.primary) {
            (Some(copy), _) if copy.revision >= least => Ok(Some(copy.pool.clone())),
            (Some(_) | None, Primary::Reachable) => Ok(None),
            (Some(_) | None, Primary::Unreachable) => Err(lagging()),
        }
    }

    /// Refuses changes while the primary is out of reach.
    pub(super) async fn admit_change(&self) -> Result<(), Problem> {
        match self.0.lock().await.primary {
            Primary::Reachable => Ok(()),
            Primary::Unreachable => Err(Problem::unavailable()),
        }
    }

    pub(super) async fn show(&self, database: &Database, now: Timestamp) -> Result<Shown, Problem> {
        let mut state = self.0.lock().await;
        state.observe(database, now).await?;
        let primary_revision = revision::newest(database.reader()).await?;
        let revision = state.copies.front().map_or(primary_revision, |copy| copy.revision);
        Ok(Shown { lag: state.lag, primary: state.primary, revision, primary_revision })
    }
}

impl State {
    /// Afterwards the first copy is the newest one that is old enough, or the oldest there is.
    async fn observe(&mut self, database: &Database, now: Timestamp) -> Result<(), sqlx::Error> {
        if self.lag == Lag::Nothing {
            return Ok(());
        }
        let newest = revision::newest(database.reader()).await?;
        if self.copies.back().is_none_or(|copy| copy.revision < newest) {
            let pool = database.freeze().await?;
            // Another change may have come in between; the copy itself knows.
            let revision = revision::newest(&pool).await?;
            self.copies.push_back(Copy { revision, taken_at: now, pool });
        }
        let newest = self.copies.back().map_or(newest, |copy| copy.revision);
        let is_old_enough = |copy: &Copy| match self.lag {
            Lag::Nothing => true,
            Lag::Revisions(count) => copy.revision <= newest - count,
            Lag::Time(time) => copy.taken_at <= now - time,
        };
        let passed = self.copies.iter().rposition(is_old_enough).unwrap_or_default();
        self.copies.drain(..passed);
        if self.copies.len() > MOST {
            self.copies.remove(1);
        }
        Ok(())
    }
}
