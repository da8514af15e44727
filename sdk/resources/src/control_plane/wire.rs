//! The JSON form of objects, by name: an attribute and the field it stands for have the same name.
//!
//! The control plane's objects and our models are written from one catalogue, so the schema of a model is the
//! schema of its wire form as well. A resource whose wire form differs adjusts the document in its `remote.rs`.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};
use sparki_core::{
    Attribute, Dynamic, Kind, Mode, Model, ObjectSchema, Path, RemoteError, RemoteErrorKind, Replace, State,
    UnknownMembers,
};

/// The fields of a new object: everything that is set and known. What is left out gets the server's default.
pub(crate) fn creation_body<M: Model>(planned: &M) -> Map<String, Json> {
    let sent = |attribute: &Attribute| attribute.mode != Mode::Computed;
    members(&M::schema(), &planned.encode(), Body::Creation, &sent)
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
    members(&M::schema(), &planned, Body::Patch(&prior), &sent)
}

/// What is being written. In a patch what has no value is null, and so is what a map does not have any more: the two
/// are merged on the other side.
#[derive(Clone, Copy)]
enum Body<'a> {
    Creation,
    Patch(&'a Dynamic),
}

impl<'a> Body<'a> {
    /// The same for a part of the object.
    fn part(self, name: &str) -> Self {
        match self {
            Self::Creation => Self::Creation,
            Self::Patch(prior) => Self::Patch(prior.attribute(name)),
        }
    }

    /// The keys that a map had and has no more.
    fn dropped(self, entries: &'a BTreeMap<String, Dynamic>) -> impl Iterator<Item = (String, Json)> {
        let prior = match self {
            Self::Creation => None,
            Self::Patch(prior) => prior.members(),
        };
        let gone = prior.into_iter().flat_map(BTreeMap::keys).filter(|key| !entries.contains_key(*key));
        gone.map(|key| (key.clone(), Json::Null))
    }
}

fn members(
    schema: &ObjectSchema,
    object: &Dynamic,
    body: Body<'_>,
    sent: &dyn Fn(&Attribute) -> bool,
) -> Map<String, Json> {
    let attributes = schema.attributes.iter().filter(|attribute| !attribute.local && sent(attribute));
    let member = |attribute: &Attribute| {
        let value = object.attribute(attribute.name);
        let json = match value {
            Dynamic::Unknown(_) => return None,
            Dynamic::Null => match body {
                Body::Creation => return None,
                Body::Patch(_) => Json::Null,
            },
            known => json(&attribute.kind, known, body.part(attribute.name))?,
        };
        Some((attribute.name.to_owned(), json))
    };
    attributes.filter_map(member).collect()
}

fn json(kind: &Kind, value: &Dynamic, body: Body<'_>) -> Option<Json> {
    let schema = match (kind, value) {
        (Kind::Nested(_, schema), _) => schema,
        (Kind::Plain(_), Dynamic::Map(entries)) => {
            let entries_json = entries.iter().map(|(key, entry)| Some((key.clone(), entry.to_json().ok()?)));
            let entries_json: Option<Map<_, _>> = entries_json.collect();
            return Some(Json::Object(body.dropped(entries).chain(entries_json?).collect()));
        }
        (Kind::Plain(_), value) => return value.to_json().ok(),
    };
    let object = |value: &Dynamic, body| Json::Object(members(schema, value, body, &|_| true));
    Some(match value {
        // Elements of lists and sets are replaced as a whole, so what they lack is simply not there.
        Dynamic::List(elements) => elements.iter().map(|element| object(element, Body::Creation)).collect(),
        Dynamic::Set(elements) => elements.iter().map(|element| object(element, Body::Creation)).collect(),
        Dynamic::Map(entries) => {
            let present = entries.iter().map(|(key, entry)| (key.clone(), object(entry, body.part(key))));
            Json::Object(body.dropped(entries).chain(present).collect())
        }
        single => object(single, body),
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
    let schema = M::schema();
    let lacking = schema
        .attributes
        .iter()
        .find(|attribute| is_promised(attribute) && document.get(attribute.name).is_none_or(Json::is_null));
    if let Some(attribute) = lacking {
        return Err(garbled(format!("it has no {:?}", attribute.name)));
    }
    let value = Dynamic::from_json(document, &schema.ty(), UnknownMembers::Drop)
        .map_err(|error| garbled(error.to_string()))?;
    // Parts that the control plane keeps as they were sent lack what was left out.
    let value = sparki_plan::with_defaults(&schema, &value);
    let state = M::decode(&value, &Path::root()).map_err(|error| garbled(error.to_string()))?;
    Ok(State::new(state))
}

/// Whether every object has a value for the attribute, so that an answer without one is none of the control plane's.
fn is_promised(attribute: &Attribute) -> bool {
    !attribute.local
        && !attribute.write_only
        && (attribute.mode == Mode::Required || attribute.default.is_some() || attribute.refinement.not_null)
}
