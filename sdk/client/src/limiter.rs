//! The rate limit as all requests of a client see it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http::HeaderMap;

use crate::http_date::{LONGEST_WAIT, server_unix_seconds};
use crate::line::{Line, Slot};
use crate::response::header;

/// Distance between requests after the first 429: twenty a second.
const FIRST_SPACING: Duration = Duration::from_millis(50);
/// Distance below which requests are not held apart any more.
const LEAST_SPACING: Duration = Duration::from_millis(5);
/// How to live with the rate limit.
#[derive(Clone, Debug)]
pub struct RateLimitSettings {
    /// Share of the limit below which the rest is spread over the time to the reset, in percent; by default 2.
    /// With a limit of 1,000 an hour the last 20 requests are spread. 0 spreads only the very last one.
    pub pace_below_percent: u8,
    /// Longest distance between two requests while they are spread or held apart; by default 10 s.
    pub max_spacing: Duration,
}

impl Default for RateLimitSettings {
    fn default() -> Self {
        Self { pace_below_percent: 2, max_spacing: Duration::from_secs(10) }
    }
}

/// Slows all requests down after a 429 and when little is left of the limit; speeds up again with good answers.
#[derive(Debug)]
pub(crate) struct Limiter {
    settings: RateLimitSettings,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    spacing: Duration,
    line: Line,
    closed_until: Option<Instant>,
}

/// A place in the line. Dropped before it is used, it goes to whoever comes next.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    limiter: &'a Limiter,
    slot: Option<Slot>,
    wait: Duration,
}

/// What an answer says about the limit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Budget {
    limit: Option<f64>,
    remaining: Option<f64>,
    until_reset: Option<Duration>,
}

impl Budget {
    /// Reads `X-RateLimit-Limit`, `-Remaining` and `-Reset`, the last in Unix seconds on the server's clock.
    pub(crate) fn read(headers: &HeaderMap, local_unix_seconds: i64) -> Self {
        let number = |name| {
            header(headers, name)
                .and_then(|text| text.trim().parse::<f64>().ok())
                .filter(|number| number.is_finite() && *number >= 0.0)
        };
        let until_reset = header(headers, "x-ratelimit-reset")
            .and_then(|text| text.trim().parse::<i64>().ok())
            .map(|reset| reset.saturating_sub(server_unix_seconds(headers, local_unix_seconds)))
            .map(|seconds| Duration::from_secs(u64::try_from(seconds).unwrap_or(0)).min(LONGEST_WAIT));
        Self { limit: number("x-ratelimit-limit"), remaining: number("x-ratelimit-remaining"), until_reset }
    }
}

impl Limiter {
    pub(crate) fn new(settings: RateLimitSettings) -> Self {
        Self { settings, state: Mutex::default() }
    }

    /// Reserves a place in the line that comes before `left` has passed. If none does, says when the next one comes, and
    /// takes no place from those who have more time.
    pub(crate) fn reserve(&self, now: Instant, left: Duration) -> Result<Place<'_>, Duration> {
        let state = &mut *self.state();
        let earliest = now.max(state.closed_until.unwrap_or(now));
        let slot = state.line.first(earliest, state.spacing);
        let wait = slot.begins - now;
        if !wait.is_zero() && wait >= left {
            return Err(wait);
        }
        state.line.take(slot);
        Ok(Place { limiter: self, slot: Some(slot), wait })
    }

    /// Whether a place that was reserved earlier is worth nothing, because nobody may send now.
    pub(crate) fn is_closed(&self, now: Instant) -> bool {
        self.state().closed_until.is_some_and(|until| now < until)
    }

    /// Learns from a 429 that nobody may send for a while.
    pub(crate) fn throttled(&self, now: Instant, pause: Duration) {
        let mut state = self.state();
        state.closed_until = state.closed_until.max(Some(now + pause));
        state.spacing = (state.spacing * 2).max(FIRST_SPACING).min(self.settings.max_spacing);
    }

    /// Learns from any other answer what is left.
    pub(crate) fn admitted(&self, now: Instant, budget: Budget) {
        let mut state = self.state();
        state.spacing = state.spacing * 3 / 4;
        if state.spacing < LEAST_SPACING {
            state.spacing = Duration::ZERO;
        }
        let (Some(remaining), Some(until_reset)) = (budget.remaining, budget.until_reset) else { return };
        if remaining < 1.0 {
            state.closed_until = state.closed_until.max(Some(now + until_reset));
            return;
        }
        let little = budget.limit.unwrap_or(0.0) * f64::from(self.settings.pace_below_percent) / 100.0;
        if remaining <= little.max(1.0) {
            let spread = until_reset.div_f64(remaining + 1.0);
            state.spacing = state.spacing.max(spread).min(self.settings.max_spacing);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place<'_> {
    /// How long it was until the place came when it was reserved.
    pub(crate) fn wait(&self) -> Duration {
        self.wait
    }

    /// Says that a request is sent now.
    pub(crate) fn used(mut self) {
        self.slot = None;
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some(slot) = self.slot.take() {
            self.limiter.state().line.give_back(slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn budget(limit: f64, remaining: f64, until_reset: u64) -> Budget {
        Budget {
            limit: Some(limit),
            remaining: Some(remaining),
            until_reset: Some(Duration::from_secs(until_reset)),
        }
    }

    /// Reserves a place, sends there, and tells how long it was until it came.
    fn sent(limiter: &Limiter, now: Instant) -> Duration {
        let place = limiter.reserve(now, Duration::MAX).unwrap();
        let wait = place.wait();
        place.used();
        wait
    }

    #[test]
    fn nothing_is_held_back_while_plenty_is_left() {
        let (limiter, now) = (Limiter::new(RateLimitSettings::default()), Instant::now());
        limiter.admitted(now, budget(1000.0, 500.0, 60));
        limiter.admitted(now, Budget::default());
        assert_eq!([sent(&limiter, now), sent(&limiter, now)], [Duration::ZERO; 2]);
    }

    #[test]
    fn a_throttle_closes_the_line_and_spreads_those_who_wait() {
        let (limiter, now) = (Limiter::new(RateLimitSettings::default()), Instant::now());
        limiter.throttled(now, 7 * SECOND);
        assert!(limiter.is_closed(now));
        assert_eq!([sent(&limiter, now), sent(&limiter, now)], [7 * SECOND, 7 * SECOND + FIRST_SPACING]);
        assert!(!limiter.is_closed(now + 7 * SECOND));
    }

    #[test]
    fn good_answers_speed_up_again() {
        let (limiter, now) = (Limiter::new(RateLimitSettings::default()), Instant::now());
        limiter.throttled(now, Duration::ZERO);
        for _ in 0..9 {
            limiter.admitted(now, Budget::default());
        }
        assert_eq!([sent(&limiter, now), sent(&limiter, now)], [Duration::ZERO; 2]);
    }

    #[test]
    fn the_last_requests_are_spread_and_none_is_sent_when_nothing_is_left() {
        let (limiter, now) = (Limiter::new(RateLimitSettings::default()), Instant::now());
        limiter.admitted(now, budget(1000.0, 20.0, 42));
        assert_eq!([sent(&limiter, now), sent(&limiter, now)], [Duration::ZERO, 2 * SECOND]);
        limiter.admitted(now, budget(1000.0, 0.0, 42));
        assert_eq!(sent(&limiter, now), 42 * SECOND);
    }

    #[test]
    fn whoever_has_too_little_time_or_gives_up_takes_no_place() {
        let (limiter, now) = (Limiter::new(RateLimitSettings::default()), Instant::now());
        limiter.admitted(now, budget(1000.0, 10.0, 3600));
        sent(&limiter, now);
        for _ in 0..1000 {
            assert_eq!(limiter.reserve(now, 5 * SECOND).unwrap_err(), 10 * SECOND);
            drop(limiter.reserve(now, Duration::MAX).unwrap());
        }
        assert_eq!(sent(&limiter, now), 10 * SECOND);
        assert_eq!(sent(&limiter, now + 3600 * SECOND), Duration::ZERO);
    }

    #[test]
    fn the_reset_is_on_the_servers_clock_and_never_absurd() {
        let mut headers = HeaderMap::new();
        headers.insert("date", HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT"));
        headers.insert("x-ratelimit-remaining", HeaderValue::from_static("0"));
        headers.insert("x-ratelimit-reset", HeaderValue::from_static("784111787"));
        assert_eq!(Budget::read(&headers, 0).until_reset, Some(10 * SECOND));
        headers.insert("x-ratelimit-reset", HeaderValue::from_static("784111787000"));
        assert_eq!(Budget::read(&headers, 0).until_reset, Some(LONGEST_WAIT));
        headers.insert("x-ratelimit-reset", HeaderValue::from_static("12"));
        assert_eq!(Budget::read(&headers, 0).until_reset, Some(Duration::ZERO));
    }
}
