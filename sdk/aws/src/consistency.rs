//! Requests that are refused only for the moment.

use std::future::Future;
use std::time::Duration;

use sparki_core::RemoteError;

use crate::clock::{Clock, SystemClock};
use crate::{AwsError, Class, Deadline, Pace};

/// How long a role or key that was just made may be unknown. AWS promises nothing; its own documentation says "usually
/// seconds", and practice says under a minute.
const PROPAGATION: Duration = Duration::from_secs(120);

/// Which refusals pass by themselves, and for how long it is worth trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consistency {
    /// What was just made becomes known everywhere within two minutes, and a burst of requests ends.
    Propagation,
    /// As before; and an object that is busy with an earlier change is waited for until the operation's own limit.
    Free,
}

impl Consistency {
    fn window(self, error: &AwsError) -> Option<Duration> {
        match self {
            _ if matches!(error.class(), Class::Propagating | Class::Throttled) => Some(PROPAGATION),
            Self::Free if error.is_busy() => Some(Duration::MAX),
            Self::Propagation | Self::Free => None,
        }
    }
}

/// Sends a request again while it is refused only for the moment. The request must be one that may be sent twice, such
/// as one with a client token.
///
/// # Errors
/// `Ok(Err(_))` is the refusal that stayed; the outer error says that the operation was stopped or timed out.
pub async fn retry<T, S, F>(
    consistency: Consistency,
    (doing, deadline, pace): (&str, &Deadline, Pace),
    send: S,
) -> Result<Result<T, AwsError>, RemoteError>
where
    S: Fn() -> F,
    F: Future<Output = Result<T, AwsError>>,
{
    retry_on(&SystemClock, consistency, (doing, deadline, pace), send).await
}

async fn retry_on<T, S, F>(
    clock: &impl Clock,
    consistency: Consistency,
    (doing, deadline, pace): (&str, &Deadline, Pace),
    send: S,
) -> Result<Result<T, AwsError>, RemoteError>
where
    S: Fn() -> F,
    F: Future<Output = Result<T, AwsError>>,
{
    let started = clock.now();
    for attempt in 0_u32.. {
        let error = match send().await {
            Ok(answer) => return Ok(Ok(answer)),
            Err(error) => error,
        };
        let now = clock.now();
        let Some(window) = consistency.window(&error) else { return Ok(Err(error)) };
        if window != Duration::MAX && now - started >= pace.of(window) {
            return Ok(Err(error));
        }
        let last = format!("AWS's last answer was: {}.", error.message().trim_end_matches('.'));
        let left = deadline.left(now);
        if left.is_zero() {
            return Err(deadline.passed(doing, &last));
        }
        // 2, 3, 4 ... 10 s, a quarter more or less, so that many resources do not come back at once.
        let pause =
            Duration::from_secs(u64::from(attempt.min(8)) + 2).mul_f64(0.75 + rand::random::<f64>() / 2.0);
        tokio::select! {
            biased;
            () = deadline.stop().cancelled() => return Err(Deadline::stopped(doing, &last)),
            () = clock.sleep(pace.of(pause).min(left)) => {}
        }
    }
    unreachable!("the attempts are not counted to an end")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use sparki_core::RemoteErrorKind;
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::clock::testing::TestClock;

    fn busy() -> AwsError {
        AwsError::new(Class::Conflict, "cluster currently has update 1 in progress")
    }

    /// Answers with `error` so many times, then well; returns the result and the number of requests.
    async fn check(
        consistency: Consistency,
        error: AwsError,
        times: u32,
        limit: Duration,
    ) -> (Result<Result<(), AwsError>, RemoteError>, u32) {
        let clock = TestClock::new();
        let deadline = Deadline::starting(clock.now(), limit, &CancellationToken::new());
        let sent = AtomicU32::new(0);
        let send = || async {
            if sent.fetch_add(1, Ordering::Relaxed) < times { Err(error.clone()) } else { Ok(()) }
        };
        let result = retry_on(&clock, consistency, ("failed to test", &deadline, Pace::AWS), send).await;
        (result, sent.into_inner())
    }

    const HOUR: Duration = Duration::from_secs(3600);

    #[tokio::test]
    async fn a_role_that_was_just_made_is_tried_again() {
        let (result, sent) =
            check(Consistency::Propagation, AwsError::new(Class::Propagating, "role"), 3, HOUR).await;
        assert_eq!((result.unwrap(), sent), (Ok(()), 4));
    }

    #[tokio::test]
    async fn a_role_that_stays_unknown_is_an_error_after_two_minutes() {
        let error = AwsError::new(Class::Propagating, "role");
        let (result, sent) = check(Consistency::Propagation, error.clone(), u32::MAX, HOUR).await;
        assert_eq!(result.unwrap(), Err(error));
        assert!((12..40).contains(&sent), "{sent}");
    }

    #[tokio::test]
    async fn a_busy_object_is_waited_for_only_where_that_was_asked() {
        let (result, sent) = check(Consistency::Propagation, busy(), 50, HOUR).await;
        assert_eq!((result.unwrap(), sent), (Err(busy()), 1));
        let (result, sent) = check(Consistency::Free, busy(), 50, HOUR).await;
        assert_eq!((result.unwrap(), sent), (Ok(()), 51));
        let (result, _) = check(Consistency::Free, busy(), 50, Duration::from_secs(60)).await;
        assert_eq!(result.unwrap_err().kind(), RemoteErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn any_other_refusal_counts_at_once() {
        let error = AwsError::new(Class::Invalid, "no");
        let (result, sent) = check(Consistency::Free, error.clone(), 5, HOUR).await;
        assert_eq!((result.unwrap(), sent), (Err(error), 1));
    }
}
