//! A replica of PostgreSQL that takes reads off the primary.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use sqlx::AnyPool;
use tokio::time::Instant;

use crate::reads::revision;

/// How long a replica that failed is left alone.
const REST: Duration = Duration::from_secs(5);

/// A replica, and what is known of it.
#[derive(Debug)]
pub(crate) struct Replica {
    pool: AnyPool,
    /// The highest revision it was seen at; it never goes back.
    seen: AtomicI64,
    rests_until: Mutex<Option<Instant>>,
}

impl Replica {
    pub(crate) fn new(pool: AnyPool) -> Self {
        Self { pool, seen: AtomicI64::new(0), rests_until: Mutex::new(None) }
    }

    /// The replica, if it answers and is at `wanted` or later.
    pub(super) async fn at(&self, wanted: i64) -> Option<AnyPool> {
        if self.rests() {
            return None;
        }
        if self.seen.load(Ordering::Relaxed) < wanted {
            match revision::newest(&self.pool).await {
                Ok(newest) => {
                    self.seen.fetch_max(newest, Ordering::Relaxed);
                    if newest < wanted {
                        return None;
                    }
                }
                Err(error) => {
                    tracing::warn!(component = "reads", error = %error, "the replica does not answer");
                    self.rest();
                    return None;
                }
            }
        }
        Some(self.pool.clone())
    }

    /// Leaves the replica alone for a while: a read from it has failed.
    pub(super) fn rest(&self) {
        *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + REST);
    }

    fn rests(&self) -> bool {
        let until = *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}
