//! Answers of `query`.

use std::io;

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, StatusCode},
};
use quick_xml::{Writer, events::BytesText};
use serde_json::{Map, Value};

use crate::{
    document::Document,
    protocol::{Kind, Model, Operation, Shape, call::WireError, model::Member, wire::Response},
    refusal::Refusal,
};

type Xml = Writer<Vec<u8>>;

pub(in crate::protocol) fn encode(
    model: &Model,
    operation: &Operation,
    output: &Document,
    request_id: &str,
) -> Response {
    let members = output.members().map(|(name, value)| (name.clone(), value.clone())).collect();
    let result = |xml: &mut Xml| -> io::Result<()> {
        let Some(wanted) = &operation.output else { return Ok(()) };
        let shape = model.shape(&wanted.shape);
        match &wanted.result_wrapper {
            Some(wrapper) => inside(xml, wrapper, |xml| structure(xml, model, shape, &members)),
            None => structure(xml, model, shape, &members),
        }
    };
    let root = format!("{}Response", operation.name);
    response(StatusCode::OK, model, &root, |xml| {
        result(xml)?;
        inside(xml, "ResponseMetadata", |xml| leaf(xml, "RequestId", request_id))
    })
}

pub(in crate::protocol) fn refuse(
    model: &Model,
    error: &WireError,
    refusal: &Refusal,
    request_id: &str,
) -> Response {
    let side = if error.status.is_server_error() { "Receiver" } else { "Sender" };
    response(error.status, model, "ErrorResponse", |xml| {
        inside(xml, "Error", |xml| {
            leaf(xml, "Type", side)?;
            leaf(xml, "Code", &error.code)?;
            leaf(xml, "Message", &refusal.message)
        })?;
        leaf(xml, "RequestId", request_id)
    })
}

fn response(
    status: StatusCode,
    model: &Model,
    root: &str,
    content: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> Response {
    let mut xml = Writer::new(Vec::new());
    let namespace = model.metadata.xml_namespace.as_deref().unwrap_or_default();
    xml.create_element(root)
        .with_attribute(("xmlns", namespace))
        .write_inner_content(content)
        .expect("memory can be written to");
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("text/xml"));
    Response { status, headers, body: Bytes::from(xml.into_inner()) }
}

fn inside(xml: &mut Xml, name: &str, content: impl FnOnce(&mut Xml) -> io::Result<()>) -> io::Result<()> {
    xml.create_element(name).write_inner_content(content).map(drop)
}

fn leaf(xml: &mut Xml, name: &str, text: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(text)).map(drop)
}

fn structure(xml: &mut Xml, model: &Model, shape: &Shape, members: &Map<String, Value>) -> io::Result<()> {
    for (name, value) in members {
        if let Some(member) = shape.members.get(name) {
            element(xml, model, member, Named { name: member.wire_name(name), value })?;
        }
    }
    Ok(())
}

/// A value under the name that it has on the wire.
struct Named<'a> {
    name: &'a str,
    value: &'a Value,
}

fn element(xml: &mut Xml, model: &Model, member: &Member, named: Named<'_>) -> io::Result<()> {
    let Named { name, value } = named;
    let shape = model.shape_of(member);
    match (shape.kind, value) {
        (Kind::Structure, Value::Object(members)) => {
            inside(xml, name, |xml| structure(xml, model, shape, members))
        }
        (Kind::List, Value::Array(values)) => {
            let element_name = if shape.flattened { name } else { shape.element().wire_name("member") };
            let elements = |xml: &mut Xml| {
                values.iter().try_for_each(|value| {
                    element(xml, model, shape.element(), Named { name: element_name, value })
                })
            };
            if shape.flattened { elements(xml) } else { inside(xml, name, elements) }
        }
        (Kind::Map, Value::Object(entries)) => {
            let (key, element_of) = shape.entry();
            inside(xml, name, |xml| {
                entries.iter().try_for_each(|(entry, value)| {
                    inside(xml, "entry", |xml| {
                        leaf(xml, key.wire_name("key"), entry)?;
                        element(xml, model, element_of, Named { name: element_of.wire_name("value"), value })
                    })
                })
            })
        }
        (_, Value::String(text)) => leaf(xml, name, text),
        (_, value) => leaf(xml, name, &value.to_string()),
    }
}
