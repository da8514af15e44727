//! The time, as something a test can hold in its hand.

use std::{fmt, sync::Arc};

use jiff::Timestamp;

/// The source of the current time.
///
/// Cloning is cheap; every clone tells the same time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The time of the operating system.
    pub fn system() -> Self {
        Self(Arc::new(Timestamp::now))
    }

    /// Whatever `now` answers, asked anew each time.
    ///
    /// ```
    /// use sparki_control_plane::{Clock, Timestamp};
    /// let noon: Timestamp = "2026-01-01T12:00:00Z".parse().unwrap();
    /// let clock = Clock::from_fn(move || noon);
    /// # let _ = clock;
    /// ```
    pub fn from_fn(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Clock")
    }
}

/// RFC 3339 in UTC with exactly six decimals, so that text order is time order.
pub(crate) fn stamp(time: Timestamp) -> String {
    format!("{time:.6}")
}
