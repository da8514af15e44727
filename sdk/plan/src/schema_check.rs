//! The rules that Terraform sets for schemas, so that a test finds what Terraform would only misbehave on.

use sparki_core::{
    Attribute, Kind, Mode, Nesting, ObjectSchema, Path, Replace, Rule, Schema, Step, Type, Unset, Validator,
};

/// Names that Terraform keeps for itself at the top level of a resource.
const RESERVED: [&str; 7] =
    ["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"];

/// Everything that is wrong with a schema, each with the path of the attribute.
#[must_use]
pub fn schema_problems(schema: &Schema) -> Vec<(Path, String)> {
    let mut found = Vec::new();
    if schema.version < 0 {
        found.push((Path::root(), "the version is negative".into()));
    }
    if schema.description.trim().is_empty() {
        found.push((Path::root(), "the type has no description".into()));
    }
    for attribute in &schema.object.attributes {
        if RESERVED.contains(&attribute.name) {
            found.push((Path::attribute(attribute.name), "the name is reserved by Terraform".into()));
        }
    }
    check_object(&schema.object, &Path::root(), Place { blocks: true, ..Place::default() }, &mut found);
    found
}

/// What an object is in.
#[derive(Clone, Copy, Default)]
struct Place {
    /// A set.
    set: bool,
    /// Nothing but blocks, so that it may have blocks itself.
    blocks: bool,
    /// Another block.
    nested: bool,
}

fn check_object(object: &ObjectSchema, at: &Path, place: Place, found: &mut Vec<(Path, String)>) {
    let mut names = std::collections::BTreeSet::new();
    for attribute in &object.attributes {
        let path = at.then(attribute.name);
        if !names.insert(attribute.name) {
            found.push((path.clone(), "the name is used twice".into()));
        }
        for problem in attribute_problems(attribute, object, place) {
            found.push((path.clone(), problem));
        }
        if let Kind::Nested(nesting, inner) = &attribute.kind {
            let step = match nesting {
                Nesting::Single => path,
                Nesting::List => path.index(0),
                Nesting::Map => path.key("*"),
                Nesting::Set => path.step(Step::Element),
            };
            let inside = Place {
                set: place.set || *nesting == Nesting::Set,
                blocks: place.blocks && attribute.block,
                nested: true,
            };
            check_object(inner, &step, inside, found);
        }
    }
    for rule in &object.rules {
        for name in rule.attributes() {
            if !object.attribute(name).is_some_and(Attribute::is_configurable) {
                found.push((at.clone(), format!("a rule names {name:?}, which configuration cannot set")));
            }
        }
        if let Rule::PreferWriteOnly([_, other]) = rule
            && !object.attribute(other).is_some_and(|other| other.write_only)
        {
            found.push((at.clone(), format!("a rule prefers {other:?}, which is not write-only")));
        }
    }
}

fn attribute_problems(attribute: &Attribute, siblings: &ObjectSchema, place: Place) -> Vec<String> {
    let in_set = place.set;
    let mut found = Vec::new();
    let mut rule = |broken: bool, problem: &str| {
        if broken {
            found.push(problem.to_owned());
        }
    };
    let well_formed = attribute.name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && attribute.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    rule(!well_formed, "the name has characters other than a-z, 0-9 and _");
    rule(attribute.description.trim().is_empty(), "there is no description");
    rule(
        attribute.default.is_some() && attribute.mode != Mode::Optional,
        "only an optional attribute can have a default",
    );
    rule(attribute.write_only && in_set, "a write-only attribute cannot be inside a set");
    rule(
        attribute.write_only && attribute.is_computed(),
        "a write-only attribute cannot be computed or have a default",
    );
    rule(
        attribute.write_only && !matches!(attribute.replace, Replace::Never),
        "a write-only attribute is never stored, so its change cannot be seen",
    );
    rule(
        attribute.write_only && matches!(attribute.kind, Kind::Nested(..)),
        "a nested attribute cannot be write-only as a whole; mark the attributes inside it",
    );
    rule(
        attribute.block && !matches!(attribute.kind, Kind::Nested(..)),
        "a block consists of nested attributes",
    );
    rule(attribute.block && !place.blocks, "a block cannot be inside an attribute");
    rule(
        attribute.block && place.nested && attribute.is_computed(),
        "only a block at the top can be computed",
    );
    rule(
        attribute.block && (attribute.sensitive || attribute.default.is_some()),
        "a block cannot be sensitive as a whole or have a default",
    );
    rule(
        !attribute.refinement.is_empty() && !attribute.is_computed(),
        "only a computed value can have a refinement",
    );
    rule(in_set && has_any(&attribute.kind.ty()), "a value of any type cannot be inside a set");
    rule(
        place.blocks && place.nested && has_any(&attribute.kind.ty()),
        "a value of any type cannot be inside a block",
    );
    if let Unset::KeepUnless(names) = attribute.unset {
        rule(
            names.iter().any(|name| siblings.attribute(name).is_none()),
            "it is kept unless an attribute changes that does not exist",
        );
        rule(
            names.iter().any(|name| siblings.attribute(name).is_some_and(|sibling| sibling.write_only)),
            "it is kept unless a write-only attribute changes, which is never seen",
        );
    }
    if let Some(default) = attribute.default {
        let value = default();
        for validator in &attribute.validators {
            if let Err(problem) = validator.check(&value) {
                rule(true, &format!("the default {problem}"));
            }
        }
    }
    for validator in &attribute.validators {
        rule(!compiles(validator), "a pattern is no regular expression");
    }
    found
}

fn has_any(ty: &Type) -> bool {
    match ty {
        Type::Any => true,
        Type::Bool | Type::Number | Type::String => false,
        Type::List(element) | Type::Set(element) | Type::Map(element) => has_any(element),
        Type::Object(attributes) => attributes.values().any(has_any),
        Type::Tuple(elements) => elements.iter().any(has_any),
    }
}

fn compiles(validator: &Validator) -> bool {
    match validator {
        Validator::Pattern { pattern, .. } => regex_lite::Regex::new(pattern).is_ok(),
        Validator::Each(inner) | Validator::Keys(inner) => compiles(inner),
        Validator::Any(checks) => checks.iter().all(compiles),
        Validator::Length { .. }
        | Validator::Range { .. }
        | Validator::OneOf(_)
        | Validator::NoneOf(_)
        | Validator::Unique
        | Validator::Custom(_) => true,
    }
}
