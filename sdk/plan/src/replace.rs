//! Finds the changes that need a new remote object.

use std::collections::BTreeMap;

use sparki_core::{Attribute, Dynamic, Elements, Kind, Mode, ObjectSchema, Path, Replace, Step};

use crate::blocks::is_absent;

/// Adds the paths whose change from `prior` to `planned` needs a new remote object.
pub(crate) fn replacements(
    schema: &ObjectSchema,
    config: &Dynamic,
    prior: &Dynamic,
    planned: &Dynamic,
    at: &Path,
    found: &mut Vec<Path>,
) {
    for attribute in &schema.attributes {
        let (config, prior, planned) = (
            config.attribute(attribute.name),
            prior.attribute(attribute.name),
            planned.attribute(attribute.name),
        );
        if prior == planned {
            continue;
        }
        let path = at.then(attribute.name);
        if needs_replace(attribute, config, prior, planned)
            && !only_recomputed(attribute, config, prior, planned)
        {
            found.push(path);
            continue;
        }
        let Kind::Nested(_, object) = &attribute.kind else { continue };
        let null = &Dynamic::Null;
        match (prior, planned) {
            (Dynamic::Object(_), Dynamic::Object(_)) => {
                replacements(object, config, prior, planned, &path, found)
            }
            (Dynamic::List(priors), Dynamic::List(plans)) => {
                let configs = if let Dynamic::List(configs) = config { configs.as_slice() } else { &[] };
                for (index, (prior, planned)) in priors.iter().zip(plans).enumerate() {
                    let config = configs.get(index).unwrap_or(null);
                    replacements(object, config, prior, planned, &path.index(index), found);
                }
            }
            (Dynamic::Map(priors), Dynamic::Map(plans)) => {
                for (key, planned) in plans {
                    if let Some(prior) = priors.get(key) {
                        replacements(object, config.attribute(key), prior, planned, &path.key(key), found);
                    }
                }
            }
            (Dynamic::Set(priors), Dynamic::Set(plans))
                if set_needs_replace(object, priors, plans, &path) =>
            {
                found.push(path);
            }
            // What it turns out to be may need a new object, and apply may not decide that.
            (prior, Dynamic::Unknown(_))
                if !is_absent(attribute, prior) && !is_absent(attribute, config) && may_replace(object) =>
            {
                found.push(path);
            }
            _ => {}
        }
    }
}

/// Whether a change of anything in an object may need a new remote object.
fn may_replace(schema: &ObjectSchema) -> bool {
    schema.attributes.iter().any(|attribute| match (&attribute.replace, &attribute.kind) {
        (Replace::Always | Replace::IfConfigured | Replace::If(_), _) => true,
        (Replace::Never, Kind::Nested(_, inner)) => may_replace(inner),
        (Replace::Never, Kind::Plain(_)) => false,
    })
}

/// Whether an element of a set asks for a new remote object. What changed in a set is gone and new at once; elements
/// that differ only in what may change in place do not count. The address is that of the set.
fn set_needs_replace(schema: &ObjectSchema, priors: &Elements, plans: &Elements, at: &Path) -> bool {
    let mut gone: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for prior in priors {
        gone.entry(decisive(prior, schema)).or_default().push(prior);
    }
    let mut new = Vec::new();
    for planned in plans {
        if gone.get_mut(&decisive(planned, schema)).and_then(Vec::pop).is_none() {
            new.push(planned);
        }
    }
    let (null, inside) = (&Dynamic::Null, at.step(Step::Element));
    let mut found = Vec::new();
    for prior in gone.values().flatten() {
        replacements(schema, null, prior, null, &inside, &mut found);
    }
    for planned in new {
        replacements(schema, planned, null, planned, &inside, &mut found);
    }
    !found.is_empty()
}

/// The part of an object whose change may need a new remote object.
fn decisive(object: &Dynamic, schema: &ObjectSchema) -> Dynamic {
    let Dynamic::Object(members) = object else { return object.clone() };
    let part = |attribute: &Attribute| {
        let value = members.get(attribute.name).unwrap_or(&Dynamic::Null);
        match (&attribute.replace, &attribute.kind) {
            (Replace::Always | Replace::IfConfigured | Replace::If(_), _) => Some(value.clone()),
            (Replace::Never, Kind::Plain(_)) => None,
            (Replace::Never, Kind::Nested(_, inner)) => Some(match value {
                Dynamic::List(elements) => {
                    Dynamic::List(elements.iter().map(|e| decisive(e, inner)).collect())
                }
                Dynamic::Set(elements) => {
                    // As a list, so that elements that differ only in other parts are still counted.
                    let mut parts: Vec<_> = elements.iter().map(|element| decisive(element, inner)).collect();
                    parts.sort_unstable();
                    Dynamic::List(parts)
                }
                Dynamic::Map(entries) => {
                    Dynamic::Map(entries.iter().map(|(key, e)| (key.clone(), decisive(e, inner))).collect())
                }
                single => decisive(single, inner),
            }),
        }
    };
    Dynamic::object(schema.attributes.iter().filter_map(|attribute| Some((attribute.name, part(attribute)?))))
}

/// Whether an attribute differs only in what is inside it and left to the remote, which practitioners did not change.
fn only_recomputed(attribute: &Attribute, config: &Dynamic, prior: &Dynamic, planned: &Dynamic) -> bool {
    let Kind::Nested(_, schema) = &attribute.kind else { return false };
    let same = |config: &Dynamic, prior: &Dynamic, planned: &Dynamic| {
        schema.attributes.iter().all(|attribute| {
            let name = attribute.name;
            let (config, prior, planned) =
                (config.attribute(name), prior.attribute(name), planned.attribute(name));
            let left = is_absent(attribute, config)
                && matches!(attribute.mode, Mode::Computed | Mode::OptionalComputed);
            prior == planned || left || only_recomputed(attribute, config, prior, planned)
        })
    };
    match (prior, planned) {
        (Dynamic::Object(_), Dynamic::Object(_)) => same(config, prior, planned),
        (Dynamic::List(priors), Dynamic::List(plans)) if priors.len() == plans.len() => {
            let configs = if let Dynamic::List(configs) = config { configs.as_slice() } else { &[] };
            let pairs = priors.iter().zip(plans).enumerate();
            pairs.into_iter().all(|(index, (prior, planned))| {
                same(configs.get(index).unwrap_or(&Dynamic::Null), prior, planned)
            })
        }
        (Dynamic::Map(priors), Dynamic::Map(plans)) if priors.len() == plans.len() => {
            plans.iter().all(|(key, planned)| {
                priors.get(key).is_some_and(|prior| same(config.attribute(key), prior, planned))
            })
        }
        _ => false,
    }
}

fn needs_replace(attribute: &Attribute, config: &Dynamic, prior: &Dynamic, planned: &Dynamic) -> bool {
    match attribute.replace {
        Replace::Never => false,
        Replace::Always => true,
        Replace::IfConfigured => !is_absent(attribute, config),
        Replace::If(decide) => decide(prior, planned),
    }
}
