//! Configuration for an object that exists already.

use std::collections::BTreeMap;

use sparki_core::{Attribute, Dynamic, ErasedResource, Kind, ObjectSchema, Rule};

use crate::with_defaults;

/// The configuration that declares an object as it is in `state`: planned against that state, it changes nothing.
///
/// It says no more than it must. What the remote alone decides is left out, and so is what is as it would be without being
/// said: null, or the default. Deprecated attributes are left out unless they are required. Of attributes that
/// exclude each other the first one that is set stays.
///
/// A write-only value is known to nobody. Where something that is stored is only allowed together with it, such as its
/// version, the configuration is refused until the value is written: leaving the version out as well would change it.
#[must_use]
pub fn generate(resource: &dyn ErasedResource, state: &Dynamic) -> Dynamic {
    let schema = &resource.schema().object;
    let mut config = generate_object(schema, state);
    if !config.is_null() {
        resource.tidy(&mut config);
    }
    config
}

fn generate_object(schema: &ObjectSchema, state: &Dynamic) -> Dynamic {
    let Dynamic::Object(_) = state else { return Dynamic::Null };
    let mut members: BTreeMap<_, _> = schema
        .attributes
        .iter()
        .map(|attribute| {
            (attribute.name.to_owned(), generate_attribute(attribute, state.attribute(attribute.name)))
        })
        .collect();
    for rule in &schema.rules {
        let exclusive = match rule {
            Rule::ExactlyOneOf(names) | Rule::Conflicting(names) => names,
            Rule::AtLeastOneOf(_)
            | Rule::RequiredTogether(_)
            | Rule::Requires(_)
            | Rule::PreferWriteOnly(_) => continue,
        };
        let is_set = |name: &&&str| members.get(**name).is_some_and(|value| !value.is_null());
        let others: Vec<_> = exclusive.iter().filter(is_set).skip(1).copied().collect();
        for name in others {
            members.insert(name.to_owned(), Dynamic::Null);
        }
    }
    Dynamic::Object(members)
}

fn generate_attribute(attribute: &Attribute, state: &Dynamic) -> Dynamic {
    let is_required = attribute.mode == sparki_core::Mode::Required;
    if !attribute.is_configurable()
        || attribute.write_only
        || (attribute.deprecation.is_some() && !is_required)
    {
        return Dynamic::Null;
    }
    let is_default = || match &attribute.kind {
        Kind::Plain(_) => attribute.default.is_some_and(|default| default() == *state),
        Kind::Nested(_, object) => {
            attribute.default.is_some_and(|default| filled(object, &default()) == *state)
        }
    };
    // What is empty here was written so: an import leaves null where a remote says "empty".
    if !is_required && is_default() {
        return Dynamic::Null;
    }
    let Kind::Nested(_, object) = &attribute.kind else { return state.clone() };
    let inner = |state: &Dynamic| generate_object(object, state);
    match state {
        Dynamic::List(elements) => Dynamic::List(elements.iter().map(inner).collect()),
        Dynamic::Set(elements) => Dynamic::set(elements.iter().map(inner).collect()),
        Dynamic::Map(members) => {
            Dynamic::Map(members.iter().map(|(key, element)| (key.clone(), inner(element))).collect())
        }
        single => inner(single),
    }
}

/// A default as it is in a state: with the defaults inside it.
fn filled(object: &ObjectSchema, value: &Dynamic) -> Dynamic {
    let inner = |value: &Dynamic| with_defaults(object, value);
    match value {
        Dynamic::List(elements) => Dynamic::List(elements.iter().map(inner).collect()),
        Dynamic::Set(elements) => Dynamic::set(elements.iter().map(inner).collect()),
        Dynamic::Map(members) => {
            Dynamic::Map(members.iter().map(|(key, element)| (key.clone(), inner(element))).collect())
        }
        single => inner(single),
    }
}
