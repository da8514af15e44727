//! Callers that are over their limit: whoever floods the server must not be able to fill its disk with lines about it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

/// How long a line speaks for the refusals that come after it: the hour that requests are counted in.
const SPOKEN_FOR: SignedDuration = SignedDuration::from_hours(1);
/// Most addresses that get a line within an hour. They cost nothing to whoever has many; people and programs are there only
/// as often as somebody has let them in.
const MOST: usize = 1000;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Asker {
    /// Somebody known, by id.
    User(String),
    /// Somebody unknown, by address.
    Address(String),
}

/// Who was refused lately for asking too often. Each server remembers its own.
#[derive(Debug, Default)]
pub(crate) struct Floods(Mutex<BTreeMap<Asker, Flood>>);

#[derive(Debug)]
struct Flood {
    since: Timestamp,
    /// Refusals that got no line.
    left_out: u64,
}

impl Flood {
    fn is_over(&self, now: Timestamp) -> bool {
        now.duration_since(self.since) >= SPOKEN_FOR
    }
}

impl Floods {
    /// Whether a line is due for another refusal. One that gets none is counted.
    pub(super) fn is_due(&self, who: &Asker, now: Timestamp) -> bool {
        let mut floods = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match floods.get_mut(who) {
            Some(flood) if !flood.is_over(now) => {
                flood.left_out += 1;
                false
            }
            Some(_) | None => true,
        }
    }

    /// Notes another refusal. If a line is due, answers with how many got none since the one before.
    pub(super) fn note(&self, who: &Asker, now: Timestamp) -> Option<u64> {
        let mut floods = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |flood: &Flood| flood.is_over(now);
        if let Some(flood) = floods.get_mut(who) {
            if !is_over(flood) {
                flood.left_out += 1;
                return None;
            }
            let left_out = flood.left_out;
            *flood = Flood { since: now, left_out: 0 };
            return Some(left_out);
        }
        if let Asker::Address(_) = who {
            let addresses = |floods: &BTreeMap<Asker, Flood>| {
                floods.keys().filter(|who| matches!(who, Asker::Address(_))).count()
            };
            if addresses(&floods) >= MOST {
                floods.retain(|_, flood| !is_over(flood));
            }
            if addresses(&floods) >= MOST {
                return None;
            }
        }
        floods.insert(who.clone(), Flood { since: now, left_out: 0 });
        Some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(1_767_225_600 + minutes * 60).unwrap()
    }

    fn user(id: &str) -> Asker {
        Asker::User(id.to_owned())
    }

    #[test]
    fn a_caller_gets_a_line_an_hour_that_counts_what_got_none_since_the_one_before() {
        let floods = Floods::default();
        assert_eq!([0, 1, 59].map(|minute| floods.note(&user("jane"), at(minute))), [Some(0), None, None]);
        assert_eq!(floods.note(&user("joe"), at(1)), Some(0));
        assert_eq!(floods.note(&user("jane"), at(60)), Some(2));
        assert_eq!(floods.note(&user("jane"), at(61)), None);
    }

    #[test]
    fn many_addresses_get_no_more_lines_than_a_thousand_an_hour_and_take_nobody_elses() {
        let floods = Floods::default();
        let address = |index: usize| Asker::Address(index.to_string());
        let lines = (0..2 * MOST).filter(|index| floods.note(&address(*index), at(0)).is_some()).count();
        assert_eq!(lines, MOST);
        assert_eq!(floods.note(&user("jane"), at(0)), Some(0));
        assert_eq!(floods.note(&address(2 * MOST), at(60)), Some(0));
    }
}
