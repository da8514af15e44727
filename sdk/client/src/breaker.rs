//! Leaves a failing host alone for a while.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use crate::error::HostFailure;

/// When to stop asking a host that fails.
#[derive(Clone, Debug)]
pub struct BreakerSettings {
    /// Failures in a row (no connection, broken connection, no answer, 5xx) that open the circuit; by default
    /// 10, one for each request that may be in flight.
    pub failures: NonZeroU32,
    /// How long the host is left alone before one request tests it; by default 5 s.
    pub open_for: Duration,
}

impl Default for BreakerSettings {
    fn default() -> Self {
        Self {
            failures: const { NonZeroU32::new(10).expect("10 is not 0") },
            open_for: Duration::from_secs(5),
        }
    }
}

/// The circuit breakers of a client, one for each host.
#[derive(Debug)]
pub(crate) struct Breakers {
    settings: BreakerSettings,
    hosts: Mutex<BTreeMap<String, Arc<Breaker>>>,
}

impl Breakers {
    pub(crate) fn new(settings: BreakerSettings) -> Self {
        Self { settings, hosts: Mutex::default() }
    }

    pub(crate) fn of(&self, host: &str) -> Arc<Breaker> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let breaker = hosts.entry(host.to_owned()).or_insert_with(|| {
            Arc::new(Breaker {
                settings: self.settings.clone(),
                state: Mutex::new(State::Closed { failures: 0 }),
            })
        });
        Arc::clone(breaker)
    }
}

/// The circuit breaker of one host.
#[derive(Debug)]
pub(crate) struct Breaker {
    settings: BreakerSettings,
    state: Mutex<State>,
}

#[derive(Clone, Debug)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant, failures: u32, last: HostFailure },
    HalfOpen { failures: u32, last: HostFailure, tested: CancellationToken },
}

/// A request that was turned away.
#[derive(Clone, Debug)]
pub(crate) struct TurnedAway {
    pub(crate) failures: u32,
    pub(crate) last: HostFailure,
    pub(crate) until: Until,
}

/// When to come back.
#[derive(Clone, Debug)]
pub(crate) enum Until {
    /// After this time.
    Later(Duration),
    /// When this ends: another request tests the host.
    Tested(CancellationToken),
}

/// How the host behaved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    /// It answered; 429 and 4xx are answers.
    Answered,
    /// It could not be reached, broke off, or answered 5xx.
    Failed(HostFailure),
}

/// Leave to send one request. Dropped without a verdict, it leaves the circuit as it was.
#[derive(Debug)]
pub(crate) struct Permit {
    breaker: Arc<Breaker>,
    /// If it tests the host: since when that is due.
    probe: Option<Instant>,
}

impl Breaker {
    pub(crate) fn admit(self: &Arc<Self>, now: Instant) -> Result<Permit, TurnedAway> {
        let mut state = self.state();
        match state.clone() {
            State::Closed { .. } => Ok(Permit { breaker: Arc::clone(self), probe: None }),
            State::Open { until, failures, last } if now < until => {
                Err(TurnedAway { failures, last, until: Until::Later(until - now) })
            }
            State::Open { until, failures, last } => {
                *state = State::HalfOpen { failures, last, tested: CancellationToken::new() };
                Ok(Permit { breaker: Arc::clone(self), probe: Some(until) })
            }
            State::HalfOpen { failures, last, tested } => {
                Err(TurnedAway { failures, last, until: Until::Tested(tested) })
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Goes over into another state, and wakes those who waited for a test that has ended.
    fn turn_into(&mut self, next: Self) {
        let before = std::mem::replace(self, next);
        if let (Self::HalfOpen { tested, .. }, Self::Closed { .. } | Self::Open { .. }) = (before, self) {
            tested.cancel();
        }
    }
}

impl Permit {
    /// Reports how the host behaved.
    pub(crate) fn settle(mut self, health: Health, now: Instant) {
        let probe = self.probe.take();
        let settings = &self.breaker.settings;
        let mut state = self.breaker.state();
        let next = match (health, state.clone()) {
            (Health::Answered, _) => State::Closed { failures: 0 },
            // A request from before the circuit opened says nothing new.
            (Health::Failed(_), open @ State::Open { .. }) => open,
            (Health::Failed(_), half_open @ State::HalfOpen { .. }) if probe.is_none() => half_open,
            (Health::Failed(last), State::Closed { failures } | State::HalfOpen { failures, .. }) => {
                let failures = failures.saturating_add(1);
                if probe.is_some() || failures >= settings.failures.get() {
                    State::Open { until: now + settings.open_for, failures, last }
                } else {
                    State::Closed { failures }
                }
            }
        };
        state.turn_into(next);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(until) = self.probe {
            let mut state = self.breaker.state();
            if let State::HalfOpen { failures, last, .. } = state.clone() {
                state.turn_into(State::Open { until, failures, last });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Cause;

    const SECOND: Duration = Duration::from_secs(1);

    fn breaker() -> Arc<Breaker> {
        let failures = NonZeroU32::new(2).unwrap();
        Breakers::new(BreakerSettings { failures, open_for: 5 * SECOND }).of("host:443")
    }

    fn failure() -> HostFailure {
        HostFailure::of(&Cause::Unreachable { host: "host:443".into(), reason: "refused".into() })
    }

    /// The time after which to come back.
    fn later(turned_away: TurnedAway) -> Option<Duration> {
        match turned_away.until {
            Until::Later(duration) => Some(duration),
            Until::Tested(_) => None,
        }
    }

    fn fail(breaker: &Arc<Breaker>, now: Instant) {
        breaker.admit(now).unwrap().settle(Health::Failed(failure()), now);
    }

    #[test]
    fn failures_in_a_row_open_the_circuit() {
        let (breaker, now) = (breaker(), Instant::now());
        fail(&breaker, now);
        breaker.admit(now).unwrap().settle(Health::Answered, now);
        fail(&breaker, now);
        assert!(breaker.admit(now).is_ok(), "an answer in between starts the count anew");
        fail(&breaker, now);
        let turned_away = breaker.admit(now + SECOND).unwrap_err();
        assert_eq!((turned_away.failures, &turned_away.last), (2, &failure()));
        assert_eq!(later(turned_away), Some(4 * SECOND));
    }

    #[test]
    fn one_request_tests_the_host_and_decides() {
        let (breaker, now) = (breaker(), Instant::now());
        fail(&breaker, now);
        fail(&breaker, now);
        let now = now + 5 * SECOND;
        let probe = breaker.admit(now).unwrap();
        let Until::Tested(tested) = breaker.admit(now).unwrap_err().until else {
            panic!("it is being tested")
        };
        assert!(!tested.is_cancelled());
        probe.settle(Health::Failed(failure()), now);
        assert!(tested.is_cancelled());
        assert_eq!(later(breaker.admit(now).unwrap_err()), Some(5 * SECOND));
        let now = now + 5 * SECOND;
        breaker.admit(now).unwrap().settle(Health::Answered, now);
        assert!(breaker.admit(now).is_ok());
    }

    #[test]
    fn a_cancelled_test_leaves_the_next_request_to_test() {
        let (breaker, now) = (breaker(), Instant::now());
        fail(&breaker, now);
        fail(&breaker, now);
        let probe = breaker.admit(now + 5 * SECOND).unwrap();
        let turned_away = breaker.admit(now + 5 * SECOND).unwrap_err();
        drop(probe);
        assert!(matches!(turned_away.until, Until::Tested(tested) if tested.is_cancelled()));
        assert!(breaker.admit(now + 5 * SECOND).is_ok());
    }
}
