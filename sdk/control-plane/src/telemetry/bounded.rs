//! Labels with values that clients choose, and an end to how many there are.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

/// Most values of one label. Each value is a series, and a series costs memory here and in Prometheus.
const MOST: usize = 200;
/// What stands for all further values.
const OTHER: &str = "other";

/// The values of one label.
#[derive(Debug, Default)]
pub(super) struct Bounded(Mutex<BTreeSet<String>>);

impl Bounded {
    /// The value itself, or what stands for it when there are too many already.
    pub(super) fn value(&self, wanted: &str) -> String {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.contains(wanted) {
            if known.len() >= MOST {
                return OTHER.to_owned();
            }
            known.insert(wanted.to_owned());
        }
        wanted.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_known_first_keep_their_names() {
        let bounded = Bounded::default();
        for index in 0..MOST {
            assert_eq!(bounded.value(&index.to_string()), index.to_string());
        }
        assert_eq!((bounded.value("late").as_str(), bounded.value("0").as_str()), (OTHER, "0"));
    }
}
