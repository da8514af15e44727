//! What an operation answers when it does what it was asked.

use std::fmt;

use axum::http::StatusCode;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::openapi::header::{Header, Presence};

/// Gives the schema of a type, by reference to the schemas of the document.
pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// One status an operation answers with.
pub(crate) struct Reply {
    pub(super) status: StatusCode,
    about: &'static str,
    body: Option<Content>,
    headers: Vec<(Header, Presence)>,
    delivery: Delivery,
}

/// Whether the answer is also there piece by piece.
#[derive(Clone, Copy)]
enum Delivery {
    Whole,
    /// As server-sent events, for a client that accepts `text/event-stream`.
    OrStreamed,
}

#[derive(Clone, Copy)]
enum Content {
    Json(SchemaOf),
    /// Text of this type.
    Text(&'static str),
}

impl Reply {
    pub(crate) fn json<T: JsonSchema>(status: StatusCode, about: &'static str) -> Self {
        Self::json_of(status, about, |generator| generator.subschema_for::<T>())
    }

    /// An answer whose schema is not that of one type.
    pub(crate) fn json_of(status: StatusCode, about: &'static str, schema: SchemaOf) -> Self {
        Self { body: Some(Content::Json(schema)), ..Self::empty(status, about) }
    }

    /// A text of some type, such as `text/html`.
    pub(crate) fn text(media: &'static str, about: &'static str) -> Self {
        Self { body: Some(Content::Text(media)), ..Self::empty(StatusCode::OK, about) }
    }

    pub(crate) fn empty(status: StatusCode, about: &'static str) -> Self {
        Self { status, about, body: None, headers: Vec::new(), delivery: Delivery::Whole }
    }

    /// The same as server-sent events, for a client that accepts them.
    pub(crate) fn or_streamed(self) -> Self {
        Self { delivery: Delivery::OrStreamed, ..self }
    }

    /// Adds a header that is always there.
    pub(crate) fn with(self, header: Header) -> Self {
        self.with_header(header, Presence::Always)
    }

    /// Adds a header that may be left out.
    pub(crate) fn may_have(self, header: Header) -> Self {
        self.with_header(header, Presence::Sometimes)
    }

    pub(super) fn with_header(mut self, header: Header, presence: Presence) -> Self {
        self.headers.push((header, presence));
        self
    }

    pub(super) fn describe(&self, generator: &mut SchemaGenerator) -> Value {
        let headers: Map<String, Value> = self
            .headers
            .iter()
            .map(|(header, presence)| (header.name().to_owned(), header.describe(*presence)))
            .collect();
        let mut reply = json!({"description": self.about, "headers": headers});
        match self.body {
            None => {}
            Some(Content::Json(schema)) => {
                reply["content"] = json!({"application/json": {"schema": schema(generator)}});
            }
            Some(Content::Text(media)) => {
                reply["content"][media] = json!({"schema": {"type": "string"}});
            }
        }
        match self.delivery {
            Delivery::Whole => {}
            Delivery::OrStreamed => {
                reply["content"]["text/event-stream"] = json!({"schema": {"type": "string"}});
            }
        }
        reply
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Reply").field("status", &self.status).finish_non_exhaustive()
    }
}
