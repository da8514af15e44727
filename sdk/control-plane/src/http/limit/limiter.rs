//! Charging requests, and saying where a caller stands.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;

use crate::{
    clock::Clock,
    database::{Connection, Database, Dialect, Part},
    http::{
        limit::windows::{Taken, Window, Windows},
        problem::{Code, Problem},
    },
};

/// What one whole request costs.
pub(crate) const REQUEST: u64 = 10;
/// What a 304 or one item of a batch costs.
pub(crate) const TENTH: u64 = 1;
/// A user may make this many times the requests of one key: 5,000 to 1,000 in the contract.
pub(crate) const USER_FACTOR: u32 = 5;

#[derive(Debug)]
pub(crate) struct Limiter {
    per_hour: u32,
    clock: Clock,
    windows: Windows,
}

/// What is counted: a key, a user, or an address that has not said who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Meter {
    pub(crate) name: String,
    pub(crate) factor: u32,
}

/// Where a caller stands, for the headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    limit: u64,
    remaining: u64,
    reset: i64,
}

/// A request that is not let through.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) problem: Problem,
    pub(crate) standing: Option<Standing>,
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        Self { problem: error.into(), standing: None }
    }
}

impl Limiter {
    /// On PostgreSQL all servers count together. SQLite has one server, and a standby takes no counts: there, each counts
    /// in its memory.
    pub(crate) fn new(per_hour: u32, clock: Clock, database: &Database) -> Self {
        let windows = match (database.dialect(), database.part()) {
            (Dialect::Postgres, Part::Primary) => Windows::Shared(database.clone()),
            (Dialect::Sqlite, _) | (Dialect::Postgres, Part::Standby) => Windows::default(),
        };
        Self { per_hour, clock, windows }
    }

    /// Charges every meter, or none and answers 429. `None` when limits are off.
    pub(crate) async fn charge(&self, meters: &[Meter], tenths: u64) -> Result<Option<Standing>, Refused> {
        if self.per_hour == 0 {
            return Ok(None);
        }
        let now = self.clock.now();
        let mut standings = Vec::new();
        for (index, meter) in meters.iter().enumerate() {
            match self.windows.take(&meter.name, tenths, self.allowed(meter), now).await? {
                Taken::Within(window) => standings.push(self.standing(meter, window)),
                Taken::Full(window) => {
                    for charged in &meters[..index] {
                        self.windows.adjust(&charged.name, -signed(tenths)).await?;
                    }
                    let seconds = (window.ends_at - now.as_second()).max(1).unsigned_abs();
                    let problem =
                        Problem::new(Code::RateLimited, "Too many requests this hour.").retry_after(seconds);
                    return Err(Refused { problem, standing: Some(self.standing(meter, window)) });
                }
            }
        }
        Ok(tightest(standings))
    }

    /// Corrects a charge once the real cost is known; may go over the limit, but not below zero.
    pub(crate) async fn settle(
        &self,
        meters: &[Meter],
        charged: u64,
        cost: u64,
    ) -> Result<Option<Standing>, sqlx::Error> {
        if self.per_hour == 0 {
            return Ok(None);
        }
        let mut standings = Vec::new();
        for meter in meters {
            let window = self.windows.adjust(&meter.name, signed(cost) - signed(charged)).await?;
            standings.extend(window.map(|window| self.standing(meter, window)));
        }
        Ok(tightest(standings))
    }

    fn standing(&self, meter: &Meter, window: Window) -> Standing {
        let allowed = self.allowed(meter);
        Standing {
            limit: allowed / REQUEST,
            remaining: allowed.saturating_sub(window.used) / REQUEST,
            reset: window.ends_at,
        }
    }

    fn allowed(&self, meter: &Meter) -> u64 {
        u64::from(self.per_hour) * u64::from(meter.factor) * REQUEST
    }
}

fn tightest(standings: Vec<Standing>) -> Option<Standing> {
    standings.into_iter().min_by_key(|standing| standing.remaining)
}

fn signed(tenths: u64) -> i64 {
    i64::try_from(tenths).unwrap_or(i64::MAX)
}

impl Standing {
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        headers.insert(HeaderName::from_static("x-ratelimit-limit"), HeaderValue::from(self.limit));
        headers.insert(HeaderName::from_static("x-ratelimit-remaining"), HeaderValue::from(self.remaining));
        headers.insert(HeaderName::from_static("x-ratelimit-reset"), HeaderValue::from(self.reset));
    }
}

/// Forgets windows that have ended.
pub(crate) async fn forget_old(connection: &mut Connection, now: Timestamp) -> Result<(), sqlx::Error> {
    match Dialect::of(connection) {
        Dialect::Sqlite => {}
        Dialect::Postgres => {
            sqlx::query("DELETE FROM rate_limit_windows WHERE ends_at <= $1")
                .bind(now.as_second())
                .execute(connection)
                .await?;
        }
    }
    Ok(())
}
