//! One attempt of a delivery, and whether there is another.

use jiff::{SignedDuration, Timestamp};

use crate::{
    clock::stamp,
    integrations::deliveries::store::{DeliveryStatus, Progress},
};

/// Seconds between the attempts of a delivery: six attempts in two and a half hours.
const PAUSES: [i64; 5] = [10, 60, 300, 1800, 7200];

/// Whether a delivery that fails is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    Retries,
    /// Whoever tests a recipient wants to know now.
    Once,
}

/// What follows from the answer to an attempt, of which there were `earlier` before. An answer is a status, or why there
/// was none; only 2xx says that the delivery arrived.
pub(super) fn judge(
    answer: &Result<u16, String>,
    earlier: i64,
    patience: Patience,
    now: Timestamp,
) -> Progress {
    let response_status = answer.as_ref().ok().map(|status| i64::from(*status));
    let error = match answer {
        Ok(200..=299) => None,
        Ok(status) => Some(format!("the answer was {status}")),
        Err(error) => Some(error.clone()),
    };
    let pause = match patience {
        Patience::Retries => usize::try_from(earlier).ok().and_then(|earlier| PAUSES.get(earlier)),
        Patience::Once => None,
    };
    let next = pause.filter(|_| error.is_some()).map(|seconds| now + SignedDuration::from_secs(*seconds));
    let status = match (&error, next) {
        (None, _) => DeliveryStatus::Succeeded,
        (Some(_), Some(_)) => DeliveryStatus::Pending,
        (Some(_), None) => DeliveryStatus::Failed,
    };
    Progress {
        status,
        attempts: earlier + 1,
        response_status,
        error,
        next_attempt_at: next.map(stamp),
        completed_at: next.is_none().then(|| stamp(now)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::choice::word_of;

    fn check_judge(answer: Result<u16, String>, earlier: i64, patience: Patience, expected: &str) {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let progress = judge(&answer, earlier, patience, now);
        let next = progress.next_attempt_at.unwrap_or_default();
        let error = progress.error.unwrap_or_default();
        assert_eq!(format!("{} {next} {error}", word_of(progress.status)).trim(), expected);
        assert_eq!(progress.attempts, earlier + 1);
        assert_eq!(progress.completed_at.is_some(), progress.status != DeliveryStatus::Pending);
    }

    #[test]
    fn failures_are_tried_again_ever_later_and_then_no_more() {
        check_judge(Ok(204), 0, Patience::Retries, "succeeded");
        let again = "pending 2026-01-01T00:00:10.000000Z the answer was 500";
        check_judge(Ok(500), 0, Patience::Retries, again);
        let late = "pending 2026-01-01T02:00:00.000000Z no connection";
        check_judge(Err("no connection".to_owned()), 4, Patience::Retries, late);
        check_judge(Ok(302), 5, Patience::Retries, "failed  the answer was 302");
        check_judge(Ok(500), 0, Patience::Once, "failed  the answer was 500");
    }
}
