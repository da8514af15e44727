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

/// Tags for everything that is made: what every object on AWS inherits from how the provider is set up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DefaultTags(TagMap);

impl DefaultTags {
    /// These tags.
    #[must_use]
    pub fn new(tags: TagMap) -> Self {
        Self(tags)
    }

    /// How the tags of objects come about.
    #[must_use]
    pub fn tags(&self) -> Tags<'_> {
        Tags::new(&self.0)
    }
}

/// What is known of the tags of one object before AWS is asked: from configuration, or from its state.
#[derive(Clone, Copy, Debug, Default)]
pub struct KnownTags<'a> {
    /// The practitioner's.
    pub own: Option<&'a TagMap>,
    /// These and the defaults. Where they are known, they tell what was a default at the time.
    pub all: Option<&'a TagMap>,
}

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
        let mut tags = self.with_defaults(own);
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

    /// The mark for a part of an object with these tags: that of the attempt which made the object, so that both are known to belong
    /// together; a new one if the object has none.
    #[must_use]
    pub fn mark_of_part(remote: Option<&HashMap<String, String>>) -> Nonce {
        Self::maker(remote).map_or_else(Nonce::random, Nonce::new)
    }

    /// Whether an object with these tags was made by Sparki, in whichever attempt.
    #[must_use]
    pub fn are_sparkis(remote: Option<&HashMap<String, String>>) -> bool {
        remote.and_then(|tags| tags.get(MANAGED_BY)).is_some_and(|manager| manager == SPARKI)
    }

    /// The practitioner's part of an object's tags. What is known to be a default, or to have been one, is left out, and so
    /// is what nothing is known of and has the value of a default.
    #[must_use]
    pub fn shown(&self, remote: Option<&HashMap<String, String>>, known: KnownTags<'_>) -> TagMap {
        let has = |known: Option<&TagMap>, key: &str| known.is_some_and(|known| known.contains_key(key));
        let mut shown = Self::all(remote);
        shown.retain(|key, value| {
            has(known.own, key) || !(has(known.all, key) || self.defaults.get(key) == Some(value))
        });
        shown
    }

    /// An object's tags, whether they are the practitioner's or defaults: all but those of AWS and of Sparki.
    #[must_use]
    pub fn all(remote: Option<&HashMap<String, String>>) -> TagMap {
        let all = remote.into_iter().flatten().filter(|(key, _)| is_free(key));
        all.map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    /// What [`Self::all`] comes to for an object with these tags of the practitioner's.
    #[must_use]
    pub fn planned(&self, own: &TagMap) -> TagMap {
        self.with_defaults(own)
    }

    /// What to change about an object with tags `remote`, of which `prior` are known, so that it has `own` and the
    /// defaults. Tags that nobody here knows of stay.
    #[must_use]
    pub fn change(
        &self,
        remote: Option<&HashMap<String, String>>,
        prior: &TagMap,
        own: &TagMap,
    ) -> TagChange {
        let wanted = self.with_defaults(own);
        let has = |key: &str, value: &str| remote.and_then(|tags| tags.get(key)).is_some_and(|v| v == value);
        let is_gone = |key: &str| remote.is_some_and(|tags| !tags.contains_key(key));
        let remove =
            prior.keys().filter(|key| !wanted.contains_key(*key) && !is_gone(key)).cloned().collect();
        let set = wanted.into_iter().filter(|(key, value)| !has(key, value)).collect();
        TagChange { set, remove }
    }

    fn with_defaults(&self, own: &TagMap) -> TagMap {
        let mut tags = self.defaults.clone();
        // The provider refuses such defaults; whoever embeds the SDK must not write over Sparki's marks either.
        tags.retain(|key, _| is_free(key));
        tags.extend(own.iter().map(|(key, value)| (key.clone(), value.clone())));
        tags
    }
}

/// What a key begins with that practitioners may not set: it is AWS's, in whatever case, or Sparki's.
#[must_use]
pub fn reserved_prefix(key: &str) -> Option<&'static str> {
    let key = key.to_lowercase();
    [AWS_PREFIX, OWN_PREFIX].into_iter().find(|prefix| key.starts_with(prefix))
}

fn is_free(key: &str) -> bool {
    reserved_prefix(key).is_none()
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
        assert_eq!(Tags::mark_of_part(Some(&made)), attempt);
        assert_ne!(Tags::mark_of_part(None), Tags::mark_of_part(None));
        assert!(!Tags::made_by(None, &attempt));
        assert_eq!((Tags::maker(Some(&made)), Tags::maker(None)), (Some("n-1"), None));
        assert!(Tags::are_sparkis(Some(&made)) && !Tags::are_sparkis(Some(&remote([("team", "core")]))));
    }

    #[test]
    fn only_the_practitioners_tags_are_shown() {
        let defaults = tags([("team", "core")]);
        let object = remote([("team", "core"), ("app", "x"), ("sparki:owner", "n"), ("aws:cf", "y")]);
        let tags_of = Tags::new(&defaults);
        assert_eq!(tags_of.shown(Some(&object), KnownTags::default()), tags([("app", "x")]));
        let own = tags([("team", "core")]);
        let known = KnownTags { own: Some(&own), all: None };
        assert_eq!(tags_of.shown(Some(&object), known), tags([("app", "x"), ("team", "core")]));
        let drifted = remote([("team", "other")]);
        assert_eq!(tags_of.shown(Some(&drifted), KnownTags::default()), tags([("team", "other")]));
        assert_eq!(Tags::all(Some(&object)), tags([("team", "core"), ("app", "x")]));
        let reserved = tags([("team", "core"), ("sparki:owner", "m"), ("aws:cf", "z")]);
        assert_eq!(Tags::new(&reserved).planned(&tags([("app", "x")])), Tags::all(Some(&object)));
    }

    #[test]
    fn what_was_a_default_never_shows_as_the_practitioners() {
        let (before, object) =
            (tags([("team", "core"), ("app", "x")]), remote([("team", "core"), ("app", "x")]));
        let own = tags([("app", "x")]);
        let known = KnownTags { own: Some(&own), all: Some(&before) };
        for defaults in [tags([("team", "edge")]), tags([]), tags([("team", "core"), ("cost", "1")])] {
            assert_eq!(Tags::new(&defaults).shown(Some(&object), known), own, "{defaults:?}");
        }
        let changed = remote([("team", "drifted"), ("app", "x"), ("foreign", "z")]);
        let shown = Tags::new(&tags([("team", "core")])).shown(Some(&changed), known);
        assert_eq!(shown, tags([("app", "x"), ("foreign", "z")]));
    }

    #[test]
    fn a_change_touches_only_tags_that_are_known() {
        let defaults = tags([("team", "core")]);
        let object = remote([("team", "other"), ("app", "x"), ("foreign", "z"), ("sparki:owner", "n")]);
        let change =
            Tags::new(&defaults).change(Some(&object), &tags([("app", "x"), ("team", "other")]), &tags([]));
        assert_eq!(change.set, tags([("team", "core")]));
        assert_eq!(change.remove, BTreeSet::from(["app".to_owned()]));
        let gone = Tags::new(&defaults).change(Some(&object), &tags([("gone", "x")]), &tags([]));
        assert_eq!(gone.remove, BTreeSet::new());
    }
}
