//! Answers of `rest-json`.

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
};
use serde_json::{Map, Value};

use crate::{
    document::Document,
    protocol::{Kind, Model, Operation, Shape, call::WireError, model::Member, timestamp, wire::Response},
    refusal::Refusal,
};

pub(in crate::protocol) fn encode(
    model: &Model,
    operation: &Operation,
    output: &Document,
    request_id: &str,
) -> Response {
    let members = output.members().map(|(name, value)| (name.clone(), value.clone())).collect();
    let body = match &operation.output {
        Some(wanted) => structure(model, model.shape(&wanted.shape), &members),
        None => Map::new(),
    };
    let status = operation.http.response_code.and_then(|code| StatusCode::from_u16(code).ok());
    response(status.unwrap_or(StatusCode::OK), body, request_id)
}

pub(in crate::protocol) fn refuse(error: &WireError, refusal: &Refusal, request_id: &str) -> Response {
    let mut body: Map<_, _> =
        refusal.members.members().map(|(name, value)| (name.clone(), value.clone())).collect();
    body.insert("message".into(), refusal.message.clone().into());
    let mut response = response(error.status, body, request_id);
    let code = HeaderValue::from_str(&error.code).expect("codes of errors are words");
    response.headers.insert(HeaderName::from_static("x-amzn-errortype"), code);
    response
}

fn response(status: StatusCode, body: Map<String, Value>, request_id: &str) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    let request_id = HeaderValue::from_str(request_id).expect("request ids are hexadecimal");
    headers.insert("x-amzn-requestid", request_id);
    Response { status, headers, body: Bytes::from(Value::Object(body).to_string()) }
}

fn structure(model: &Model, shape: &Shape, members: &Map<String, Value>) -> Map<String, Value> {
    let known = members.iter().filter_map(|(name, value)| {
        let member = shape.members.get(name)?;
        Some((member.wire_name(name).to_owned(), value_of(model, member, value)))
    });
    known.collect()
}

fn value_of(model: &Model, member: &Member, value: &Value) -> Value {
    let shape = model.shape_of(member);
    match (shape.kind, value) {
        (Kind::Structure, Value::Object(members)) => structure(model, shape, members).into(),
        (Kind::List, Value::Array(values)) => {
            values.iter().map(|value| value_of(model, shape.element(), value)).collect()
        }
        (Kind::Timestamp, value) => timestamp::to_seconds(value),
        (_, value) => value.clone(),
    }
}
