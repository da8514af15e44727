//! Changes of an object that follow from a change of something else.

use serde_json::Value;

use crate::{
    audit::{self, Entry},
    database::{Connection, Statement},
    document::{Document, merge::changed_fields},
    http::{
        answer::Answer,
        problem::{Code, Problem},
    },
    object::{
        Shape,
        store::{self, Record},
        write::{render, text_field},
    },
};

/// Fields that an object is to have.
#[derive(Debug)]
pub(crate) struct Rewriting<'a> {
    /// What the audit log is told: by whom, at least.
    pub(crate) entry: Entry,
    pub(crate) shape: &'static Shape,
    pub(crate) id: &'a str,
    pub(crate) fields: Document,
    pub(crate) now: &'a str,
}

/// Writes the fields as a new version of the object, if any of them differs. Whether the caller may is not asked here.
///
/// # Errors
///
/// Fails if there is no such object, or the database refuses.
pub(crate) async fn rewrite(
    connection: &mut Connection,
    rewriting: Rewriting<'_>,
) -> Result<Answer, Problem> {
    let Rewriting { entry, shape, id, fields, now } = rewriting;
    let mut query = Statement::new("SELECT document, version, ");
    query.push(shape.workspace_column).push(" FROM ").push(shape.table).push(" WHERE id = ").push_bind(id);
    let row: Option<(String, i64, String)> = query.fetch_optional(&mut *connection).await?;
    let (text, version, workspace_id) = row.ok_or_else(|| Problem::not_found(shape.kind))?;
    let before: Document = serde_json::from_str(&text)
        .map_err(|_| Problem::new(Code::Internal, "A stored object could not be read."))?;
    let mut document = before.clone();
    document.extend(fields);
    if changed_fields(&before, &document).is_empty() {
        let (_, etag) = render(&document, version);
        let revision = Some(audit::revision(connection).await?);
        return Ok(Answer { body: Some(text), etag: Some(etag), revision, ..Answer::default() });
    }

    document.insert("updated_at".to_owned(), Value::from(now));
    let version = version + 1;
    let (text, etag) = render(&document, version);
    let record = Record {
        id,
        workspace_id: &workspace_id,
        key: text_field(&document, shape.key),
        document: &text,
        etag: &etag,
        version,
        updated_at: now,
    };
    store::update(connection, shape, &record).await?;
    let entry = entry.of(&workspace_id, id, version).with_diff(&before, &document);
    let revision = Some(audit::append(connection, entry, now).await?);
    Ok(Answer { body: Some(text), etag: Some(etag), revision, ..Answer::default() })
}
