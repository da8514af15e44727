//! Reading one object.

use axum::http::{StatusCode, header};

use crate::{
    http::{
        answer::Answer,
        etag,
        problem::{Code, Problem},
    },
    object::{
        Call, Shape,
        id::Id,
        store::{self, Row},
        write::authorise,
    },
};

pub(crate) async fn read(shape: &Shape, call: Call, id: &str) -> Result<Answer, Problem> {
    let Call { app, caller, headers, query } = call;
    query.finish()?;
    let id = known_form(shape, id)?;
    let row = store::find(app.database.reader(), shape, &caller, &id).await?;
    let row = present(shape, row)?;
    authorise(&caller, &row, &shape.permission("read"))?;
    let unchanged = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| etag::none_match_covers(value, &row.etag));
    let answer = if unchanged { Answer::empty(StatusCode::NOT_MODIFIED) } else { Answer::json(row.document) };
    Ok(Answer { etag: Some(row.etag), ..answer })
}

/// An id in its one spelling; what is no id at all names nothing.
pub(crate) fn known_form(shape: &Shape, id: &str) -> Result<String, Problem> {
    Id::<()>::parse(id).map(|id| id.to_string()).ok_or_else(|| Problem::not_found(shape.kind))
}

/// 404 for an object that is not there, 410 for one that was archived.
pub(crate) fn present(shape: &Shape, row: Option<Row>) -> Result<Row, Problem> {
    let row = row.ok_or_else(|| Problem::not_found(shape.kind))?;
    if row.archived_at.is_some() {
        let detail = format!("This {} was archived.", shape.kind.replace('_', " "));
        return Err(Problem::new(Code::Gone, detail).in_workspace(&row.workspace_id));
    }
    Ok(row)
}
