//! How long a release has run well somewhere. Pure.

use jiff::{SignedDuration, Timestamp};

use crate::delivery::{
    deployment::{Arrival, Past},
    health::Health,
};

/// What there is to say about the time a release has run in an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Soaked {
    pub(super) standing: Standing,
    /// Time it has run well, all in all.
    pub(super) healthy: SignedDuration,
}

/// How a release stands in an environment now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Something else runs there, or nothing.
    Elsewhere,
    /// It runs there, and nobody looks how.
    Unwatched,
    /// It runs there, and not well.
    Unhealthy,
    /// It runs there and is well: time counts.
    Healthy,
}

/// Adds up the time that a release was what the environment ran while its health checks passed; `history` begins with the oldest.
pub(super) fn soak(history: &[Past], release_id: &str, now: Timestamp) -> Soaked {
    let mut healthy = SignedDuration::ZERO;
    let mut standing = Standing::Elsewhere;
    let mut since = now;
    for past in history {
        if standing == Standing::Healthy {
            healthy += past.at.duration_since(since);
        }
        standing = match past.arrival {
            Arrival::Came(health) if past.release_id.as_deref() == Some(release_id) => match health {
                Health::Passing => Standing::Healthy,
                Health::Unknown => Standing::Unwatched,
                Health::Warning | Health::Critical => Standing::Unhealthy,
            },
            Arrival::Came(_) => Standing::Elsewhere,
            // Something else was tried on top of it, and has left it who knows how.
            Arrival::Failed => match standing {
                Standing::Elsewhere => Standing::Elsewhere,
                Standing::Unwatched | Standing::Unhealthy | Standing::Healthy => Standing::Unhealthy,
            },
        };
        since = past.at;
    }
    if standing == Standing::Healthy {
        healthy += now.duration_since(since);
    }
    Soaked { standing, healthy }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    fn check(history: &[(i64, &str, Arrival)], now: i64, standing: Standing, healthy: i64) {
        let past = |(seconds, release, arrival): &(i64, &str, Arrival)| Past {
            at: at(*seconds),
            release_id: Some((*release).to_owned()),
            arrival: *arrival,
        };
        let history: Vec<Past> = history.iter().map(past).collect();
        let expected = Soaked { standing, healthy: SignedDuration::from_secs(healthy) };
        assert_eq!(soak(&history, "a", at(now)), expected);
    }

    #[test]
    fn only_time_that_the_release_runs_well_counts() {
        let good = Arrival::Came(Health::Passing);
        check(&[], 100, Standing::Elsewhere, 0);
        check(&[(10, "a", good)], 100, Standing::Healthy, 90);
        // Another takes its place, and it comes back.
        check(&[(10, "a", good), (30, "b", good)], 100, Standing::Elsewhere, 20);
        check(&[(10, "a", good), (30, "b", good), (60, "a", good)], 100, Standing::Healthy, 60);
        // Another fails on top of it; the time counts again once it was put back.
        check(&[(10, "a", good), (30, "b", Arrival::Failed)], 100, Standing::Unhealthy, 20);
        check(&[(10, "a", good), (30, "b", Arrival::Failed), (40, "a", good)], 100, Standing::Healthy, 80);
        check(&[(10, "a", Arrival::Came(Health::Unknown))], 100, Standing::Unwatched, 0);
        check(&[(10, "a", Arrival::Came(Health::Warning))], 100, Standing::Unhealthy, 0);
    }
}
