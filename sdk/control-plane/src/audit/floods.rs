//! Callers that are over their limit: whoever floods the server must not be able to fill its disk with lines about it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

/// How long a line speaks for the refusals that come after it: the hour that requests are counted in.
const SPOKEN_FOR: SignedDuration = SignedDuration::from_hours(1);
/// Most callers that get a line within an hour. Addresses cost nothing to whoever has many.
const MOST: usize = 1000;

/// Who was refused lately for asking too often. Each server remembers its own.
#[derive(Debug, Default)]
pub(crate) struct Floods(Mutex<BTreeMap<String, Flood>>);

#[derive(Debug)]
struct Flood {
    since: Timestamp,
    /// Refusals that got no line.
    left_out: u64,
}

impl Floods {
    /// Notes another refusal. If a line is due, answers with how many got none since the one before.
    pub(super) fn note(&self, who: &str, now: Timestamp) -> Option<u64> {
        let mut floods = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |flood: &Flood| now.duration_since(flood.since) >= SPOKEN_FOR;
        if let Some(flood) = floods.get_mut(who) {
            if !is_over(flood) {
                flood.left_out += 1;
                return None;
            }
            let left_out = flood.left_out;
            *flood = Flood { since: now, left_out: 0 };
            return Some(left_out);
        }
        if floods.len() >= MOST {
            floods.retain(|_, flood| !is_over(flood));
        }
        if floods.len() >= MOST {
            return None;
        }
        floods.insert(who.to_owned(), Flood { since: now, left_out: 0 });
        Some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(1_767_225_600 + minutes * 60).unwrap()
    }

    #[test]
    fn a_caller_gets_a_line_an_hour_that_counts_what_got_none() {
        let floods = Floods::default();
        assert_eq!([0, 1, 59].map(|minute| floods.note("jane", at(minute))), [Some(0), None, None]);
        assert_eq!(floods.note("joe", at(1)), Some(0));
        assert_eq!(floods.note("jane", at(60)), Some(2));
        assert_eq!(floods.note("jane", at(61)), None);
    }

    #[test]
    fn many_callers_get_no_more_lines_than_a_thousand_an_hour() {
        let floods = Floods::default();
        let lines = (0..2 * MOST).filter(|index| floods.note(&format!("{index}"), at(0)).is_some()).count();
        assert_eq!(lines, MOST);
        assert_eq!(floods.note("late", at(60)), Some(0));
    }
}
