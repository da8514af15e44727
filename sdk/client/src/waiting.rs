//! Tells whoever wants to know that a request waits.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Waits shorter than this are told to nobody, and of those that begin within this time only the first.
const WORTH_TELLING: Duration = Duration::from_secs(1);

/// A request that is about to wait. `Display` says it in one line, without ids.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Waiting {
    /// How long it waits.
    pub duration: Duration,
    /// What it waits for.
    pub reason: WaitReason,
    /// Path of the request, with `{}` in place of ids.
    pub path: String,
}

/// What a request waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaitReason {
    /// The rate limit to leave room.
    RateLimit,
    /// The next attempt after one that failed.
    NextAttempt,
    /// The host, which fails and is left alone for a while.
    FailingHost,
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.duration.as_secs_f64().round();
        let reason = match self.reason {
            WaitReason::RateLimit => "for the rate limit",
            WaitReason::NextAttempt => "for the next attempt",
            WaitReason::FailingHost => "for the control plane to recover",
        };
        write!(f, "waiting {seconds} s {reason}: {}", self.path)
    }
}

/// A function that is told when a request waits for a second or longer.
///
/// It is called when the wait begins, at most once a second for all requests of a client, from the task that waits; it
/// should return at once.
///
/// # Example
///
/// ```
/// use sparki_client::{Credential, Endpoint, Settings, WaitObserver};
///
/// # fn example(endpoint: Endpoint, credential: Credential) {
/// let mut settings = Settings::new(endpoint, credential);
/// settings.on_wait = Some(WaitObserver::new(|waiting| eprintln!("{waiting}")));
/// # }
/// ```
#[derive(Clone)]
pub struct WaitObserver(Arc<dyn Fn(&Waiting) + Send + Sync>);

impl WaitObserver {
    /// Makes an observer of a function.
    #[must_use]
    pub fn new(tell: impl Fn(&Waiting) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }
}

impl fmt::Debug for WaitObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WaitObserver")
    }
}

/// Picks the waits that are told.
#[derive(Debug)]
pub(crate) struct Announcer {
    observer: Option<WaitObserver>,
    told: Mutex<Option<Instant>>,
}

impl Announcer {
    pub(crate) fn new(observer: Option<WaitObserver>) -> Self {
        Self { observer, told: Mutex::default() }
    }

    /// Tells of a wait that begins now, if it is worth it.
    pub(crate) fn waits(&self, now: Instant, waiting: Waiting) {
        let Some(observer) = &self.observer else { return };
        if waiting.duration < WORTH_TELLING {
            return;
        }
        {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            if told.is_some_and(|told| now.saturating_duration_since(told) < WORTH_TELLING) {
                return;
            }
            *told = Some(now);
        }
        observer.0(&waiting);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_waits_one_a_second_is_told_and_none_that_is_short() {
        let told: Arc<Mutex<Vec<Duration>>> = Arc::default();
        let observer = WaitObserver::new({
            let told = Arc::clone(&told);
            move |waiting| told.lock().unwrap().push(waiting.duration)
        });
        let (announcer, start) = (Announcer::new(Some(observer)), Instant::now());
        for (begins, lasts) in
            [(0, 999), (0, 7_000), (0, 7_050), (900, 6_100), (1_000, 6_000), (1_500, 9_000)]
        {
            let duration = Duration::from_millis(lasts);
            let waiting = Waiting { duration, reason: WaitReason::RateLimit, path: "/things".into() };
            announcer.waits(start + Duration::from_millis(begins), waiting);
        }
        assert_eq!(*told.lock().unwrap(), [7_000, 6_000].map(Duration::from_millis));
    }
}
