//! The steps that creating and changing share.

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    auth::Caller,
    document::{Document, Fields, canonical, fields::Errors},
    http::{
        answer::{Answer, Keeping},
        etag,
        problem::{Code, Problem},
    },
    object::{Earlier, Object, Shape, store::Row},
};

/// Fields of every object that only the server writes.
pub(crate) const COMMON_COMPUTED: [&str; 3] = ["id", "created_at", "updated_at"];
const LONGEST_LABEL: usize = 255;

/// Reads a whole body: the labels every object has, and what the kind adds.
pub(crate) fn read_body<T: Object>(
    body: Document,
    earlier: Option<&Earlier<'_>>,
) -> Result<(T, Document), Problem> {
    let mut errors = Errors::default();
    let read = Fields::read(body, "", &mut errors, |fields| read_fields::<T>(fields, earlier));
    errors.into_result()?;
    Ok(read)
}

/// Takes the fields out of a body that every object has, and those of the kind.
pub(crate) fn read_fields<T: Object>(
    fields: &mut Fields<'_>,
    earlier: Option<&Earlier<'_>>,
) -> (T, Document) {
    for name in COMMON_COMPUTED.iter().chain(T::SHAPE.computed) {
        if fields.value(name).is_some() {
            fields.error(name, "read_only", format!("{name:?} is set by the server."));
        }
    }
    let labels = fields.short_text_map("labels", LONGEST_LABEL).unwrap_or_default();
    (T::read(fields, earlier), labels)
}

/// The common fields that only the server writes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamps<'a> {
    pub(crate) id: &'a str,
    pub(crate) created_at: &'a str,
    pub(crate) updated_at: &'a str,
}

/// The object as it is answered.
pub(crate) fn assemble<T: Serialize>(
    object: &T,
    labels: Document,
    stamps: &Stamps<'_>,
) -> Result<Document, Problem> {
    let Ok(Value::Object(mut document)) = serde_json::to_value(object) else {
        return Err(Problem::new(Code::Internal, "The object could not be written."));
    };
    document.insert("id".to_owned(), json!(stamps.id));
    document.insert("labels".to_owned(), Value::Object(labels));
    document.insert("created_at".to_owned(), json!(stamps.created_at));
    document.insert("updated_at".to_owned(), json!(stamps.updated_at));
    Ok(document)
}

/// The text that is stored and answered, with its tag.
pub(crate) fn render(document: &Document, version: i64) -> (String, String) {
    let text = canonical::text(&Value::Object(document.clone()));
    let etag = etag::mint(version, &text);
    (text, etag)
}

/// Adds secrets to an answer that the stored object does not have.
pub(crate) fn with_secrets(answer: Answer, fields: Document) -> Answer {
    let mut document: Document =
        answer.body.as_deref().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default();
    document.extend(fields);
    let body = Some(canonical::text(&Value::Object(document)));
    Answer { body, keeping: Keeping::Forbidden, ..answer }
}

/// The text in a field the shape says is a text.
pub(crate) fn text_field<'a>(document: &'a Document, name: &str) -> &'a str {
    document.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Refuses a caller who does not have a permission where the object is.
pub(crate) fn authorise(caller: &Caller, row: &Row, permission: &str) -> Result<(), Problem> {
    caller.access.require(permission, &row.scope())
}

/// The refusal of a name that is taken. Says by which object, if that is one the caller knows of.
pub(crate) fn already_exists(shape: &Shape, key: &str, existing_id: Option<String>) -> Problem {
    let problem = Problem::new(
        Code::AlreadyExists,
        format!("There already is a {} with the {} {key:?}.", shape.kind.replace('_', " "), shape.key),
    );
    match existing_id {
        Some(id) => problem.with("existing_id", id),
        None => problem,
    }
}
