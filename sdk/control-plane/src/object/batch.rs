//! Reading up to two hundred objects of any kind in one request.

use std::collections::HashMap;

use axum::{
    body::Body,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use crate::{
    auth::guard::Cost,
    document::{Document, Fields, fields::Errors},
    http::{answer::Answer, body::read_object, etag, limit::TENTH, page::LARGEST, problem::Problem},
    kinds::KINDS,
    object::{
        Call, Shape,
        id::Id,
        store::{self, Row},
    },
    openapi::{Heading, Operation, Place, Reply, Request, Verb},
};

/// Most items in a batch; the contract's number.
const MOST: usize = 200;

struct Item {
    /// The kind as the client wrote it; it is echoed.
    kind: String,
    shape: Option<&'static Shape>,
    /// The id as the client wrote it; it is echoed.
    asked: String,
    id: String,
    if_none_match: Option<String>,
}

pub(crate) fn operation() -> Operation {
    Operation::new(
        Heading {
            place: Place::Guarded,
            method: Verb::Post,
            path: "/resources:batchGet".into(),
            id: "batchGetResources".into(),
            tag: "resources",
            summary: "Reads up to 200 objects of any kind".into(),
            about: "Each item is answered with a status of its own, in the same order: 200, 304 if the version in \
                    `if_none_match` still holds, 403 or 404. An item counts a tenth of a request. Objects that are more than 8 MiB \
                    together are refused with 413: ask for fewer at once."
                .into(),
        },
        serve,
    )
    .changes_nothing()
    .reads(Request::json(|fields| {
        read_items(fields);
    }))
    .answers(Reply::json_of(StatusCode::OK, "The items.", answered))
}

/// The schema of the answer.
fn answered(generator: &mut SchemaGenerator) -> Schema {
    let mut resources: Vec<Schema> = KINDS.iter().map(|kind| (kind.schema)(generator)).collect();
    resources.push(json_schema!({"type": "null"}));
    let item = json!({
        "type": "object",
        "properties": {
            "kind": {"type": "string", "description": "Kind, as it was asked for."},
            "id": {"type": "string", "description": "Identifier, as it was asked for."},
            "status": {"enum": [200, 304, 403, 404], "description": "What reading the object alone would answer with."},
            "etag": {"type": ["string", "null"], "description": "Strong tag of the version; null with 403 and 404."},
            "resource": {"anyOf": resources, "description": "The object; null unless the status is 200."},
        },
        "required": ["kind", "id", "status", "etag", "resource"],
    });
    json_schema!({
        "type": "object",
        "properties": {"data": {"type": "array", "items": item, "description": "The items, in the order they were asked for."}},
        "required": ["data"],
    })
}

async fn serve(call: Call, body: Body) -> Response {
    let result = async {
        let body = read_object(&call.headers, body).await?;
        batch(call, body).await
    };
    match result.await {
        Ok((answer, items)) => {
            let mut response = answer.into_response();
            let tenths = TENTH * u64::try_from(items.max(1)).unwrap_or(u64::MAX);
            response.extensions_mut().insert(Cost(tenths));
            response
        }
        Err(problem) => problem.into_response(),
    }
}

/// Answers with the items, and how many there were.
async fn batch(call: Call, body: Document) -> Result<(Answer, usize), Problem> {
    let Call { app, caller, query, .. } = call;
    query.finish()?;
    let mut errors = Errors::default();
    let items = Fields::read(body, "", &mut errors, read_items);
    errors.into_result()?;

    let mut found: HashMap<(&str, String), Row> = HashMap::new();
    let mut room = LARGEST;
    for shape in KINDS.iter().map(|kind| kind.shape) {
        let ids: Vec<&str> =
            items.iter().filter(|item| item.is(shape)).map(|item| item.id.as_str()).collect();
        if !ids.is_empty() {
            let (rows, size) = store::find_many(app.database.reader(), shape, &caller, &ids).await?;
            room = room.checked_sub(size).ok_or_else(too_large)?;
            found.extend(rows.into_iter().map(|row| ((shape.kind, row.id.clone()), row)));
        }
    }

    let may_read = |row: &Row, shape: Option<&Shape>| {
        shape.is_some_and(|shape| caller.access.allows(&shape.permission("read"), &row.scope()))
    };
    let mut taken = 0;
    let data: Vec<String> = items
        .iter()
        .map(|item| {
            let row = item.shape.and_then(|shape| found.get(&(shape.kind, item.id.clone())));
            let (status, etag, resource) = match row {
                None => (404, Value::Null, "null"),
                Some(row) if !may_read(row, item.shape) => (403, Value::Null, "null"),
                Some(row) => match &item.if_none_match {
                    Some(tags) if etag::none_match_covers(tags, &row.etag) => (304, json!(row.etag), "null"),
                    Some(_) | None => (200, json!(row.etag), row.document.as_str()),
                },
            };
            taken += resource.len();
            if taken > LARGEST {
                return Err(too_large());
            }
            let (kind, id) = (json!(item.kind), json!(item.asked));
            Ok(format!(
                r#"{{"kind":{kind},"id":{id},"status":{status},"etag":{etag},"resource":{resource}}}"#
            ))
        })
        .collect::<Result<_, _>>()?;
    Ok((Answer::json(format!(r#"{{"data":[{}]}}"#, data.join(","))), items.len()))
}

fn too_large() -> Problem {
    let detail = format!("The objects are larger than {} bytes together. Ask for fewer at once.", LARGEST);
    Problem::malformed(detail).with_status(StatusCode::PAYLOAD_TOO_LARGE)
}

fn read_items(fields: &mut Fields<'_>) -> Vec<Item> {
    let names = |shape: &Shape| [shape.kind, shape.collection];
    let mut kinds: Vec<&str> = KINDS.iter().flat_map(|kind| names(kind.shape)).collect();
    kinds.sort_unstable();
    kinds.dedup();
    fields.explain("items", "What is to be read.");
    fields.required_objects("items", 0..=MOST, |item| {
        item.explain("kind", "Kind of the object, as in answers or as in paths.");
        item.explain("id", "Identifier of the object.");
        item.explain("if_none_match", "ETags of versions that the caller has; weak ones will do.");
        let kind = item.required_word("kind", &kinds);
        let shape = KINDS.iter().map(|known| known.shape).find(|shape| names(shape).contains(&kind.as_str()));
        let asked = item.required_text("id", 255);
        // What is no id names nothing, and is answered as such: 404.
        let id = Id::<()>::parse(&asked).map_or_else(|| asked.clone(), |id| id.to_string());
        Item { kind, shape, asked, id, if_none_match: item.text("if_none_match", 1000) }
    })
}

impl Item {
    fn is(&self, shape: &Shape) -> bool {
        self.shape.is_some_and(|own| own.kind == shape.kind)
    }
}
