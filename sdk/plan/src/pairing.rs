//! Finds out which element of a collection corresponds to which.
//!
//! Neither the elements of a set nor those of a list have a name. Two elements correspond when they agree in everything
//! that configuration sets; what the remote computes does not count. Elements are indexed once, so pairing takes linear
//! time, except among elements that differ in nothing but values with several spellings.

use std::collections::HashMap;

use sparki_core::{Attribute, Dynamic, Elements, Kind, Mode, ObjectSchema};

use crate::empty::is_empty;

/// For each element of `wanted` the element of `candidates` that corresponds to it. None is given away twice.
pub(crate) fn pair_sets<'a>(
    schema: &ObjectSchema,
    wanted: &Elements,
    candidates: &'a Elements,
) -> Vec<Option<&'a Dynamic>> {
    let candidates: Vec<_> = candidates.iter().collect();
    let mut index = Index::new(schema, &candidates, Detail::Everything);
    let mut pairs: Vec<_> = wanted
        .iter()
        .map(|wanted| index.take(wanted, |candidate| agree(schema, candidate, wanted, Spelling::Free)))
        .collect();
    let left: Vec<_> = index.left().collect();
    let mut index = Index::new(schema, &left, Detail::Essence);
    for (pair, wanted) in pairs.iter_mut().zip(wanted) {
        if pair.is_none() {
            *pair = index.take(wanted, |candidate| agree(schema, candidate, wanted, Spelling::Free));
        }
    }
    pairs
}

/// For each element of `wanted` the element of `candidates` that it was before: the one at the same place if they
/// agree, else one that has moved, else the one at the same place unless that one has moved itself.
pub(crate) fn pair_lists<'a>(
    schema: &ObjectSchema,
    wanted: &[Dynamic],
    candidates: &'a [Dynamic],
) -> Vec<Option<&'a Dynamic>> {
    let at_place = |(place, wanted)| match candidates.get(place) {
        Some(candidate) if agree(schema, candidate, wanted, Spelling::Free) => Origin::Found(candidate),
        Some(_) | None => Origin::Unclear,
    };
    let mut origins: Vec<_> = wanted.iter().enumerate().map(at_place).collect();
    let is_left = |place: &usize| !matches!(origins.get(*place), Some(Origin::Found(_)));
    let places: Vec<_> = (0..candidates.len()).filter(is_left).collect();
    let left: Vec<_> = places.iter().map(|place| &candidates[*place]).collect();
    let mut index = Index::new(schema, &left, Detail::Essence);
    for spelling in [Spelling::Counts, Spelling::Free] {
        for (origin, wanted) in origins.iter_mut().zip(wanted) {
            if let Origin::Unclear = origin
                && let Some(moved) =
                    index.take(wanted, |candidate| agree(schema, candidate, wanted, spelling))
            {
                // Terraform compares with the element at the same place, so another spelling cannot be kept, and with
                // it nothing of what the element was.
                *origin = if spelling == Spelling::Counts { Origin::Found(moved) } else { Origin::Respelled };
            }
        }
    }
    for (place, candidate) in places.into_iter().zip(index.candidates) {
        if let (Some(origin @ Origin::Unclear), Some(candidate)) = (origins.get_mut(place), candidate) {
            *origin = Origin::Found(candidate);
        }
    }
    let found = |origin| match origin {
        Origin::Found(candidate) => Some(candidate),
        Origin::Unclear | Origin::Respelled => None,
    };
    origins.into_iter().map(found).collect()
}

/// What an element of a list was before.
enum Origin<'a> {
    /// This element.
    Found(&'a Dynamic),
    /// Nothing found yet.
    Unclear,
    /// An element that has moved and is written differently.
    Respelled,
}

/// Elements by what is compared of them.
struct Index<'a, 's> {
    schema: &'s ObjectSchema,
    detail: Detail,
    candidates: Vec<Option<&'a Dynamic>>,
    /// Only looked up and never walked, so its order reaches nothing.
    by_key: HashMap<Dynamic, Vec<usize>>,
}

impl<'a, 's> Index<'a, 's> {
    fn new(schema: &'s ObjectSchema, candidates: &[&'a Dynamic], detail: Detail) -> Self {
        let mut by_key: HashMap<_, Vec<_>> = HashMap::with_capacity(candidates.len());
        // From the last to the first, so that the first is taken first, from the end.
        for (position, candidate) in candidates.iter().enumerate().rev() {
            by_key.entry(key(candidate, schema, detail)).or_default().push(position);
        }
        Self { schema, detail, candidates: candidates.iter().copied().map(Some).collect(), by_key }
    }

    fn take(&mut self, wanted: &Dynamic, fits: impl Fn(&Dynamic) -> bool) -> Option<&'a Dynamic> {
        let positions = self.by_key.get_mut(&key(wanted, self.schema, self.detail))?;
        let found = positions.iter().rposition(|position| self.candidates[*position].is_some_and(&fits))?;
        self.candidates[positions.remove(found)].take()
    }

    fn left(&self) -> impl Iterator<Item = &'a Dynamic> {
        self.candidates.iter().copied().flatten()
    }
}

/// How much of an element is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    /// All that configuration may set, to the letter.
    Everything,
    /// What configuration alone decides and what has only one spelling.
    Essence,
}

fn key(element: &Dynamic, schema: &ObjectSchema, detail: Detail) -> Dynamic {
    let Dynamic::Object(members) = element else { return element.clone() };
    let members = schema.attributes.iter().filter_map(|attribute| {
        let left_out = match detail {
            Detail::Everything => attribute.write_only || attribute.mode == Mode::Computed,
            Detail::Essence => {
                attribute.write_only
                    || attribute.local
                    || attribute.equivalent.is_some()
                    || matches!(attribute.mode, Mode::Computed | Mode::OptionalComputed)
            }
        };
        if left_out {
            return None;
        }
        let value = members.get(attribute.name).unwrap_or(&Dynamic::Null);
        let value = or_default(attribute, value, |value| attribute_key(&attribute.kind, value, detail));
        let empty = detail == Detail::Essence && is_empty(&value);
        Some((attribute.name, if empty { Dynamic::Null } else { value }))
    });
    Dynamic::object(members)
}

fn attribute_key(kind: &Kind, value: &Dynamic, detail: Detail) -> Dynamic {
    let Kind::Nested(_, schema) = kind else { return value.clone() };
    let keys = |elements: &mut dyn Iterator<Item = &Dynamic>| -> Vec<_> {
        elements.map(|element| key(element, schema, detail)).collect()
    };
    match value {
        Dynamic::List(elements) => Dynamic::List(keys(&mut elements.iter())),
        Dynamic::Set(elements) => {
            let mut keys = keys(&mut elements.iter());
            keys.sort_unstable();
            Dynamic::List(keys)
        }
        Dynamic::Map(members) => Dynamic::Map(
            members.iter().map(|(name, element)| (name.clone(), key(element, schema, detail))).collect(),
        ),
        single => key(single, schema, detail),
    }
}

/// Whether values that mean the same agree although they are spelled differently.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    /// They do.
    Free,
    /// They do not.
    Counts,
}

/// Whether two objects agree in everything that configuration sets.
fn agree(schema: &ObjectSchema, a: &Dynamic, b: &Dynamic, spelling: Spelling) -> bool {
    if !matches!((a, b), (Dynamic::Object(_), Dynamic::Object(_))) {
        return a == b;
    }
    schema.attributes.iter().all(|attribute| {
        if attribute.write_only || attribute.local || attribute.mode == Mode::Computed {
            return true;
        }
        let (a, b) = (a.attribute(attribute.name), b.attribute(attribute.name));
        let left = |value: &Dynamic| value.is_null() || value.is_unknown();
        if attribute.mode == Mode::OptionalComputed && (left(a) || left(b)) {
            return true;
        }
        or_default(attribute, a, |a| {
            or_default(attribute, b, |b| attribute_agrees(attribute, a, b, spelling))
        })
    })
}

fn attribute_agrees(attribute: &Attribute, a: &Dynamic, b: &Dynamic, spelling: Spelling) -> bool {
    if a == b || (is_empty(a) && is_empty(b)) {
        return true;
    }
    let Kind::Nested(_, schema) = &attribute.kind else {
        let known = |value: &Dynamic| !value.is_null() && value.is_wholly_known();
        let same = || attribute.equivalent.is_some_and(|equivalent| equivalent(a, b));
        return spelling == Spelling::Free && known(a) && known(b) && same();
    };
    match (a, b) {
        (Dynamic::List(a), Dynamic::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| agree(schema, a, b, spelling))
        }
        (Dynamic::Map(a), Dynamic::Map(b)) => {
            let member = |key, a| b.get(key).is_some_and(|b| agree(schema, a, b, spelling));
            a.len() == b.len() && a.iter().all(|(key, a)| member(key, a))
        }
        // Terraform does not look into sets, so spelling never counts there.
        (Dynamic::Set(a), Dynamic::Set(b)) => {
            a.len() == b.len() && pair_sets(schema, a, b).iter().all(Option::is_some)
        }
        (a, b) => agree(schema, a, b, spelling),
    }
}

/// Looks at the value of an attribute, or at its default where there is no value.
fn or_default<T>(attribute: &Attribute, value: &Dynamic, look: impl FnOnce(&Dynamic) -> T) -> T {
    match attribute.default {
        Some(default) if value.is_null() => look(&default()),
        Some(_) | None => look(value),
    }
}
