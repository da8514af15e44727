//! Reading up to two hundred objects of any kind in one request.

use std::collections::HashMap;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::{
    auth::guard::Cost,
    document::{Document, Fields, fields::Errors},
    http::{answer::Answer, body::read_object, etag, limit::TENTH, problem::Problem},
    object::{
        Call, Shape,
        id::Id,
        store::{self, Row},
    },
};

/// Most items in a batch; the contract's number.
const MOST: usize = 200;

struct Item {
    /// The kind as the client wrote it; it is echoed.
    kind: String,
    shape: Option<&'static Shape>,
    id: String,
    if_none_match: Option<String>,
}

pub(crate) async fn serve(call: Call, body: Body) -> Response {
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
    let shapes = &app.shapes;
    let items = read_items(shapes, body)?;

    let mut found: HashMap<(&str, String), Row> = HashMap::new();
    for shape in shapes {
        let ids: Vec<&str> =
            items.iter().filter(|item| item.is(shape)).map(|item| item.id.as_str()).collect();
        if !ids.is_empty() {
            for row in store::find_many(app.database.reader(), shape, &caller.user_id, &ids).await? {
                found.insert((shape.kind, row.id.clone()), row);
            }
        }
    }

    let data: Vec<String> = items
        .iter()
        .map(|item| {
            let row = item.shape.and_then(|shape| found.get(&(shape.kind, item.id.clone())));
            let (status, etag, resource) = match row {
                None => (404, Value::Null, "null"),
                Some(row) => match &item.if_none_match {
                    Some(tags) if etag::none_match_covers(tags, &row.etag) => (304, json!(row.etag), "null"),
                    Some(_) | None => (200, json!(row.etag), row.document.as_str()),
                },
            };
            let (kind, id) = (json!(item.kind), json!(item.id));
            format!(r#"{{"kind":{kind},"id":{id},"status":{status},"etag":{etag},"resource":{resource}}}"#)
        })
        .collect();
    Ok((Answer::json(format!(r#"{{"data":[{}]}}"#, data.join(","))), items.len()))
}

fn read_items(shapes: &[&'static Shape], body: Document) -> Result<Vec<Item>, Problem> {
    let mut errors = Errors::default();
    let items = Fields::read(body, "", &mut errors, |fields| {
        if !fields.is_present("items") {
            fields.missing("items");
        }
        let items = fields.objects("items", |item| {
            let kind = item.required_text("kind", 50);
            let shape = shapes.iter().copied().find(|shape| kind == shape.kind || kind == shape.collection);
            if shape.is_none() && !kind.is_empty() {
                let kinds: Vec<&str> = shapes.iter().map(|shape| shape.kind).collect();
                item.error("kind", "choice", format!("{kind:?} is not one of: {}.", kinds.join(", ")));
            }
            let id = item.required_text("id", 255);
            // What is no id names nothing, and is answered as such: 404.
            let id = Id::<()>::parse(&id).map_or(id, |id| id.to_string());
            Item { kind, shape, id, if_none_match: item.text("if_none_match", 1000) }
        });
        if items.len() > MOST {
            fields.error("items", "length", format!("A batch holds at most {MOST} items."));
        }
        items
    });
    errors.into_result()?;
    Ok(items)
}

impl Item {
    fn is(&self, shape: &Shape) -> bool {
        self.shape.is_some_and(|own| own.kind == shape.kind)
    }
}
