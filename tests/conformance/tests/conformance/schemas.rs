//! What the schema of every registered type keeps.

use sparki_core::{Kind, Mode, Type};

use crate::registry::{complaints, registry, schemas};

#[test]
fn terraform_can_use_every_schema() {
    for (name, schema) in schemas() {
        assert_eq!(sparki_plan::schema_problems(schema), [], "{name}");
    }
}

#[test]
fn every_description_is_made_of_sentences() {
    let found = complaints(|attribute| {
        let text = attribute.description.trim();
        (!text.ends_with('.')).then(|| format!("the description does not end with a full stop: {text}"))
    });
    assert_eq!(found, "");
    for (name, schema) in schemas() {
        assert!(schema.description.trim().ends_with('.'), "{name}: {}", schema.description);
    }
}

#[test]
fn names_are_those_of_the_house() {
    let found = complaints(|attribute| {
        let name = attribute.name;
        let is_time = name.ends_with("_at") && attribute.kind.ty() != Type::String;
        let is_loose_unit =
            ["_sec", "_secs", "_ms", "_minutes", "_gb", "_mb"].iter().any(|unit| name.ends_with(unit))
                && attribute.kind.ty() == Type::Number;
        let is_negative = attribute.kind.ty() == Type::Bool
            && ["disable", "no_", "not_", "skip_"].iter().any(|start| name.starts_with(start));
        let is_collection = matches!(attribute.kind.ty(), Type::List(_) | Type::Set(_));
        let is_singular = is_collection && !name.ends_with('s') && !PLURAL_ENOUGH.contains(&name);
        let lone_write_only = attribute.write_only != name.ends_with("_wo");
        [
            (is_time, "a time is text"),
            (is_loose_unit, "a unit is written out: timeout_seconds, storage_gib"),
            (is_negative, "a flag is positive"),
            (is_singular, "a collection has a plural name"),
            (lone_write_only, "write-only attributes, and only they, end with _wo"),
        ]
        .into_iter()
        .find_map(|(broken, rule)| broken.then(|| rule.to_owned()))
    });
    assert_eq!(found, "");
}

/// Collections whose names read as one: `promotes_from` takes several environments, `on` several reasons.
const PLURAL_ENOUGH: [&str; 3] = ["data_residency", "on", "promotes_from"];

#[test]
fn every_resource_has_a_computed_id_and_timeouts() {
    for (name, resource) in registry().resources() {
        let object = &resource.schema().object;
        let id = object.attribute("id").map(|id| (id.mode, id.kind.ty(), id.refinement.not_null));
        assert_eq!(id, Some((Mode::Computed, Type::String, true)), "{name}: \"id\"");
        let timeouts = object.attribute("timeouts").map(|timeouts| (timeouts.mode, timeouts.local));
        assert_eq!(timeouts, Some((Mode::Optional, true)), "{name}: \"timeouts\"");
    }
}

#[test]
fn every_type_has_the_name_of_the_provider_in_front() {
    for name in registry().resources().keys().chain(registry().data_sources().keys()) {
        let noun = name.strip_prefix("sparki_").unwrap_or_default();
        assert!(
            !noun.is_empty()
                && noun.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'),
            "{name}"
        );
    }
}

#[test]
fn whatever_can_be_imported_can_be_named_in_two_ways_and_looked_up() {
    for (name, resource) in registry().resources() {
        let forms = resource.import_forms();
        if forms.is_empty() {
            continue;
        }
        assert!(forms.len() >= 2, "{name} has only the import forms {forms:?}");
        assert!(forms.iter().all(|(example, meaning)| !example.is_empty() && !meaning.is_empty()), "{name}");
        let lookup =
            registry().data_sources().get(name).unwrap_or_else(|| panic!("{name} has no data source"));
        let object = &lookup.schema().object;
        let modes =
            ["id", "path"].map(|attribute| object.attribute(attribute).map(|attribute| attribute.mode));
        assert_eq!(modes, [Some(Mode::OptionalComputed), Some(Mode::Optional)], "{name}");
        let others = object.attributes.iter().filter(|attribute| !["id", "path"].contains(&attribute.name));
        for attribute in others {
            assert_eq!(attribute.mode, Mode::Computed, "{name}.{}", attribute.name);
        }
    }
}

#[test]
fn secrets_are_never_shown() {
    const SECRET: [&str; 6] = ["password", "secret", "token", "private_key", "api_key", "credential"];
    // EC2's "http_tokens" only says whether there have to be any.
    const HARMLESS: [&str; 7] =
        ["_version", "_fingerprint", "_arn", "_id", "_name", "_seconds", "http_tokens"];
    let found = complaints(|attribute| {
        let is_text = matches!(&attribute.kind, Kind::Plain(Type::String));
        let is_secret = SECRET.iter().any(|word| attribute.name.contains(word))
            && !HARMLESS.iter().any(|end| attribute.name.ends_with(end));
        let hidden = attribute.sensitive || attribute.write_only;
        (is_text && is_secret && !hidden).then(|| "a secret is sensitive or write-only".to_owned())
    });
    assert_eq!(found, "");
}

#[test]
fn a_write_only_value_can_be_sent_again() {
    let found = complaints(|attribute| {
        let wants = attribute.name.ends_with("_wo_version") && attribute.kind.ty() != Type::Number;
        wants.then(|| "a version of a write-only value is a number".to_owned())
    });
    assert_eq!(found, "");
    for (name, schema) in schemas() {
        let all = crate::registry::attributes(&schema.object);
        for (path, attribute) in all.iter().filter(|(_, attribute)| attribute.write_only) {
            let version = format!("{path}_version");
            assert!(
                all.iter().any(|(other, _)| other.to_string() == version),
                "{name}.{path} has no {}_version",
                attribute.name
            );
        }
    }
}
