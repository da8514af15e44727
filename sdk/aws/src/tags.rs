//! Tags: the practitioner's, the defaults, and those by which Sparki knows its own.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::Nonce;

/// How the keys of Sparki's own tags begin. They are never shown in `tags`.
pub const OWN_PREFIX: &str = "sparki:";

const MANAGED_BY: &str = "sparki:managed-by";
const SPARKI: &str = "sparki";
const OWNER: &str = "sparki:owner";
/// How the keys of AWS's own tags begin.
const AWS_PREFIX: &str = "aws:";

/// The tags of one object, as text by key.
type TagMap = BTreeMap<String, String>;

/// How the tags of one object come about.
#[derive(Clone, Copy, Debug)]
pub struct Tags<'a> {
    defaults: &'a TagMap,
}

/// What to change about the tags of one object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagChange {
    /// Tags to add, or to give another value.
    pub set: TagMap,
    /// Keys to remove.
    pub remove: BTreeSet<String>,
}

impl TagChange {
    /// Whether there is nothing to change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.remove.is_empty()
    }
}

impl<'a> Tags<'a> {
    /// Tags over these defaults.
    #[must_use]
    pub fn new(defaults: &'a TagMap) -> Self {
        Self { defaults }
    }

    /// The tags for a new object: the defaults, the practitioner's, and the mark of this attempt.
    #[must_use]
    pub fn for_create(&self, own: &TagMap, attempt: &Nonce) -> TagMap {
        let mut tags = self.wanted(own);
        tags.insert(MANAGED_BY.into(), SPARKI.into());
        tags.insert(OWNER.into(), attempt.to_string());
        tags
    }

    /// Whether an object with these tags was made by this very attempt.
    #[must_use]
    pub fn made_by(remote: Option<&HashMap<String, String>>, attempt: &Nonce) -> bool {
        remote.and_then(|tags| tags.get(OWNER)).is_some_and(|owner| owner == attempt.as_str())
    }

    /// The attempt that made an object with these tags, if they say so.
    #[must_use]
    pub fn maker(remote: Option<&HashMap<String, String>>) -> Option<&str> {
        remote.and_then(|tags| tags.get(OWNER)).map(String::as_str)
    }

    /// Whether an object with these tags was made by Sparki, in whichever attempt.
    #[must_use]
    pub fn are_sparkis(remote: Option<&HashMap<String, String>>) -> bool {
        remote.and_then(|tags| tags.get(MANAGED_BY)).is_some_and(|manager| manager == SPARKI)
    }

    /// The practitioner's part of an object's tags. `known` are those that configuration or state has: a default tag is
    /// left out unless it is among them, or has another value than the default.
    #[must_use]
    pub fn shown(&self, remote: Option<&HashMap<String, String>>, known: Option<&TagMap>) -> TagMap {
        let is_shown = |(key, value): &(&String, &String)| {
            let is_known = known.is_some_and(|known| known.contains_key(*key));
            !key.starts_with(OWN_PREFIX)
                && !key.starts_with(AWS_PREFIX)
                && (is_known || self.defaults.get(*key) != Some(*value))
        };
        let shown = remote.into_iter().flatten().filter(is_shown);
        shown.map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    /// What to change about an object with tags `remote`, of which `prior` are known to the practitioner, so that it
    /// has `own` and the defaults. Tags that nobody here knows of stay.
    #[must_use]
    pub fn change(
        &self,
        remote: Option<&HashMap<String, String>>,
        prior: &TagMap,
        own: &TagMap,
    ) -> TagChange {
        let wanted = self.wanted(own);
        let has = |key: &str, value: &str| remote.and_then(|tags| tags.get(key)).is_some_and(|v| v == value);
        let remove = prior.keys().filter(|key| !wanted.contains_key(*key)).cloned().collect();
        let set = wanted.into_iter().filter(|(key, value)| !has(key, value)).collect();
        TagChange { set, remove }
    }

    fn wanted(&self, own: &TagMap) -> TagMap {
        let mut tags = self.defaults.clone();
        tags.extend(own.iter().map(|(key, value)| (key.clone(), value.clone())));
        tags
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags<const N: usize>(pairs: [(&str, &str); N]) -> TagMap {
        pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
    }

    fn remote<const N: usize>(pairs: [(&str, &str); N]) -> HashMap<String, String> {
        tags(pairs).into_iter().collect()
    }

    #[test]
    fn an_object_gets_the_defaults_its_own_tags_and_the_mark_of_the_attempt() {
        let defaults = tags([("team", "core"), ("cost", "1")]);
        let attempt = Nonce::new("n-1");
        let made = Tags::new(&defaults).for_create(&tags([("cost", "2")]), &attempt);
        let expected =
            tags([("cost", "2"), ("team", "core"), ("sparki:managed-by", "sparki"), ("sparki:owner", "n-1")]);
        assert_eq!(made, expected);
        let made: HashMap<_, _> = made.into_iter().collect();
        assert!(Tags::made_by(Some(&made), &attempt));
        assert!(!Tags::made_by(Some(&made), &Nonce::new("n-2")));
        assert!(!Tags::made_by(None, &attempt));
        assert_eq!((Tags::maker(Some(&made)), Tags::maker(None)), (Some("n-1"), None));
        assert!(Tags::are_sparkis(Some(&made)) && !Tags::are_sparkis(Some(&remote([("team", "core")]))));
    }

    #[test]
    fn only_the_practitioners_tags_are_shown() {
        let defaults = tags([("team", "core")]);
        let object = remote([("team", "core"), ("app", "x"), ("sparki:owner", "n"), ("aws:cf", "y")]);
        let tags_of = Tags::new(&defaults);
        assert_eq!(tags_of.shown(Some(&object), None), tags([("app", "x")]));
        assert_eq!(
            tags_of.shown(Some(&object), Some(&tags([("team", "core")]))),
            tags([("app", "x"), ("team", "core")])
        );
        let drifted = remote([("team", "other")]);
        assert_eq!(tags_of.shown(Some(&drifted), None), tags([("team", "other")]));
    }

    #[test]
    fn a_change_touches_only_tags_that_are_known() {
        let defaults = tags([("team", "core")]);
        let object = remote([("team", "other"), ("app", "x"), ("foreign", "z"), ("sparki:owner", "n")]);
        let change =
            Tags::new(&defaults).change(Some(&object), &tags([("app", "x"), ("team", "other")]), &tags([]));
        assert_eq!(change.set, tags([("team", "core")]));
        assert_eq!(change.remove, BTreeSet::from(["app".to_owned()]));
    }
}
