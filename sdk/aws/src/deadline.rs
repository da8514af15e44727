//! When an operation has to end.

use std::time::{Duration, Instant};

use sparki_core::{RemoteError, RemoteErrorKind};
use tokio_util::sync::CancellationToken;

/// When an operation has to end: at its time limit, or when the practitioner stops the run.
#[derive(Clone, Debug)]
pub struct Deadline {
    started: Instant,
    limit: Duration,
    stop: CancellationToken,
}

impl Deadline {
    /// The end of an operation that begins now.
    #[must_use]
    pub fn new(limit: Duration, stop: &CancellationToken) -> Self {
        Self::starting(Instant::now(), limit, stop)
    }

    pub(crate) fn starting(started: Instant, limit: Duration, stop: &CancellationToken) -> Self {
        Self { started, limit, stop: stop.clone() }
    }

    /// The end of what may take no longer than this, and not longer than the operation.
    #[must_use]
    pub fn within(&self, most: Duration) -> Self {
        let now = Instant::now();
        Self::starting(now, self.left(now).min(most), &self.stop)
    }

    /// The time that is left; none once the limit has passed.
    pub(crate) fn left(&self, now: Instant) -> Duration {
        (self.started + self.limit).saturating_duration_since(now)
    }

    /// Cancelled when the practitioner stops the run.
    pub(crate) fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    /// The error of an operation that reached its limit; `last` says how things stood.
    pub(crate) fn passed(&self, doing: &str, last: &str) -> RemoteError {
        RemoteError::new(RemoteErrorKind::TimedOut, doing).with_detail(format!(
            "It took longer than the time limit of {}. {last} AWS may still complete it. Raise the limit in \
             \"timeouts\" if the operation needs more time.",
            human(self.limit)
        ))
    }

    /// The error of an operation that the practitioner stopped; `last` says how things stood.
    pub(crate) fn stopped(doing: &str, last: &str) -> RemoteError {
        RemoteError::new(RemoteErrorKind::Cancelled, doing).with_detail(format!(
            "The run was stopped before the operation was complete. {last} AWS may still complete it; the next plan \
             reads the object again."
        ))
    }
}

/// A length of time as practitioners write it: `1h30m`.
fn human(time: Duration) -> String {
    let (hours, minutes, seconds) = (time.as_secs() / 3600, time.as_secs() / 60 % 60, time.as_secs() % 60);
    let parts = [(hours, "h"), (minutes, "m"), (seconds, "s")];
    let text: String =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect();
    if text.is_empty() { format!("{}ms", time.as_millis()) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_reads_as_practitioners_write_it() {
        assert_eq!(human(Duration::from_secs(5400)), "1h30m");
        assert_eq!(human(Duration::from_secs(45)), "45s");
        assert_eq!(human(Duration::from_millis(20)), "20ms");
    }
}
