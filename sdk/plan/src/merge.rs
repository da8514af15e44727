//! Merges configuration, defaults and prior state into what is proposed.

use std::collections::BTreeMap;

use sparki_core::{Attribute, Dynamic, Elements, Kind, ObjectSchema, Unset};

use crate::blocks::is_absent;
use crate::pairing::{pair_lists, pair_sets};

/// What becomes of computed values that configuration does not set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Computed {
    /// They stay as they are, to find out whether anything else changes.
    Stay,
    /// Something changes: those that may change with it become unknown.
    MayChange,
}

/// The proposed object. `prior` is null where there is none: on create, or for a new element.
pub(crate) fn merge_object(
    schema: &ObjectSchema,
    config: &Dynamic,
    prior: &Dynamic,
    computed: Computed,
) -> Dynamic {
    let mut merged = BTreeMap::new();
    let (left, set): (Vec<_>, Vec<_>) = schema.attributes.iter().partition(|attribute| {
        is_absent(attribute, config.attribute(attribute.name))
            && attribute.default.is_none()
            && attribute.is_computed()
    });
    for attribute in set {
        let value =
            merge_set(attribute, config.attribute(attribute.name), prior.attribute(attribute.name), computed);
        merged.insert(attribute.name.to_owned(), value);
    }
    for attribute in &left {
        merged.insert(attribute.name.to_owned(), merge_left(attribute, prior, computed));
    }
    if computed == Computed::MayChange && !prior.is_null() {
        release(&left, prior, &mut merged);
    }
    Dynamic::Object(merged)
}

/// An object with the defaults of what it does not set, at any depth.
#[must_use]
pub fn with_defaults(schema: &ObjectSchema, config: &Dynamic) -> Dynamic {
    let Dynamic::Object(_) = config else { return config.clone() };
    let members = schema.attributes.iter().map(|attribute| {
        let value = match (config.attribute(attribute.name), attribute.default) {
            (Dynamic::Null, Some(default)) => default(),
            (value, _) => value.clone(),
        };
        let value = match &attribute.kind {
            Kind::Plain(_) => value,
            Kind::Nested(_, object) => value.map_objects(|nested| with_defaults(object, &nested)),
        };
        (attribute.name, value)
    });
    Dynamic::object(members)
}

/// An attribute that configuration or its default sets, or that nobody does.
fn merge_set(attribute: &Attribute, config: &Dynamic, prior: &Dynamic, computed: Computed) -> Dynamic {
    if attribute.write_only {
        return Dynamic::Null;
    }
    match (config, attribute.default) {
        (Dynamic::Null, Some(default)) => merge_known(attribute, &default(), prior, computed),
        (Dynamic::Null, None) => Dynamic::Null,
        (Dynamic::Unknown(_), _) => config.clone(),
        (known, _) => merge_known(attribute, known, prior, computed),
    }
}

fn merge_known(attribute: &Attribute, config: &Dynamic, prior: &Dynamic, computed: Computed) -> Dynamic {
    match &attribute.kind {
        Kind::Plain(_) => {
            let same = config == prior
                || (!prior.is_null()
                    && config.is_wholly_known()
                    && attribute.equivalent.is_some_and(|equivalent| equivalent(config, prior)));
            if same { prior.clone() } else { config.clone() }
        }
        Kind::Nested(_, object) => merge_nested(object, config, prior, computed),
    }
}

fn merge_nested(schema: &ObjectSchema, config: &Dynamic, prior: &Dynamic, computed: Computed) -> Dynamic {
    let element = |config: &Dynamic, prior: &Dynamic| match config {
        Dynamic::Object(_) => merge_object(schema, config, prior, computed),
        absent_or_unknown => absent_or_unknown.clone(),
    };
    match config {
        Dynamic::Object(_) => element(config, prior),
        Dynamic::List(elements) => {
            let priors = if let Dynamic::List(priors) = prior { priors.as_slice() } else { &[] };
            let pairs = elements.iter().zip(pair_lists(schema, elements, priors));
            Dynamic::List(
                pairs.map(|(config, prior)| element(config, prior.unwrap_or(&Dynamic::Null))).collect(),
            )
        }
        Dynamic::Map(members) => Dynamic::Map(
            members
                .iter()
                .map(|(key, config)| (key.clone(), element(config, prior.attribute(key))))
                .collect(),
        ),
        Dynamic::Set(elements) => {
            let none = Elements::default();
            let priors = if let Dynamic::Set(priors) = prior { priors } else { &none };
            let pairs = elements.iter().zip(pair_sets(schema, elements, priors));
            Dynamic::set(
                pairs.map(|(config, prior)| element(config, prior.unwrap_or(&Dynamic::Null))).collect(),
            )
        }
        Dynamic::Null
        | Dynamic::Unknown(_)
        | Dynamic::Bool(_)
        | Dynamic::Number(_)
        | Dynamic::String(_)
        | Dynamic::Typed(..) => config.clone(),
    }
}

/// An attribute left to the remote.
fn merge_left(attribute: &Attribute, prior: &Dynamic, computed: Computed) -> Dynamic {
    if prior.is_null() {
        return Dynamic::unknown_but(attribute.refinement.clone());
    }
    let value = prior.attribute(attribute.name);
    let keep = computed == Computed::Stay
        || match attribute.unset {
            Unset::Recompute => false,
            Unset::KeepState | Unset::KeepUnless(_) => true,
            Unset::KeepNonNullState => !value.is_null(),
        };
    if keep { value.clone() } else { Dynamic::unknown_but(attribute.refinement.clone()) }
}

/// Makes unknown what follows from an attribute that changes. One may follow from another, so this goes on until
/// nothing more does.
fn release(left: &[&Attribute], prior: &Dynamic, merged: &mut BTreeMap<String, Dynamic>) {
    loop {
        let follows = |attribute: &&&Attribute| match attribute.unset {
            Unset::KeepUnless(names) => {
                merged.get(attribute.name).is_some_and(|value| !value.is_unknown())
                    && names.iter().any(|name| merged.get(*name) != Some(prior.attribute(name)))
            }
            Unset::Recompute | Unset::KeepState | Unset::KeepNonNullState => false,
        };
        let Some(attribute) = left.iter().find(follows) else { return };
        merged.insert(attribute.name.to_owned(), Dynamic::unknown_but(attribute.refinement.clone()));
    }
}
