//! Turns what the remote answered into the state.

use sparki_core::{Attribute, Dynamic, Elements, Kind, ObjectSchema};

use crate::blocks::{is_absent, with_blocks};
use crate::empty::is_empty;
use crate::pairing::{pair_lists, pair_sets};

/// The state for what the remote answered, given what was planned. Elements of lists correspond by place, as Terraform
/// compares them.
///
/// The remote's answer counts, except where the difference has no meaning, which would otherwise show as an
/// inconsistent result or as drift that nobody caused:
/// - a value equivalent to the reference keeps the reference's spelling;
/// - an attribute that nobody set stays null when the remote says "empty", and the other way round;
/// - what others have added meanwhile to a map that they may add to is left to the next refresh;
/// - an attribute that only steers the provider keeps its value, for the remote does not know it; where there is none
///   yet, after an import, it has its default;
/// - a write-only attribute is null.
#[must_use]
pub fn settle(schema: &ObjectSchema, reference: &Dynamic, actual: Dynamic) -> Dynamic {
    settle_object(schema, reference, actual, Lists::ByPlace)
}

/// The same for what the remote answered to a refresh, given the prior state. An element of a list that has moved takes
/// along what is its own.
#[must_use]
pub fn settle_refresh(schema: &ObjectSchema, prior: &Dynamic, actual: Dynamic) -> Dynamic {
    settle_object(schema, prior, actual, Lists::ByWhatTheySay)
}

/// How elements of lists correspond to those before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lists {
    ByPlace,
    ByWhatTheySay,
}

fn settle_object(schema: &ObjectSchema, reference: &Dynamic, actual: Dynamic, lists: Lists) -> Dynamic {
    let mut members = match with_blocks(schema, actual) {
        Dynamic::Object(members) => members,
        other => return other,
    };
    for attribute in &schema.attributes {
        let Some(member) = members.get_mut(attribute.name) else { continue };
        let mut actual = std::mem::replace(member, Dynamic::Null);
        // Without a reference, as on import, nothing was planned that somebody could add to.
        if attribute.shared && lists == Lists::ByPlace && !reference.is_null() {
            leave_additions(reference.attribute(attribute.name), &mut actual);
        }
        *member = settle_attribute(attribute, reference.attribute(attribute.name), actual, lists);
    }
    Dynamic::Object(members)
}

/// Takes out of a map what was not planned. Where nothing was, nothing is left.
fn leave_additions(planned: &Dynamic, actual: &mut Dynamic) {
    let Dynamic::Map(entries) = actual else { return };
    match planned {
        Dynamic::Map(planned) => entries.retain(|key, _| planned.contains_key(key)),
        Dynamic::Null => *actual = Dynamic::Null,
        Dynamic::Unknown(_)
        | Dynamic::Bool(_)
        | Dynamic::Number(_)
        | Dynamic::String(_)
        | Dynamic::List(_)
        | Dynamic::Set(_)
        | Dynamic::Object(_)
        | Dynamic::Typed(..) => {}
    }
}

fn settle_attribute(attribute: &Attribute, reference: &Dynamic, actual: Dynamic, lists: Lists) -> Dynamic {
    if attribute.write_only {
        return Dynamic::Null;
    }
    if attribute.local {
        return match attribute.default {
            Some(default) if reference.is_null() => default(),
            Some(_) | None => reference.clone().without_unknowns(),
        };
    }
    if attribute.block && is_absent(attribute, reference) && is_absent(attribute, &actual) {
        return actual;
    }
    if reference.is_null() && is_empty(&actual) && !attribute.is_computed() {
        return Dynamic::Null;
    }
    if actual.is_null() && is_empty(reference) {
        return reference.clone();
    }
    match &attribute.kind {
        Kind::Plain(_) => {
            let same = reference.is_wholly_known()
                && !reference.is_null()
                && !actual.is_null()
                && attribute.equivalent.is_some_and(|equivalent| equivalent(reference, &actual));
            if same { reference.clone() } else { actual }
        }
        Kind::Nested(_, object) => settle_nested(object, reference, actual, lists),
    }
}

/// Where there is no reference, as on import, the parts are settled against nothing.
fn settle_nested(schema: &ObjectSchema, reference: &Dynamic, actual: Dynamic, lists: Lists) -> Dynamic {
    let null = &Dynamic::Null;
    match actual {
        Dynamic::Object(_) => settle_object(schema, reference, actual, lists),
        Dynamic::List(elements) => {
            let references =
                if let Dynamic::List(references) = reference { references.as_slice() } else { &[] };
            let pairs: Vec<_> = match lists {
                Lists::ByPlace => (0..elements.len()).map(|index| references.get(index)).collect(),
                Lists::ByWhatTheySay => pair_lists(schema, &elements, references),
            };
            let settled = elements.into_iter().zip(pairs);
            Dynamic::List(
                settled
                    .map(|(actual, pair)| settle_object(schema, pair.unwrap_or(null), actual, lists))
                    .collect(),
            )
        }
        Dynamic::Map(elements) => Dynamic::Map(
            elements
                .into_iter()
                .map(|(key, actual)| {
                    let settled = settle_object(schema, reference.attribute(&key), actual, lists);
                    (key, settled)
                })
                .collect(),
        ),
        Dynamic::Set(elements) => {
            let none = Elements::default();
            let references = if let Dynamic::Set(references) = reference { references } else { &none };
            settle_set(schema, references, elements, lists)
        }
        Dynamic::Null
        | Dynamic::Unknown(_)
        | Dynamic::Bool(_)
        | Dynamic::Number(_)
        | Dynamic::String(_)
        | Dynamic::Typed(..) => actual,
    }
}

fn settle_set(schema: &ObjectSchema, references: &Elements, elements: Elements, lists: Lists) -> Dynamic {
    let pairs = pair_sets(schema, &elements, references);
    let elements = elements.into_vec().into_iter().zip(pairs);
    let settled =
        elements.map(|(actual, pair)| settle_object(schema, pair.unwrap_or(&Dynamic::Null), actual, lists));
    Dynamic::set(settled.collect())
}
