//! Waiting for what AWS does in the background.

use std::future::Future;
use std::time::Duration;

use sparki_core::{RemoteError, RemoteErrorKind};

use crate::clock::{Clock, SystemClock};
use crate::{AwsError, Deadline, Pace};

/// How long an object that was just made may be missing when it is looked at.
const INVISIBLE: Duration = Duration::from_secs(120);

/// What is waited for. The SDK's own waiters are not used: they pause for up to minutes, and give up on the first error
/// they do not know.
#[derive(Clone, Copy, Debug)]
pub struct Wait<'a> {
    /// What was being done: "failed to create the cluster".
    pub doing: &'a str,
    /// How long it usually takes.
    pub usual: Duration,
}

/// What one look at the remote object came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen<T> {
    /// What was waited for.
    Reached(T),
    /// Not there yet: the status of the object.
    Pending(String),
    /// There is no such object. Right after its creation that counts as pending.
    Missing,
    /// It will never be reached, for this reason: full sentences.
    Failed(String),
}

/// What a look does, which decides whether it may be left before AWS has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LookKind {
    /// It only reads: it is left when the run is stopped or the time is over.
    Reads,
    /// It may change something: what came of it has to be known, so it is left to its own limit.
    Changes,
}

impl Wait<'_> {
    /// Looks until it is there: at once, then at 60 % of the usual time, then every 5 to 15 seconds. Throttles, resets
    /// and failures of the service are looked past.
    ///
    /// # Errors
    /// If it failed, was refused, took too long or was stopped.
    pub async fn until<T, L, F>(&self, deadline: &Deadline, pace: Pace, look: L) -> Result<T, RemoteError>
    where
        L: FnMut() -> F,
        F: Future<Output = Result<Seen<T>, AwsError>>,
    {
        self.until_on(&SystemClock, (deadline, pace, LookKind::Reads), look).await
    }

    /// Does as [`Self::until`] with a look that sends a request that changes something: once sent, AWS's answer is waited for even
    /// if the run is stopped meanwhile, for nobody would know whether it took effect.
    ///
    /// # Errors
    /// If it failed, was refused, took too long or was stopped.
    pub async fn until_changed<T, L, F>(
        &self,
        deadline: &Deadline,
        pace: Pace,
        look: L,
    ) -> Result<T, RemoteError>
    where
        L: FnMut() -> F,
        F: Future<Output = Result<Seen<T>, AwsError>>,
    {
        self.until_on(&SystemClock, (deadline, pace, LookKind::Changes), look).await
    }

    async fn until_on<T, L, F>(
        &self,
        clock: &impl Clock,
        (deadline, pace, kind): (&Deadline, Pace, LookKind),
        mut look: L,
    ) -> Result<T, RemoteError>
    where
        L: FnMut() -> F,
        F: Future<Output = Result<Seen<T>, AwsError>>,
    {
        let started = clock.now();
        let mut last = "Its status is not known yet.".to_owned();
        loop {
            if deadline.stop().is_cancelled() {
                return Err(Deadline::stopped(self.doing, &last));
            }
            let left = deadline.left(clock.now());
            let seen = match kind {
                LookKind::Changes => look().await,
                LookKind::Reads => tokio::select! {
                    biased;
                    () = deadline.stop().cancelled() => return Err(Deadline::stopped(self.doing, &last)),
                    seen = look() => seen,
                    () = clock.sleep(left) => return Err(deadline.passed(self.doing, &last)),
                },
            };
            let elapsed = clock.now() - started;
            match seen {
                Ok(Seen::Reached(value)) => return Ok(value),
                Ok(Seen::Pending(status)) => last = format!("The last status was {status}."),
                Ok(Seen::Missing) if elapsed < pace.of(INVISIBLE) => {
                    last = "AWS does not show the object yet.".to_owned();
                }
                Ok(Seen::Missing) => {
                    return Err(RemoteError::new(RemoteErrorKind::NotFound, self.doing)
                        .with_detail("The object is gone; something else removed it in the meantime."));
                }
                Ok(Seen::Failed(reason)) => {
                    return Err(RemoteError::new(RemoteErrorKind::Other, self.doing).with_detail(reason));
                }
                Err(error) if error.is_transient() => {
                    tracing::debug!(%error, "could not look at the object; looking again");
                    last = format!("The last look failed: {}.", error.message().trim_end_matches('.'));
                }
                Err(error) => return Err(error.reading(self.doing)),
            }
            let left = deadline.left(clock.now());
            if left.is_zero() {
                return Err(deadline.passed(self.doing, &last));
            }
            let pause = pause(self.usual, elapsed, pace, rand::random());
            tokio::select! {
                biased;
                () = deadline.stop().cancelled() => return Err(Deadline::stopped(self.doing, &last)),
                () = clock.sleep(pause.min(left)) => {}
            }
        }
    }
}

/// How long to pause before the next look, `elapsed` after the first one; `chance` is a random number from 0 to 1.
///
/// Nothing is to be expected before 60 % of the usual time. After that a longer operation is looked at less often, in
/// steps of a fortieth of its usual time within 5 to 15 s, a quarter more or less, so that many resources spread out.
fn pause(usual: Duration, elapsed: Duration, pace: Pace, chance: f64) -> Duration {
    let first = pace.of(usual.mul_f64(0.6));
    let step = (usual / 40).clamp(Duration::from_secs(5), Duration::from_secs(15));
    let step = pace.of(step.mul_f64(0.75 + chance / 2.0));
    first.saturating_sub(elapsed).max(step)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::Class;
    use crate::clock::testing::TestClock;

    const MINUTE: Duration = Duration::from_secs(60);
    const WAIT: Wait<'_> = Wait { doing: "failed to create the cluster", usual: Duration::from_secs(600) };

    type Look = fn(Duration) -> Result<Seen<&'static str>, AwsError>;

    /// Waits with a limit of 30 minutes; `look` is given the time since the start. Returns the outcome and the minutes
    /// of each look, rounded.
    async fn check(look: Look) -> (Result<&'static str, RemoteError>, Vec<u64>) {
        let clock = TestClock::new();
        let started = clock.now();
        let deadline = Deadline::starting(started, 30 * MINUTE, &CancellationToken::new());
        let looks = Cell::new(Vec::new());
        let result = WAIT
            .until_on(&clock, (&deadline, Pace::AWS, LookKind::Reads), || {
                let elapsed = clock.now() - started;
                let mut seen = looks.take();
                seen.push(elapsed.as_secs() / 60);
                looks.set(seen);
                std::future::ready(look(elapsed))
            })
            .await;
        (result, looks.take())
    }

    #[tokio::test]
    async fn an_instant_backend_costs_one_look() {
        let (result, looks) = check(|_| Ok(Seen::Reached("ACTIVE"))).await;
        assert_eq!((result.unwrap(), looks), ("ACTIVE", vec![0]));
    }

    #[tokio::test]
    async fn nothing_is_asked_before_60_percent_of_the_usual_time() {
        let (result, looks) = check(|elapsed| {
            Ok(if elapsed < 8 * MINUTE { Seen::Pending("CREATING".into()) } else { Seen::Reached("ACTIVE") })
        })
        .await;
        assert_eq!(result.unwrap(), "ACTIVE");
        assert_eq!(looks[..2], [0, 6]);
        assert!((8..16).contains(&looks.len()), "{looks:?}");
    }

    #[tokio::test]
    async fn throttles_and_resets_are_looked_past() {
        let (result, _) = check(|elapsed| {
            if elapsed < 8 * MINUTE {
                return Err(AwsError::new(Class::Throttled, "slow down"));
            }
            Ok(Seen::Reached("ACTIVE"))
        })
        .await;
        assert_eq!(result.unwrap(), "ACTIVE");
    }

    #[tokio::test]
    async fn a_failure_is_told_with_its_reason() {
        let (result, _) = check(|_| Ok(Seen::Failed("No address left in subnet-1.".into()))).await;
        assert_eq!(
            result.unwrap_err().to_string(),
            "failed to create the cluster: No address left in subnet-1."
        );
        let (result, looks) = check(|_| Err(AwsError::new(Class::AccessDenied, "no"))).await;
        assert_eq!((result.unwrap_err().kind(), looks), (RemoteErrorKind::PermissionDenied, vec![0]));
    }

    #[tokio::test]
    async fn the_time_limit_ends_it() {
        let (result, looks) = check(|_| Ok(Seen::Pending("CREATING".into()))).await;
        let error = result.unwrap_err();
        assert_eq!(error.kind(), RemoteErrorKind::TimedOut);
        assert!(error.to_string().contains("time limit of 30m. The last status was CREATING."), "{error}");
        assert_eq!(looks.last(), Some(&30));
    }

    #[tokio::test]
    async fn an_object_may_be_invisible_only_for_a_moment() {
        let (result, looks) = check(|_| Ok(Seen::Missing)).await;
        assert_eq!((result.unwrap_err().kind(), looks.len()), (RemoteErrorKind::NotFound, 2));
    }

    #[tokio::test]
    async fn a_stop_ends_it_at_once() {
        let clock = TestClock::new();
        let stop = CancellationToken::new();
        let deadline = Deadline::starting(clock.now(), 30 * MINUTE, &stop);
        let look = || {
            stop.cancel();
            std::future::ready(Ok(Seen::<()>::Pending("CREATING".into())))
        };
        let result = WAIT.until_on(&clock, (&deadline, Pace::AWS, LookKind::Reads), look).await;
        assert_eq!(result.unwrap_err().kind(), RemoteErrorKind::Cancelled);
        assert!(clock.pauses().is_empty());
    }

    #[tokio::test]
    async fn a_change_that_is_under_way_is_not_left_when_the_run_is_stopped() {
        let check = async |kind| {
            let clock = TestClock::new();
            let stop = CancellationToken::new();
            let deadline = Deadline::starting(clock.now(), 30 * MINUTE, &stop);
            let look = async || {
                stop.cancel();
                tokio::task::yield_now().await;
                Ok(Seen::Reached("sent"))
            };
            let result = WAIT.until_on(&clock, (&deadline, Pace::AWS, kind), look).await;
            let again = WAIT.until_on(&clock, (&deadline, Pace::AWS, kind), look).await;
            assert_eq!(
                again.unwrap_err().kind(),
                RemoteErrorKind::Cancelled,
                "nothing is begun after a stop"
            );
            result.map_err(|error| error.kind())
        };
        assert_eq!(check(LookKind::Changes).await, Ok("sent"));
        assert!(check(LookKind::Reads).await.is_err(), "a look that only reads is left");
    }

    #[test]
    fn pauses_are_spread_and_scaled() {
        let seconds = |usual, elapsed, pace, chance| {
            pause(Duration::from_secs(usual), Duration::from_secs(elapsed), pace, chance).as_secs_f64()
        };
        assert_eq!(seconds(600, 0, Pace::AWS, 0.5), 360.0);
        assert_eq!(seconds(600, 400, Pace::AWS, 0.0), 11.25);
        assert_eq!(seconds(600, 400, Pace::AWS, 1.0), 18.75);
        assert_eq!(seconds(120, 100, Pace::AWS, 0.5), 5.0);
        assert_eq!(seconds(600, 0, Pace::scaled(0.001), 0.5), 0.36);
    }
}
