//! The JSON form of objects, by name: an attribute and the field it stands for have the same name.
//!
//! The control plane's objects and our models are written from one catalogue, so the schema of a model is the
//! schema of its wire form as well. A resource whose wire form differs adjusts the document in its `remote.rs`.

use serde_json::{Map, Value as Json};
use sparki_core::{
    Attribute, Dynamic, Kind, Mode, Model, ObjectSchema, Path, RemoteError, RemoteErrorKind, Replace, State,
    UnknownMembers,
};

/// The fields of a new object: everything that is set and known. What is left out gets the server's default.
pub(crate) fn creation_body<M: Model>(planned: &M) -> Map<String, Json> {
    let sent = |attribute: &Attribute| attribute.mode != Mode::Computed;
    members(&M::schema(), &planned.encode(), Absent::Omit, &sent)
}

/// The fields of a change, as a JSON merge patch: everything that may change in place, with null for what is unset.
/// What the control plane may decide itself is sent only if it changes, for to send it is to decide it.
pub(crate) fn patch_body<M: Model>(prior: &M, planned: &M) -> Map<String, Json> {
    let (prior, planned) = (prior.encode(), planned.encode());
    let sent = |attribute: &Attribute| match attribute.mode {
        _ if matches!(attribute.replace, Replace::Always) => false,
        Mode::Computed => false,
        Mode::OptionalComputed => prior.attribute(attribute.name) != planned.attribute(attribute.name),
        Mode::Required | Mode::Optional => true,
    };
    members(&M::schema(), &planned, Absent::Null, &sent)
}

/// What becomes of an attribute without a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Absent {
    Omit,
    Null,
}

fn members(
    schema: &ObjectSchema,
    object: &Dynamic,
    absent: Absent,
    sent: &dyn Fn(&Attribute) -> bool,
) -> Map<String, Json> {
    let attributes = schema.attributes.iter().filter(|attribute| !attribute.local && sent(attribute));
    let member = |attribute: &Attribute| {
        let value = object.attribute(attribute.name);
        let json = match value {
            Dynamic::Unknown(_) => return None,
            Dynamic::Null if absent == Absent::Omit => return None,
            Dynamic::Null => Json::Null,
            known => json(&attribute.kind, known, absent)?,
        };
        Some((attribute.name.to_owned(), json))
    };
    attributes.filter_map(member).collect()
}

fn json(kind: &Kind, value: &Dynamic, absent: Absent) -> Option<Json> {
    let Kind::Nested(_, schema) = kind else { return value.to_json().ok() };
    let object = |value: &Dynamic, absent| Json::Object(members(schema, value, absent, &|_| true));
    Some(match value {
        // Elements of collections are replaced as a whole, so what they lack is simply not there.
        Dynamic::List(elements) => elements.iter().map(|element| object(element, Absent::Omit)).collect(),
        Dynamic::Set(elements) => elements.iter().map(|element| object(element, Absent::Omit)).collect(),
        Dynamic::Map(entries) => {
            entries.iter().map(|(key, entry)| (key.clone(), object(entry, absent))).collect()
        }
        single => object(single, absent),
    })
}

/// The model of an object as the control plane sent it.
pub(crate) fn model<M: Model>(document: &Json, noun: &str) -> Result<State<M>, RemoteError> {
    let garbled = |problem: String| {
        RemoteError::new(RemoteErrorKind::Garbled, format!("failed to understand the {noun}")).with_detail(format!(
            "The control plane's answer is not what its contract says: {problem}. Check that \"endpoint\" is a Sparki \
             control plane and that the provider is not older than it."
        ))
    };
    let value = Dynamic::from_json(document, &M::schema().ty(), UnknownMembers::Drop)
        .map_err(|error| garbled(error.to_string()))?;
    let state = M::decode(&value, &Path::root()).map_err(|error| garbled(error.to_string()))?;
    Ok(State::new(state))
}
