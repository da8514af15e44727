//! The tags of objects: their own, and all of them with the provider's default tags.

use std::collections::{BTreeMap, HashMap};

use sparki_aws::{DefaultTags, KnownTags, Tags};
use sparki_core::{Diagnostic, Draft, Model, Path, Refinement, Value};

/// How many tags an object may have, of all types here. Those of AWS itself do not count.
const MOST: usize = 50;
/// How many each object has of Sparki: who manages it, and which attempt made it.
const MARKS: usize = 2;

/// How many the machines of a node group have, which bear no marks of Sparki: EKS names cluster and group, and gives them one tag of
/// Kubernetes and two of its autoscaler.
const MACHINES: usize = 5;

/// The tags that objects of a type have besides those of the practitioner and the two by which Sparki knows what it made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Further<'a> {
    /// Keys that are free elsewhere, and say something else of objects of the type.
    pub(crate) keys: &'a [&'a str],
    /// How many tags an object of the type has further at the most, or a part of one that gets the same tags.
    pub(crate) count: usize,
}

impl Further<'_> {
    /// None.
    pub(crate) const NONE: Self = Self { keys: &[], count: 0 };
}

/// Tags as text by key.
type TagMap = BTreeMap<String, String>;

/// `tags` and `tags_all` of a model that is read.
pub(crate) type ShownTags = (Value<TagMap>, Value<TagMap>);

/// `tags` and `tags_all` of a model.
type Pick<M> = for<'m> fn(&'m mut M) -> (&'m Value<TagMap>, &'m mut Value<TagMap>);

/// Plans `tags_all`: the object's own tags, and the provider's default tags as they are now. More tags than AWS
/// takes are refused.
///
/// A state from before there was such an attribute does not have it, and the next read fills it in; until then it is no
/// reason for a change.
pub(crate) fn inherit_tags<M: Model>(draft: &mut Draft<'_, M>, further: Further<'_>, pick: Pick<M>) {
    let defaults = draft.inherited::<DefaultTags>();
    let reserved = further.keys;
    let (own, all) = pick(draft.planned_mut());
    if all.is_null() {
        return;
    }
    *all = match (own, defaults) {
        (Value::Unknown(_), _) | (_, Value::Unknown(_)) => Value::unknown_but(Refinement::not_null()),
        (own, Value::Known(defaults)) => Value::Known(planned(defaults.tags(), own, reserved)),
        (own, Value::Null) => Value::Known(planned(DefaultTags::default().tags(), own, reserved)),
    };
    let count = all.known().map_or(0, BTreeMap::len);
    refuse_too_many(draft, ("tags", count), further.count);
}

/// Refuses more tags of an attribute and default tags than AWS takes for machines.
pub(crate) fn check_machine_tags<M: Model>(draft: &mut Draft<'_, M>, own: &Value<TagMap>) {
    let Value::Known(defaults) = draft.inherited::<DefaultTags>() else { return };
    let count = defaults.tags().planned(&own_tags(own)).len();
    refuse_too_many(draft, ("machine_tags", count), MACHINES - MARKS);
}

fn refuse_too_many<M: Model>(draft: &mut Draft<'_, M>, (attribute, count): (&str, usize), further: usize) {
    let most = MOST - MARKS - further;
    if count > most {
        let refused = Diagnostic::error(
            "Too many tags",
            format!(
                "{attribute:?} and the provider's default tags are {count} together, and AWS takes {most} besides those that the \
                 object has anyway. Have fewer of them here, or fewer \"default_tags\" in the provider."
            ),
        );
        draft.tell(refused.at(Path::attribute(attribute)));
    }
}

fn planned(tags: Tags<'_>, own: &Value<TagMap>, reserved: &[&str]) -> TagMap {
    let mut all = tags.planned(&own_tags(own));
    all.retain(|key, _| !reserved.contains(&key.as_str()));
    all
}

/// `tags` and `tags_all` for the tags that AWS has of an object. `known` are those of what was planned, or of the state.
pub(crate) fn shown_tags(
    tags: Tags<'_>,
    remote: Option<&HashMap<String, String>>,
    (own, all): (&Value<TagMap>, &Value<TagMap>),
) -> ShownTags {
    let shown = tags.shown(remote, KnownTags { own: own.known(), all: all.known() });
    ((!shown.is_empty()).then_some(shown).into(), Tags::all(remote).into())
}

/// The tags that a plan or a state has by itself.
pub(crate) fn own_tags(own: &Value<TagMap>) -> TagMap {
    own.known().cloned().unwrap_or_default()
}

/// The tags that an object has by its state, `tags` and `tags_all`: those that may have to be removed.
pub(crate) fn known_tags(own: &Value<TagMap>, all: &Value<TagMap>) -> TagMap {
    own.known()
        .into_iter()
        .chain(all.known())
        .flatten()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use sparki_core::{Config, Inherited, State};
    use sparki_derive::Model;

    use super::*;

    /// A shelf.
    #[derive(Clone, Debug, PartialEq, Model)]
    pub(super) struct ShelfModel {
        /// Its own tags.
        #[attr(optional)]
        pub tags: Value<TagMap>,
        /// All of them.
        #[attr(computed, use_non_null_state_for_unknown)]
        pub tags_all: Value<TagMap>,
    }

    fn map<const N: usize>(pairs: [(&str, &str); N]) -> TagMap {
        pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
    }

    /// What becomes of the planned `tags_all`.
    fn inherited(
        (tags, tags_all): (Value<TagMap>, Value<TagMap>),
        keys: &[&str],
        defaults: Option<Value<DefaultTags>>,
    ) -> Value<TagMap> {
        let inherited = defaults.map_or_else(Inherited::new, |defaults| Inherited::new().with(defaults));
        let mut planned = ShelfModel { tags, tags_all };
        let config = Config::new(planned.clone());
        let prior: Option<&State<ShelfModel>> = None;
        let mut replace = Vec::new();
        let mut draft = Draft::new(&config, prior, &mut planned, &mut replace).inheriting(&inherited);
        let further = Further { keys, count: keys.len() };
        inherit_tags(&mut draft, further, |shelf| (&shelf.tags, &mut shelf.tags_all));
        planned.tags_all
    }

    #[test]
    fn all_tags_are_the_defaults_and_the_objects_own_which_win() {
        let defaults =
            || Some(Value::Known(DefaultTags::new(map([("team", "core"), ("Name", "n"), ("aws:x", "y")]))));
        let check = |tags| inherited((tags, Value::unknown()), &[], defaults());
        assert_eq!(check(Value::Null), map([("team", "core"), ("Name", "n")]).into());
        assert_eq!(check(map([("team", "edge")]).into()), map([("team", "edge"), ("Name", "n")]).into());
        let named = inherited((Value::Null, map([("team", "old")]).into()), &["Name"], defaults());
        assert_eq!(named, map([("team", "core")]).into());
        assert_eq!(inherited((Value::Null, Value::unknown()), &[], Some(Value::Null)), map([]).into());
    }

    #[test]
    fn no_object_gets_more_tags_than_aws_takes() {
        let many = |count: usize| (0..count).map(|it| (format!("k{it}"), String::new())).collect::<TagMap>();
        let check = |own: usize, count: usize| {
            let inherited = Inherited::new().with(Value::Known(DefaultTags::new(map([("team", "core")]))));
            let mut planned = ShelfModel { tags: many(own).into(), tags_all: Value::unknown() };
            let (config, mut replace) = (Config::new(planned.clone()), Vec::new());
            let mut draft = Draft::new(&config, None, &mut planned, &mut replace).inheriting(&inherited);
            let further = Further { keys: &[], count };
            inherit_tags(&mut draft, further, |shelf| (&shelf.tags, &mut shelf.tags_all));
            check_machine_tags(&mut draft, &many(own).into());
            draft.take_told().to_string()
        };
        assert_eq!((check(44, 0), check(43, 4)), (String::new(), String::new()));
        let told = check(44, 4);
        assert!(told.contains("\"tags\" and the provider's default tags are 45 together"), "{told}");
        assert!(told.contains("AWS takes 44") && !told.contains("machine_tags"), "{told}");
        assert!(!check(47, 0).contains("\"tags\""), "they are no more than there may be");
        let told = check(45, 0);
        assert!(told.contains("\"machine_tags\" and the provider's default tags are 46"), "{told}");
        assert!(told.contains("AWS takes 45"), "{told}");
    }

    #[test]
    fn what_is_not_known_yet_makes_all_tags_unknown() {
        let known = Some(Value::Known(DefaultTags::default()));
        assert!(inherited((Value::unknown(), map([]).into()), &[], known).is_unknown());
        for unknown in [None, Some(Value::unknown())] {
            assert!(inherited((Value::Null, map([]).into()), &[], unknown).is_unknown());
        }
    }

    #[test]
    fn a_state_without_all_tags_is_no_reason_for_a_change() {
        let defaults = Value::Known(DefaultTags::new(map([("team", "core")])));
        assert_eq!(inherited((Value::Null, Value::Null), &[], Some(defaults)), Value::Null);
    }

    #[test]
    fn both_attributes_show_what_aws_has() {
        let defaults = DefaultTags::new(map([("team", "core")]));
        let remote: HashMap<_, _> =
            map([("team", "core"), ("app", "x"), ("sparki:owner", "n")]).into_iter().collect();
        let (tags, all) = shown_tags(defaults.tags(), Some(&remote), (&Value::Null, &Value::Null));
        assert_eq!((tags, all), (map([("app", "x")]).into(), map([("app", "x"), ("team", "core")]).into()));
        let (tags, all) = shown_tags(defaults.tags(), None, (&Value::Null, &Value::Null));
        assert_eq!((tags, all), (Value::Null, map([]).into()));
    }

    #[test]
    fn what_may_have_to_be_removed_is_all_that_the_state_has() {
        let known = known_tags(&map([("app", "x")]).into(), &map([("app", "x"), ("team", "core")]).into());
        assert_eq!(known, map([("app", "x"), ("team", "core")]));
        assert_eq!(known_tags(&map([("app", "x")]).into(), &Value::Null), map([("app", "x")]));
    }
}
