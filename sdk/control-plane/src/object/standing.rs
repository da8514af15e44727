//! Objects as work in the background finds and changes them: nobody asks, so nobody's rights are looked at.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;

use crate::{
    audit::{self, Actor, Entry},
    database::Connection,
    document::Document,
    events::{self, Event},
    http::problem::Problem,
    object::{
        Object,
        store::{self, Record},
        write::{Stamps, assemble, render, text_field},
    },
};

/// A stored object, read whole.
#[derive(Debug)]
pub(crate) struct Standing<T> {
    pub(crate) id: String,
    pub(crate) workspace_id: String,
    pub(crate) object: T,
    version: i64,
    created_at: String,
    document: Document,
}

/// Who changes an object, what has happened to it, and when it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Revision<'a> {
    pub(crate) actor: &'a Actor,
    /// A participle, such as `started`: what the audit log and the event call it.
    pub(crate) happened: &'a str,
    pub(crate) now: &'a str,
}

impl<T: Object + DeserializeOwned> Standing<T> {
    /// The object of this id, unless it is gone.
    pub(crate) async fn find(connection: &mut Connection, id: &str) -> Result<Option<Self>, Problem> {
        let shape = T::SHAPE;
        let sql = format!(
            "SELECT {}, document, version, created_at FROM {} WHERE id = $1 AND archived_at IS NULL",
            shape.workspace_column, shape.table
        );
        let row: Option<(String, String, i64, String)> =
            sqlx::query_as(AssertSqlSafe(sql)).bind(id).fetch_optional(connection).await?;
        let Some((workspace_id, text, version, created_at)) = row else { return Ok(None) };
        let read = serde_json::from_str(&text).and_then(|object| Ok((object, serde_json::from_str(&text)?)));
        let (object, document) = read.map_err(|error| sqlx::Error::Decode(error.into()))?;
        Ok(Some(Self { id: id.to_owned(), workspace_id, object, version, created_at, document }))
    }

    /// Whether a field had this text before what is about to be written.
    pub(crate) fn was(&self, name: &str, text: &str) -> bool {
        self.document.get(name).and_then(Value::as_str) == Some(text)
    }

    /// Whether a field had a value before what is about to be written.
    pub(crate) fn had(&self, name: &str) -> bool {
        self.document.get(name).is_some_and(|value| !value.is_null())
    }

    /// Writes the object as it has become, with its line in the audit log and its event; has to run in a turn.
    pub(crate) async fn write(
        &mut self,
        connection: &mut Connection,
        revision: &Revision<'_>,
    ) -> Result<i64, Problem> {
        let Revision { actor, happened, now } = *revision;
        let labels = match self.document.get("labels") {
            Some(Value::Object(labels)) => labels.clone(),
            Some(_) | None => Document::new(),
        };
        let stamps = Stamps { id: &self.id, created_at: &self.created_at, updated_at: now };
        let document = assemble(&self.object, labels, &stamps)?;
        self.version += 1;
        let (text, etag) = render(&document, self.version);
        let record = Record {
            id: &self.id,
            workspace_id: &self.workspace_id,
            key: text_field(&document, T::SHAPE.key),
            document: &text,
            etag: &etag,
            version: self.version,
            updated_at: now,
        };
        store::update(connection, T::SHAPE, &record).await?;
        let mut data = Document::new();
        data.insert("version".to_owned(), json!(self.version));
        data.insert("actor".to_owned(), json!(actor.name));
        data.insert("status".to_owned(), document.get("status").cloned().unwrap_or_default());
        data.extend(events::place(&document));
        let event = Event {
            workspace_id: self.workspace_id.clone(),
            name: format!("{}.{happened}", T::SHAPE.kind),
            resource_type: T::SHAPE.kind.to_owned(),
            resource_id: self.id.clone(),
            data,
        };
        events::append(connection, event, now).await?;
        let entry = Entry::event(T::SHAPE.kind, happened, "success")
            .by_actor(actor)
            .of(&self.workspace_id, &self.id, self.version)
            .with_diff(&self.document, &document);
        self.document = document;
        Ok(audit::append(connection, entry, now).await?)
    }
}

/// The part of a stored document that `T` is; tables are constants of this program.
pub(crate) async fn read_document<T: DeserializeOwned>(
    connection: &mut Connection,
    table: &'static str,
    id: &str,
) -> Result<Option<T>, Problem> {
    let sql = format!("SELECT document FROM {table} WHERE id = $1 AND archived_at IS NULL");
    let text: Option<String> =
        sqlx::query_scalar(AssertSqlSafe(sql)).bind(id).fetch_optional(connection).await?;
    let parsed = text.map(|text| serde_json::from_str(&text)).transpose();
    Ok(parsed.map_err(|error| sqlx::Error::Decode(error.into()))?)
}
