//! Random configurations and states of a schema.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use sparki_core::{Attribute, Dynamic, Kind, Mode, Nesting, ObjectSchema, Type};

/// What is generated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// Configuration, wholly known.
    Config,
    /// Configuration, parts of which are unknown.
    PartlyUnknown,
    /// The state of an object that exists.
    State,
}

/// Objects of the schema. Values pass the checks on single attributes; rules between attributes may be broken.
pub(crate) fn objects(schema: &ObjectSchema, what: What) -> BoxedStrategy<Dynamic> {
    let empty = Just(Vec::new()).boxed();
    let members = schema.attributes.iter().fold(empty, |members, attribute| {
        let (name, value) = (attribute.name, attributes(attribute, what));
        let with = |(mut members, value): (Vec<_>, _), name| {
            members.push((name, value));
            members
        };
        (members, value).prop_map(move |both| with(both, name)).boxed()
    });
    members.prop_map(Dynamic::object).boxed()
}

fn attributes(attribute: &Attribute, what: What) -> BoxedStrategy<Dynamic> {
    let unset = match what {
        What::State => attribute.write_only,
        What::Config | What::PartlyUnknown => attribute.mode == Mode::Computed,
    };
    let nothing = match &attribute.kind {
        // As Terraform sends it.
        Kind::Nested(Nesting::List, _) if attribute.block => Dynamic::List(Vec::new()),
        Kind::Nested(Nesting::Set, _) if attribute.block => Dynamic::set(Vec::new()),
        Kind::Nested(Nesting::Map, _) if attribute.block => Dynamic::Map(Default::default()),
        Kind::Nested(..) | Kind::Plain(_) => Dynamic::Null,
    };
    if unset {
        return Just(nothing).boxed();
    }
    let value = match &attribute.kind {
        Kind::Plain(ty) => plain(attribute, ty, what),
        Kind::Nested(nesting, object) => nested(*nesting, object, what),
    };
    let mut choices = vec![(5, value)];
    if attribute.mode != Mode::Required {
        choices.insert(0, (3, Just(nothing).boxed()));
    }
    if what == What::PartlyUnknown {
        choices.push((1, Just(Dynamic::unknown()).boxed()));
    }
    Union::new_weighted(choices).boxed()
}

fn plain(attribute: &Attribute, ty: &Type, what: What) -> BoxedStrategy<Dynamic> {
    match ty {
        Type::String => {
            let texts =
                ["a", "b", "abc", "{\"a\":1}", "{ \"a\": 1.0 }", "[1, 2]", "[1,2]", "90m", "1h30m", "5s", ""];
            valid(attribute, texts.map(Dynamic::from).to_vec())
        }
        Type::Number => valid(attribute, (0..5).map(Dynamic::from).collect()),
        Type::Bool => any::<bool>().prop_map(Dynamic::from).boxed(),
        Type::List(_) => valid(attribute, [vec![], vec!["a"], vec!["a", "b"]].map(list).to_vec()),
        Type::Set(_) => valid(attribute, [vec![], vec!["a"], vec!["a", "b"]].map(set).to_vec()),
        Type::Map(_) => {
            let elements = prop::collection::btree_map("[xyz]", element(what), 0..3);
            elements.prop_map(Dynamic::Map).boxed()
        }
        Type::Any | Type::Object(_) | Type::Tuple(_) => panic!("the machine has no such attribute"),
    }
}

fn element(what: What) -> BoxedStrategy<Dynamic> {
    let mut choices = vec![Dynamic::from("a"), "b".into()];
    if what == What::PartlyUnknown {
        choices.push(Dynamic::unknown());
    }
    select(choices).boxed()
}

fn list(elements: Vec<&str>) -> Dynamic {
    Dynamic::List(elements.into_iter().map(Dynamic::from).collect())
}

fn set(elements: Vec<&str>) -> Dynamic {
    Dynamic::set(elements.into_iter().map(Dynamic::from).collect())
}

fn valid(attribute: &Attribute, mut values: Vec<Dynamic>) -> BoxedStrategy<Dynamic> {
    values.retain(|value| attribute.validators.iter().all(|validator| validator.check(value).is_ok()));
    select(values).boxed()
}

fn nested(nesting: Nesting, object: &ObjectSchema, what: What) -> BoxedStrategy<Dynamic> {
    let element = objects(object, what);
    match nesting {
        Nesting::Single => element,
        Nesting::List => prop::collection::vec(element, 0..4).prop_map(Dynamic::List).boxed(),
        Nesting::Set => prop::collection::vec(element, 0..4).prop_map(Dynamic::set).boxed(),
        Nesting::Map => prop::collection::btree_map("[xyz]", element, 0..3).prop_map(Dynamic::Map).boxed(),
    }
}
