//! Time and chance, so that tests can hold both.

use std::fmt;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

/// The source of time and jitter for waits between attempts.
///
/// It governs back-off, the rate limit, the circuit breaker, token expiry and what is left of a deadline. The
/// time limit of a single attempt is always real time, since it bounds a real socket.
pub trait Timer: fmt::Debug + Send + Sync {
    /// Returns the monotonic time.
    fn now(&self) -> Instant;
    /// Returns the wall clock in seconds since the Unix epoch.
    fn unix_seconds(&self) -> i64;
    /// Waits.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
    /// Returns a number from 0 (included) to 1 (excluded) by which a back-off is scaled.
    fn jitter(&self) -> f64;
}

/// The timer of the running system: its clocks, tokio's sleep and the thread's random numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemTimer;

impl Timer for SystemTimer {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn unix_seconds(&self) -> i64 {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        tokio::time::sleep(duration).boxed()
    }

    fn jitter(&self) -> f64 {
        rand::random()
    }
}
