//! Operations, sorted by how they are called.

use std::collections::BTreeMap;

use crate::document::{Document, Operation, Parameter, Schema};
use crate::names;

/// Where the contract begins; what is outside is for probes, browsers and verifiers of tokens.
const API: &str = "/api/v1";

/// Operations for which the client has something of its own, each with what.
const HAND_WRITTEN: [(&str, &str); 1] =
    [("batchGetResources", "`Client::batch_get`, which splits and joins batches")];

/// Operations that a promotion goes on after, by the field of the answer that names it.
const PROMOTED: [(&str, &str); 2] =
    [("createEnvironmentRelease", "promotion_id"), ("updateEnvironmentRelease", "promotion_id")];

/// An operation with what follows from it.
#[derive(Debug)]
pub(crate) struct Call<'d> {
    pub(crate) operation: &'d Operation,
    pub(crate) tag: &'d str,
    pub(crate) method: String,
    /// Path below the base path.
    pub(crate) path: &'d str,
    /// Name of the method.
    pub(crate) name: String,
    /// Name of the builder.
    pub(crate) builder: String,
    pub(crate) shape: Shape<'d>,
    pub(crate) body: Option<&'d Schema>,
    /// Path of the collection of the object that is answered, if an object of it can be read.
    pub(crate) collection: Option<&'d str>,
}

/// How an operation is called, and what comes of it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape<'d> {
    /// Pages of items.
    Pages(&'d Schema),
    /// Events as they happen.
    Events(&'d Schema),
    /// An object that may be gone.
    Read(&'d Schema),
    /// Something that is always there.
    Fetch(&'d Schema),
    /// Something that is done once for each key.
    Keyed(Answer<'d>),
    /// Something that is done each time.
    Act(Answer<'d>),
    /// A change of an object.
    Update(Answer<'d>),
    /// The end of an object.
    Delete,
}

/// What an action is answered with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer<'d> {
    Nothing,
    Value(&'d Schema),
    /// A value, while work on it goes on.
    Started(&'d Schema),
}

impl<'d> Shape<'d> {
    /// The schema of what is answered, item by item where there are several.
    pub(crate) fn answer(self) -> Option<&'d Schema> {
        match self {
            Self::Pages(schema)
            | Self::Events(schema)
            | Self::Read(schema)
            | Self::Fetch(schema)
            | Self::Update(Answer::Value(schema) | Answer::Started(schema))
            | Self::Keyed(Answer::Value(schema) | Answer::Started(schema))
            | Self::Act(Answer::Value(schema) | Answer::Started(schema)) => Some(schema),
            Self::Update(Answer::Nothing)
            | Self::Keyed(Answer::Nothing)
            | Self::Act(Answer::Nothing)
            | Self::Delete => None,
        }
    }
}

impl Shape<'_> {
    /// The same where the object cannot be read when the work on it has ended.
    fn at_once(self) -> Self {
        match self {
            Self::Keyed(Answer::Started(schema)) => Self::Keyed(Answer::Value(schema)),
            Self::Act(Answer::Started(schema)) => Self::Act(Answer::Value(schema)),
            Self::Update(Answer::Started(schema)) => Self::Update(Answer::Value(schema)),
            Self::Pages(_)
            | Self::Events(_)
            | Self::Read(_)
            | Self::Fetch(_)
            | Self::Keyed(_)
            | Self::Act(_)
            | Self::Update(_)
            | Self::Delete => self,
        }
    }
}

impl<'d> Call<'d> {
    /// The query parameters that have setters of their own.
    pub(crate) fn query(&self) -> impl Iterator<Item = &'d Parameter> {
        let by_itself: &[&str] = match self.shape {
            Shape::Events(_) => &["after", "wait"],
            Shape::Pages(_)
            | Shape::Read(_)
            | Shape::Fetch(_)
            | Shape::Keyed(_)
            | Shape::Act(_)
            | Shape::Update(_)
            | Shape::Delete => &[],
        };
        let parameters = self.operation.parameters.iter().filter(|parameter| parameter.place == "query");
        parameters.filter(move |parameter| !by_itself.contains(&parameter.name.as_str()))
    }

    pub(crate) fn parameter(&self, name: &str) -> Option<&'d Parameter> {
        self.operation.parameters.iter().find(|parameter| parameter.name == name)
    }

    /// Whether it changes nothing although it is posted.
    pub(crate) fn is_posted_read(&self) -> bool {
        self.method == "post" && self.operation.is_read_only
    }

    /// Whether nobody has to prove who they are.
    pub(crate) fn is_open(&self) -> bool {
        self.operation.security.is_empty()
    }

    /// The field of the answer that names the promotion that goes on.
    pub(crate) fn promotion(&self) -> Option<&'static str> {
        let id = self.operation.operation_id.as_str();
        PROMOTED.iter().find(|(promoted, _)| *promoted == id).map(|(_, field)| *field)
    }

    pub(crate) fn has_header(&self, name: &str) -> bool {
        has_header(self.operation, name)
    }
}

fn has_header(operation: &Operation, name: &str) -> bool {
    let mut parameters = operation.parameters.iter();
    parameters.any(|parameter| parameter.place == "header" && parameter.name.eq_ignore_ascii_case(name))
}

/// The operations that are written, in the order of tags and paths.
pub(crate) fn calls(document: &Document) -> Vec<Call<'_>> {
    let mut calls = Vec::new();
    for (path, methods) in &document.paths {
        let Some(path) = path.strip_prefix(API) else { continue };
        for (method, operation) in methods {
            let id = operation.operation_id.as_str();
            let Some(tag) = operation.tags.first() else { continue };
            if HAND_WRITTEN.iter().any(|(hand_written, _)| *hand_written == id) {
                continue;
            }
            calls.push(Call {
                operation,
                tag,
                method: method.clone(),
                path,
                name: names::verb(id, tag),
                builder: names::pascal(id),
                shape: shape(document, method, operation),
                body: operation.request_body.as_ref().and_then(|body| body.json()),
                collection: None,
            });
        }
    }
    let collections: BTreeMap<&str, &str> = calls
        .iter()
        .filter(|call| matches!(call.shape, Shape::Read(_)) && call.name == "read")
        .filter_map(|call| Some((call.tag, call.path.strip_suffix("/{id}")?)))
        .collect();
    for call in &mut calls {
        call.collection = collections.get(call.tag).copied();
        if call.collection.is_none() {
            call.shape = call.shape.at_once();
        }
    }
    let order = ["post", "get", "patch", "put", "delete"];
    let place = |method: &str| order.iter().position(|known| *known == method);
    calls.sort_by(|a, b| {
        (a.tag, a.path.matches('/').count(), place(&a.method), a.path).cmp(&(
            b.tag,
            b.path.matches('/').count(),
            place(&b.method),
            b.path,
        ))
    });
    calls
}

fn shape<'d>(document: &'d Document, method: &str, operation: &'d Operation) -> Shape<'d> {
    let good = operation.responses.iter().filter(|(status, _)| status.starts_with('2'));
    // What was made says more than what would have been.
    let made = ["201", "202"].iter().filter_map(|status| operation.responses.get(*status));
    let answer = made.chain(good.clone().map(|(_, body)| body)).find_map(|body| body.json());
    let is_streamed = good.clone().any(|(_, body)| body.is_streamed());
    let is_promoted = PROMOTED.iter().any(|(promoted, _)| *promoted == operation.operation_id);
    let is_started = is_promoted || operation.responses.contains_key("202");
    let is_missable =
        operation.responses.contains_key("404") && operation.parameters.iter().any(|p| p.place == "path");
    let acted = match answer {
        None => Answer::Nothing,
        Some(schema) if is_started => Answer::Started(schema),
        Some(schema) => Answer::Value(schema),
    };
    match (method, answer) {
        ("get", Some(schema)) => match items(document, schema) {
            Some(items) if is_streamed => Shape::Events(items),
            Some(items) if operation.parameters.iter().any(|p| p.name == "cursor") => Shape::Pages(items),
            Some(_) | None if is_missable => Shape::Read(schema),
            Some(_) | None => Shape::Fetch(schema),
        },
        ("patch" | "put", Some(_)) => Shape::Update(acted),
        ("delete", None) => Shape::Delete,
        (_, _) if has_header(operation, "Idempotency-Key") => Shape::Keyed(acted),
        (_, _) => Shape::Act(acted),
    }
}

/// The items of a page, if the answer is one.
fn items<'d>(document: &'d Document, schema: &'d Schema) -> Option<&'d Schema> {
    let schema = schema.target().and_then(|name| document.components.schemas.get(name)).unwrap_or(schema);
    schema.properties.get("next_cursor")?;
    schema.properties.get("data")?.items.as_deref()
}
