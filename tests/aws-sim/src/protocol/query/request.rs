//! Requests of `query`.

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value};

use super::form::Branch;
use crate::{
    document::Document,
    protocol::{Kind, Model, Operation, Shape, model::Member, wire::Request},
    refusal::Refusal,
};

/// Names in a form that belong to no operation.
const FRAME: [&str; 2] = ["Action", "Version"];

pub(in crate::protocol) fn route<'a>(model: &'a Model, request: &Request) -> Result<&'a Operation, Refusal> {
    let form = Branch::parse(form(request));
    let action = form.branches.get("Action").and_then(|branch| branch.text.clone()).unwrap_or_default();
    model.operations.get(&action).ok_or_else(|| {
        let message = format!("Could not find operation {action}");
        Refusal::common("InvalidAction", StatusCode::BAD_REQUEST, message)
    })
}

/// Reads a form. What is of the wrong type stays as it is, for validation to find.
pub(in crate::protocol) fn decode(model: &Model, shape: &Shape, request: &Request) -> Document {
    let mut form = Branch::parse(form(request));
    form.branches.retain(|name, _| !FRAME.contains(&name.as_str()));
    Document::from(structure(model, shape, &form))
}

/// The value that a text stands for; the text itself if it stands for none of this kind.
pub(in crate::protocol) fn scalar(kind: Kind, text: &str) -> Value {
    let parsed = match kind {
        Kind::Boolean => text.parse::<bool>().ok().map(Value::from),
        Kind::Integer | Kind::Long => text.parse::<i64>().ok().map(Value::from),
        Kind::Float | Kind::Double => text.parse::<f64>().ok().map(Value::from),
        Kind::String | Kind::Timestamp | Kind::Blob | Kind::Structure | Kind::List | Kind::Map => None,
    };
    parsed.unwrap_or_else(|| text.into())
}

fn form(request: &Request) -> &[u8] {
    if request.method == Method::GET { request.query.as_bytes() } else { &request.body }
}

fn structure(model: &Model, shape: &Shape, branch: &Branch) -> Map<String, Value> {
    let named = branch.branches.iter().map(|(wire_name, branch)| {
        let known = shape.members.iter().find(|(name, member)| member.wire_name(name) == wire_name);
        match known {
            Some((name, member)) => (name.clone(), value_of(model, member, branch)),
            None => (wire_name.clone(), branch.text.clone().into()),
        }
    });
    named.collect()
}

fn value_of(model: &Model, member: &Member, branch: &Branch) -> Value {
    let shape = model.shape_of(member);
    match shape.kind {
        Kind::Structure => structure(model, shape, branch).into(),
        Kind::List => {
            // Some clients say "member" whatever the model calls an element.
            let name = shape.element().wire_name("member");
            let elements = if shape.flattened {
                Some(branch)
            } else {
                branch.branches.get(name).or_else(|| branch.branches.get("member"))
            };
            let elements = elements.map(Branch::numbered).unwrap_or_default();
            elements.into_iter().map(|element| value_of(model, shape.element(), element)).collect()
        }
        Kind::Map => {
            let (key, value) = shape.entry();
            let entries = branch.branches.get("entry").map(Branch::numbered).unwrap_or_default();
            let pairs = entries.into_iter().filter_map(|entry| {
                let name = entry.branches.get(key.wire_name("key"))?.text.clone()?;
                Some((name, value_of(model, value, entry.branches.get(value.wire_name("value"))?)))
            });
            Value::Object(pairs.collect())
        }
        kind @ (Kind::String
        | Kind::Integer
        | Kind::Long
        | Kind::Float
        | Kind::Double
        | Kind::Boolean
        | Kind::Timestamp
        | Kind::Blob) => branch.text.as_deref().map_or(Value::Null, |text| scalar(kind, text)),
    }
}
