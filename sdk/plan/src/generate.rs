//! Configuration for an object that exists already.

use std::collections::BTreeMap;

use sparki_core::{Attribute, Dynamic, ErasedResource, Kind, Mode, ObjectSchema, Rule};

use crate::blocks::is_absent;
use crate::validate::broken;
use crate::with_defaults;

/// The configuration that declares an object as it is in `state`: planned against that state, it changes nothing.
///
/// It says no more than it must. What the remote alone decides is left out, and so is what is as it would be without being
/// said: null, or the default, unless a rule between attributes wants to see it. A deprecated attribute is left out where
/// that changes nothing. Of attributes that exclude each other the first one that is set stays.
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
    let generate = |attribute: &Attribute| {
        let value = state.attribute(attribute.name);
        if says_nothing(attribute, value) { Dynamic::Null } else { written(attribute, value) }
    };
    let members: BTreeMap<_, _> =
        schema.attributes.iter().map(|attribute| (attribute.name.to_owned(), generate(attribute))).collect();
    let mut config = Dynamic::Object(members);
    for rule in &schema.rules {
        leave_one(*rule, schema, &mut config);
        if broken(*rule, schema, &config).is_some() {
            put_back(*rule, schema, state, &mut config);
        }
    }
    config
}

/// Leaves out all but the first of attributes that exclude each other.
fn leave_one(rule: Rule, schema: &ObjectSchema, config: &mut Dynamic) {
    let exclusive = match rule {
        Rule::ExactlyOneOf(names) | Rule::Conflicting(names) => names,
        Rule::AtLeastOneOf(_) | Rule::RequiredTogether(_) | Rule::Requires(_) | Rule::PreferWriteOnly(_) => {
            return;
        }
    };
    let Dynamic::Object(members) = config else { return };
    let set = |name: &str| {
        let attribute = schema.attribute(name);
        attribute.zip(members.get(name)).is_some_and(|(attribute, value)| !is_absent(attribute, value))
    };
    let others: Vec<_> = exclusive.iter().copied().filter(|name| set(name)).skip(1).collect();
    for name in others {
        members.insert(name.to_owned(), Dynamic::Null);
    }
}

/// Writes out defaults that a rule wants to see: all that it names, or the first where one is enough.
fn put_back(rule: Rule, schema: &ObjectSchema, state: &Dynamic, config: &mut Dynamic) {
    let Dynamic::Object(members) = config else { return };
    for name in rule.attributes() {
        let Some(attribute) = schema.attribute(name) else { continue };
        let value = state.attribute(name);
        if is_absent(attribute, value) || !is_for_configuration(attribute) {
            continue;
        }
        members.insert((*name).to_owned(), written(attribute, value));
        if let Rule::ExactlyOneOf(_) | Rule::AtLeastOneOf(_) = rule {
            return;
        }
    }
}

fn is_for_configuration(attribute: &Attribute) -> bool {
    attribute.is_configurable() && !attribute.write_only
}

/// Whether an attribute can be left out without changing the object.
fn says_nothing(attribute: &Attribute, state: &Dynamic) -> bool {
    let is_required = attribute.mode == Mode::Required;
    if !is_for_configuration(attribute) {
        return true;
    }
    // What the remote keeps anyway is not asked for in a form that is on its way out.
    if attribute.deprecation.is_some() && attribute.is_computed() && !is_required {
        return true;
    }
    // What is empty here was written so: an import leaves null where a remote says "empty".
    let is_default = |default: fn() -> Dynamic| match &attribute.kind {
        Kind::Plain(_) => default() == *state,
        // A state has the defaults inside a default too.
        Kind::Nested(_, object) => default().map_objects(|nested| with_defaults(object, &nested)) == *state,
    };
    !is_required && attribute.default.is_some_and(is_default)
}

/// The value as configuration has it.
fn written(attribute: &Attribute, state: &Dynamic) -> Dynamic {
    let Kind::Nested(_, object) = &attribute.kind else { return state.clone() };
    state.clone().map_objects(|nested| generate_object(object, &nested))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sparki_core::{Nesting, Type};

    fn text(name: &'static str, default: Option<fn() -> Dynamic>) -> Attribute {
        Attribute { default, ..Attribute::new(name, "Something.", Kind::Plain(Type::String)) }
    }

    /// What is written of a state in which `a` has its default and `b` is as given.
    fn written_for(rule: Rule, b: Dynamic) -> (Dynamic, Dynamic) {
        let attributes = vec![text("a", Some(|| "default".into())), text("b", None)];
        let schema = ObjectSchema { attributes, rules: vec![rule] };
        let config = generate_object(&schema, &Dynamic::object([("a", "default".into()), ("b", b)]));
        assert!(broken(rule, &schema, &config).is_none(), "{rule:?}: {config:?}");
        (config.attribute("a").clone(), config.attribute("b").clone())
    }

    #[test]
    fn a_default_is_written_where_a_rule_wants_to_see_it() {
        let names: &[&str] = &["a", "b"];
        let shown = || ("default".into(), Dynamic::Null);
        assert_eq!(written_for(Rule::ExactlyOneOf(names), Dynamic::Null), shown());
        assert_eq!(written_for(Rule::AtLeastOneOf(names), Dynamic::Null), shown());
        assert_eq!(written_for(Rule::RequiredTogether(names), "b".into()), ("default".into(), "b".into()));
        assert_eq!(written_for(Rule::Requires(&["b", "a"]), "b".into()), ("default".into(), "b".into()));
        assert_eq!(written_for(Rule::Conflicting(names), "b".into()), (Dynamic::Null, "b".into()));
    }

    #[test]
    fn of_blocks_that_exclude_each_other_the_one_that_is_there_stays() {
        let block = |name| {
            let inner = ObjectSchema { attributes: vec![text("x", None)], rules: Vec::new() };
            Attribute { block: true, ..Attribute::new(name, "A block.", Kind::Nested(Nesting::List, inner)) }
        };
        let rules = vec![Rule::ExactlyOneOf(&["a", "b"])];
        let schema = ObjectSchema { attributes: vec![block("a"), block("b")], rules };
        let there = Dynamic::List(vec![Dynamic::object([("x", "1".into())])]);
        let state = Dynamic::object([("a", Dynamic::List(Vec::new())), ("b", there.clone())]);
        assert_eq!(generate_object(&schema, &state).attribute("b"), &there);
    }
}
