//! Listing objects, page by page.

use serde_json::Value;

use crate::{
    http::{
        answer::Answer,
        page::{Page, Position, fitting},
        problem::Problem,
    },
    object::{
        Call, Shape,
        id::Id,
        store::{self, Filter, Row},
    },
};

pub(crate) async fn list(shape: &Shape, call: Call) -> Result<Answer, Problem> {
    let Call { app, caller, mut query, .. } = call;
    let page = Page::take(&mut query, app.settings.page_size_max)?;
    let mut filter = Filter { page, fields: Vec::new(), labels: query.take_prefixed("label.")? };
    for field in shape.filters {
        filter.fields.extend(query.take(field)?.map(|value| (*field, spelled(field, value))));
    }
    query.finish()?;

    let rows = store::page(&app.database, shape, &caller, &filter).await?;
    let shown = &rows[..fitting(rows.iter().map(Row::size)).min(filter.page.limit as usize)];
    let next = match shown.last() {
        Some(last) if rows.len() > shown.len() => {
            Value::from(Position { created_at: last.created_at.clone(), id: last.id.clone() }.encode())
        }
        Some(_) | None => Value::Null,
    };
    // Documents are stored as they are answered; parsing them here would only cost time.
    let documents: Vec<&str> = shown.iter().map(|row| row.document.as_str()).collect();
    Ok(Answer::json(format!(r#"{{"data":[{}],"next_cursor":{next}}}"#, documents.join(","))))
}

/// A value to filter by: ids may be written as they are when objects are read.
fn spelled(field: &str, value: String) -> String {
    let id = if field.ends_with("_id") { Id::<()>::parse(&value) } else { None };
    id.map_or(value, |id| id.to_string())
}
