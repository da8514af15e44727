//! What is special about blocks: one that is not there is empty, and never null, unless there is at most one of it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use sparki_core::{Attribute, Dynamic, Kind, Nesting, ObjectSchema};

/// The same object with an empty collection for every block that is not there, at any depth.
#[must_use]
pub fn with_blocks(schema: &ObjectSchema, value: Dynamic) -> Dynamic {
    if !has_blocks(schema) {
        return value;
    }
    let Dynamic::Object(mut members) = value else { return value };
    for attribute in schema.attributes.iter().filter(|attribute| attribute.block) {
        let Kind::Nested(nesting, inner) = &attribute.kind else { continue };
        let member = members.entry(attribute.name.to_owned()).or_insert(Dynamic::Null);
        *member = match std::mem::take(member) {
            Dynamic::Null => nothing(*nesting),
            there => there.map_objects(|nested| with_blocks(inner, nested)),
        };
    }
    Dynamic::Object(members)
}

/// The same, without a copy where there are no blocks.
pub(crate) fn present<'a>(schema: &ObjectSchema, value: &'a Dynamic) -> Cow<'a, Dynamic> {
    if has_blocks(schema) { Cow::Owned(with_blocks(schema, value.clone())) } else { Cow::Borrowed(value) }
}

/// The object with `reference`'s absence of every computed block that is absent there: what a plan must be, and what a
/// state must stay, under a host that does not know computed blocks.
///
/// Computed blocks stand at the top of a schema only, which the schema check enforces.
#[must_use]
pub fn without_computed_blocks(schema: &ObjectSchema, reference: &Dynamic, value: Dynamic) -> Dynamic {
    let Dynamic::Object(mut members) = value else { return value };
    for attribute in schema.attributes.iter().filter(|attribute| attribute.block && attribute.is_computed()) {
        if let (Kind::Nested(nesting, _), true) =
            (&attribute.kind, is_absent(attribute, reference.attribute(attribute.name)))
        {
            members.insert(attribute.name.to_owned(), nothing(*nesting));
        }
    }
    Dynamic::Object(members)
}

/// Whether nothing is said about an attribute: it is null, or a block that is not there.
pub(crate) fn is_absent(attribute: &Attribute, value: &Dynamic) -> bool {
    match value {
        Dynamic::Null => true,
        Dynamic::List(elements) => attribute.block && elements.is_empty(),
        Dynamic::Set(elements) => attribute.block && elements.is_empty(),
        Dynamic::Map(entries) => attribute.block && entries.is_empty(),
        Dynamic::Unknown(_)
        | Dynamic::Bool(_)
        | Dynamic::Number(_)
        | Dynamic::String(_)
        | Dynamic::Object(_)
        | Dynamic::Typed(..) => false,
    }
}

fn has_blocks(schema: &ObjectSchema) -> bool {
    schema.attributes.iter().any(|attribute| attribute.block)
}

fn nothing(nesting: Nesting) -> Dynamic {
    match nesting {
        Nesting::Single => Dynamic::Null,
        Nesting::List => Dynamic::List(Vec::new()),
        Nesting::Set => Dynamic::set(Vec::new()),
        Nesting::Map => Dynamic::Map(BTreeMap::new()),
    }
}
