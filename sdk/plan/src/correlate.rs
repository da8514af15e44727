//! Finds out whether the elements of a planned set have become those of the actual one.
//!
//! A planned element is not found by its value where a part of it was unknown. Elements are indexed by the parts that
//! were known, so this takes linear time as long as the same parts of all elements are unknown, which they mostly are.

use std::collections::{BTreeMap, HashMap};

use sparki_core::{Dynamic, Elements};

/// What has no counterpart on the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unmatched {
    /// Some planned element.
    pub(crate) planned: bool,
    /// Some actual element.
    pub(crate) actual: bool,
}

/// Whatever is asked of it has the same answer in every order.
type ByKey<'a> = HashMap<Dynamic, Vec<&'a Dynamic>>;

/// Compares both sets. `fits` says whether a planned element may have become an actual one.
pub(crate) fn correlate(
    planned: &Elements,
    actual: &Elements,
    fits: impl Fn(&Dynamic, &Dynamic) -> bool,
) -> Unmatched {
    let mut by_known: BTreeMap<Dynamic, ByKey<'_>> = BTreeMap::new();
    for element in planned.iter().filter(|one| !one.is_wholly_known() || !actual.contains(one)) {
        let known = known_parts(element);
        let key = key(element, &known);
        by_known.entry(known).or_default().entry(key).or_default().push(element);
    }
    let none = Vec::new();
    let is_unmatched = |(known, wanted): (&Dynamic, &ByKey<'_>)| {
        let mut candidates = ByKey::new();
        for element in actual {
            candidates.entry(key(element, known)).or_default().push(element);
        }
        wanted.iter().any(|(key, wanted)| {
            let candidates = candidates.get(key).unwrap_or(&none);
            wanted.iter().any(|planned| !candidates.iter().any(|actual| fits(planned, actual)))
        })
    };
    let has_appeared = |actual: &Dynamic| {
        !by_known.iter().any(|(known, planned)| {
            let candidates = planned.get(&key(actual, known)).unwrap_or(&none);
            candidates.iter().any(|planned| fits(planned, actual))
        })
    };
    Unmatched {
        planned: by_known.iter().any(is_unmatched),
        actual: actual.iter().any(|one| !planned.contains(one) && has_appeared(one)),
    }
}

/// Which parts of an element are known: null stands for those that are, unknown for all others.
fn known_parts(element: &Dynamic) -> Dynamic {
    match element {
        known if known.is_wholly_known() => Dynamic::Null,
        Dynamic::Object(members) => {
            Dynamic::object(members.iter().map(|(name, member)| (name, known_parts(member))))
        }
        _ => Dynamic::unknown(),
    }
}

/// The element without the parts that are not known.
fn key(element: &Dynamic, known: &Dynamic) -> Dynamic {
    match (known, element) {
        (Dynamic::Unknown(_), _) => Dynamic::Null,
        (Dynamic::Object(parts), Dynamic::Object(_)) => {
            Dynamic::object(parts.iter().map(|(name, part)| (name, key(element.attribute(name), part))))
        }
        (_, whole) => whole.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(planned: &Dynamic, actual: &Dynamic) -> bool {
        ["a", "b"].into_iter().all(|name| match planned.attribute(name) {
            Dynamic::Unknown(refinement) => refinement.admits(actual.attribute(name)),
            known => known == actual.attribute(name),
        })
    }

    /// Compares each with each.
    fn slowly(planned: &Elements, actual: &Elements) -> Unmatched {
        Unmatched {
            planned: planned.iter().any(|planned| !actual.iter().any(|actual| fits(planned, actual))),
            actual: actual.iter().any(|actual| !planned.iter().any(|planned| fits(planned, actual))),
        }
    }

    /// Every set of up to two objects with these values.
    fn sets(values: &[Dynamic]) -> Vec<Elements> {
        let pairs = values.iter().flat_map(|a| values.iter().map(move |b| [("a", a), ("b", b)]));
        let objects: Vec<_> =
            pairs.map(|pair| Dynamic::object(pair.map(|(name, value)| (name, value.clone())))).collect();
        let with = |first: &Dynamic| -> Vec<_> {
            objects.iter().map(|second| Elements::new(vec![first.clone(), second.clone()])).collect()
        };
        objects.iter().flat_map(with).chain([Elements::default()]).collect()
    }

    #[test]
    fn the_index_finds_what_comparing_each_with_each_finds() {
        let refined = Dynamic::unknown_but(sparki_core::Refinement::not_null());
        let known = [Dynamic::Null, 1_i64.into(), 2_i64.into()];
        let planned = sets(&[&known[..2], &[Dynamic::unknown(), refined]].concat());
        for actual in sets(&known) {
            for planned in &planned {
                let expected = slowly(planned, &actual);
                assert_eq!(correlate(planned, &actual, fits), expected, "{planned:?} {actual:?}");
            }
        }
    }
}
