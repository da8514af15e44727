//! Requests of `rest-json`.

use axum::http::StatusCode;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::uri::labels;
use crate::{
    document::Document,
    protocol::{
        Kind, Model, Operation, Shape,
        model::{Location, Member},
        timestamp,
        wire::Request,
    },
    refusal::Refusal,
};

/// Of several templates that fit, the one with the fewest labels is meant.
pub(in crate::protocol) fn route<'a>(model: &'a Model, request: &Request) -> Result<&'a Operation, Refusal> {
    let candidates = model.operations.values().filter_map(|operation| {
        let labels = labels(&operation.http.request_uri, &request.path)?;
        (operation.http.method == request.method.as_str()).then_some((labels.len(), operation))
    });
    let found = candidates.min_by_key(|(labels, _)| *labels);
    found.map(|(_, operation)| operation).ok_or_else(|| {
        let message = format!("There is no {} {}", request.method, request.path);
        Refusal::common("UnknownOperationException", StatusCode::NOT_FOUND, message)
    })
}

/// Reads path, query string, headers and body. What is of the wrong type stays as it is, for validation to find.
pub(in crate::protocol) fn decode(
    model: &Model,
    operation: &Operation,
    shape: &Shape,
    request: &Request,
) -> Result<Document, Refusal> {
    let mut document = Document::from(body(model, shape, request)?);
    let labels = labels(&operation.http.request_uri, &request.path).unwrap_or_default();
    for (name, member) in &shape.members {
        let wire_name = member.wire_name(name);
        let value = match member.location {
            None => None,
            Some(Location::Uri) => labels.get(wire_name).map(|text| parsed(model, member, text)),
            Some(Location::Querystring) => from_query(model, member, wire_name, &request.query),
            Some(Location::Header) => {
                let header = request.headers.get(wire_name).and_then(|value| value.to_str().ok());
                header.map(|text| parsed(model, member, text))
            }
        };
        if let Some(value) = value {
            document.set(name, value);
        }
    }
    Ok(document)
}

/// Reads the members of a body, which may be empty.
pub(in crate::protocol) fn body(
    model: &Model,
    shape: &Shape,
    request: &Request,
) -> Result<Map<String, Value>, Refusal> {
    if request.body.is_empty() {
        return Ok(Map::new());
    }
    let Ok(Value::Object(members)) = serde_json::from_slice(&request.body) else {
        let message = "Could not parse the request body";
        return Err(Refusal::common("SerializationException", StatusCode::BAD_REQUEST, message));
    };
    Ok(structure(model, shape, members))
}

fn structure(model: &Model, shape: &Shape, members: Map<String, Value>) -> Map<String, Value> {
    let named = members.into_iter().filter(|(_, value)| !value.is_null()).map(|(wire_name, value)| {
        let known = shape
            .members
            .iter()
            .find(|(name, member)| member.location.is_none() && member.wire_name(name) == wire_name);
        match known {
            Some((name, member)) => (name.clone(), value_of(model, member, value)),
            None => (wire_name, value),
        }
    });
    named.collect()
}

fn value_of(model: &Model, member: &Member, value: Value) -> Value {
    let shape = model.shape_of(member);
    match (shape.kind, value) {
        (Kind::Structure, Value::Object(members)) => structure(model, shape, members).into(),
        (Kind::List, Value::Array(values)) => {
            values.into_iter().map(|value| value_of(model, shape.element(), value)).collect()
        }
        (Kind::Timestamp, value) => timestamp::from_seconds(&value),
        (_, value) => value,
    }
}

fn from_query(model: &Model, member: &Member, wire_name: &str, query: &str) -> Option<Value> {
    let shape = model.shape_of(member);
    let pairs = form_urlencoded::parse(query.as_bytes());
    let mut texts = pairs.filter(|(name, _)| name == wire_name).map(|(_, text)| text).peekable();
    texts.peek()?;
    if shape.kind == Kind::List {
        return Some(texts.map(|text| parsed(model, shape.element(), &text)).collect());
    }
    texts.next().map(|text| parsed(model, member, &text))
}

/// The value that a text stands for.
fn parsed(model: &Model, member: &Member, text: &str) -> Value {
    crate::protocol::query::scalar(model.shape_of(member).kind, text)
}
