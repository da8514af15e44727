//! Time, so that waiting can be tested without any.

use std::future::Future;
use std::time::{Duration, Instant};

/// Tells the time and waits. Tokio's own paused time would need its `test-util` feature, which compiles every AWS
/// crate a second time.
pub(crate) trait Clock: Sync {
    /// The time now.
    fn now(&self) -> Instant;
    /// Ends after `pause`.
    fn sleep(&self, pause: Duration) -> impl Future<Output = ()> + Send;
}

/// The time of the machine.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn sleep(&self, pause: Duration) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(pause)
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use std::sync::Mutex;

    use super::*;

    /// A clock on which sleeping takes no time, and that remembers every pause.
    pub(crate) struct TestClock {
        start: Instant,
        pauses: Mutex<Vec<Duration>>,
    }

    impl TestClock {
        pub(crate) fn new() -> Self {
            Self { start: Instant::now(), pauses: Mutex::default() }
        }

        pub(crate) fn pauses(&self) -> Vec<Duration> {
            self.pauses.lock().unwrap().clone()
        }
    }

    impl Clock for TestClock {
        fn now(&self) -> Instant {
            self.start + self.pauses().iter().sum::<Duration>()
        }

        async fn sleep(&self, pause: Duration) {
            self.pauses.lock().unwrap().push(pause);
        }
    }
}
