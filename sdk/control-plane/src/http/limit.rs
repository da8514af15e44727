//! Request limits: so many requests an hour per API key, five times as many per user.
//!
//! Costs are counted in tenths of a request, because a 304 and an item of a batch count a tenth.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use jiff::{SignedDuration, Timestamp};

use crate::{
    clock::Clock,
    http::problem::{Code, Problem},
};

/// What one whole request costs.
pub(crate) const REQUEST: u64 = 10;
/// What a 304 or one item of a batch costs.
pub(crate) const TENTH: u64 = 1;
/// A user may make this many times the requests of one key: 5,000 to 1,000 in the contract.
pub(crate) const USER_FACTOR: u32 = 5;
const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// Past this many windows, those that ended are dropped.
const MANY: usize = 10_000;

#[derive(Debug)]
pub(crate) struct Limiter {
    per_hour: u32,
    clock: Clock,
    windows: Mutex<HashMap<String, Window>>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    ends_at: Timestamp,
    used: u64,
}

/// What is counted: a key, a user, or an address that has not said who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Meter {
    pub(crate) name: String,
    pub(crate) factor: u32,
}

/// Where a caller stands, for the headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    limit: u64,
    remaining: u64,
    reset: i64,
}

impl Limiter {
    pub(crate) fn new(per_hour: u32, clock: Clock) -> Self {
        Self { per_hour, clock, windows: Mutex::default() }
    }

    /// Charges every meter, or none and answers 429. `None` when limits are off.
    pub(crate) fn charge(&self, meters: &[Meter], tenths: u64) -> Result<Option<Standing>, Problem> {
        if self.per_hour == 0 {
            return Ok(None);
        }
        let now = self.clock.now();
        let mut windows = self.windows();
        if windows.len() > MANY {
            windows.retain(|_, window| window.ends_at > now);
        }
        for meter in meters {
            let window = windows.entry(meter.name.clone()).or_insert(Window { ends_at: now + HOUR, used: 0 });
            if window.ends_at <= now {
                *window = Window { ends_at: now + HOUR, used: 0 };
            }
            if window.used + tenths > self.allowed(meter) {
                let seconds = (window.ends_at.as_second() - now.as_second()).max(1).unsigned_abs();
                return Err(
                    Problem::new(Code::RateLimited, "Too many requests this hour.").retry_after(seconds)
                );
            }
        }
        for meter in meters {
            if let Some(window) = windows.get_mut(&meter.name) {
                window.used += tenths;
            }
        }
        drop(windows);
        Ok(self.standing(meters))
    }

    /// Corrects a charge once the real cost is known; may go over the limit, but not below zero.
    pub(crate) fn settle(&self, meters: &[Meter], charged: u64, cost: u64) -> Option<Standing> {
        if self.per_hour == 0 {
            return None;
        }
        let mut windows = self.windows();
        for meter in meters {
            if let Some(window) = windows.get_mut(&meter.name) {
                window.used = (window.used + cost).saturating_sub(charged);
            }
        }
        drop(windows);
        self.standing(meters)
    }

    /// The tightest of the meters.
    pub(crate) fn standing(&self, meters: &[Meter]) -> Option<Standing> {
        if self.per_hour == 0 {
            return None;
        }
        let windows = self.windows();
        meters
            .iter()
            .filter_map(|meter| {
                let window = windows.get(&meter.name)?;
                let remaining = self.allowed(meter).saturating_sub(window.used) / REQUEST;
                let limit = self.allowed(meter) / REQUEST;
                Some(Standing { limit, remaining, reset: window.ends_at.as_second() })
            })
            .min_by_key(|standing| standing.remaining)
    }

    fn allowed(&self, meter: &Meter) -> u64 {
        u64::from(self.per_hour) * u64::from(meter.factor) * REQUEST
    }

    fn windows(&self) -> MutexGuard<'_, HashMap<String, Window>> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Standing {
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        headers.insert(HeaderName::from_static("x-ratelimit-limit"), HeaderValue::from(self.limit));
        headers.insert(HeaderName::from_static("x-ratelimit-remaining"), HeaderValue::from(self.remaining));
        headers.insert(HeaderName::from_static("x-ratelimit-reset"), HeaderValue::from(self.reset));
    }
}
