//! Places in line, and what becomes of those that are given back.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Who may send when: one after another, each at a distance.
#[derive(Debug, Default)]
pub(crate) struct Line {
    /// Where the next place begins at the end of the line.
    end: Option<Instant>,
    /// Places that were given back, from where each begins to where it ends.
    vacant: BTreeMap<Instant, Instant>,
}

/// A place in line: nobody else sends before it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) begins: Instant,
    ends: Instant,
}

impl Line {
    /// The first place at that time or later.
    pub(crate) fn first(&mut self, earliest: Instant, spacing: Duration) -> Slot {
        self.vacant.retain(|_, ends| earliest < *ends);
        match self.vacant.first_key_value() {
            Some((begins, ends)) => Slot { begins: earliest.max(*begins), ends: *ends },
            None => {
                let begins = earliest.max(self.end.unwrap_or(earliest));
                Slot { begins, ends: begins + spacing }
            }
        }
    }

    /// Gives a place away that was just found to be the first.
    pub(crate) fn take(&mut self, slot: Slot) {
        if self.vacant.pop_first().is_none() {
            self.end = Some(slot.ends);
        }
    }

    /// Takes a place back that nobody has sent at.
    pub(crate) fn give_back(&mut self, slot: Slot) {
        self.vacant.insert(slot.begins, slot.ends);
        // What is vacant at the end is not in line any more.
        while let Some((begins, ends)) = self.vacant.pop_last() {
            if self.end != Some(ends) {
                self.vacant.insert(begins, ends);
                return;
            }
            self.end = Some(begins);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn take(line: &mut Line, earliest: Instant) -> Slot {
        let slot = line.first(earliest, 10 * SECOND);
        line.take(slot);
        slot
    }

    #[test]
    fn places_that_are_given_back_are_gone_from_the_end() {
        let (mut line, now) = (Line::default(), Instant::now());
        let slots: Vec<Slot> = (0..100).map(|_| take(&mut line, now)).collect();
        assert_eq!(slots[99].begins, now + 990 * SECOND);
        for slot in &slots[1..] {
            line.give_back(*slot);
        }
        assert_eq!(take(&mut line, now).begins, now + 10 * SECOND);
        assert_eq!(line.vacant.len(), 0);
    }

    #[test]
    fn a_place_between_two_others_is_given_to_the_next_who_comes() {
        let (mut line, now) = (Line::default(), Instant::now());
        let slots: Vec<Slot> = (0..4).map(|_| take(&mut line, now)).collect();
        line.give_back(slots[1]);
        assert_eq!(take(&mut line, now), slots[1]);
        line.give_back(slots[2]);
        assert_eq!(take(&mut line, now + 25 * SECOND).begins, now + 25 * SECOND, "nobody sends at 20 s");
        assert_eq!(take(&mut line, now + 25 * SECOND).begins, now + 40 * SECOND);
    }

    #[test]
    fn a_place_that_has_passed_is_worth_nothing() {
        let (mut line, now) = (Line::default(), Instant::now());
        let first = take(&mut line, now);
        let second = take(&mut line, now);
        line.give_back(first);
        assert_eq!(take(&mut line, second.begins).begins, now + 20 * SECOND);
    }
}
