//! Waiting for other processes, which tell nobody what they do.

use std::thread::sleep;
use std::time::{Duration, Instant};

const PAUSE: Duration = Duration::from_millis(20);

/// Asks again and again until there is an answer.
pub fn wait_for<T>(limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + limit;
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if Instant::now() >= end {
            return None;
        }
        sleep(PAUSE);
    }
}

/// Waits until something holds.
///
/// # Panics
/// When it does not within a minute.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let limit = Duration::from_secs(60);
    assert!(wait_for(limit, || holds().then_some(())).is_some(), "{what}: not within {limit:?}");
}
