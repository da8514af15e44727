//! Parameters in paths, queries and headers.

use serde_json::{Value, json};

use crate::http::page::{DEFAULT, MOST};

/// A text without NUL, which databases do not keep.
pub(crate) fn text() -> Value {
    json!({"type": "string", "pattern": "^[^\\u0000]*$"})
}

/// A parameter of an operation.
#[derive(Debug, Clone)]
pub(crate) struct Parameter(Value);

impl Parameter {
    /// A part of the path; all of them are ids.
    pub(super) fn path(name: &str) -> Self {
        let about = "Identifier that the object got from the server.";
        Self(json!({
            "in": "path", "name": name, "required": true, "description": about,
            "schema": {"type": "string", "format": "uuid"},
        }))
    }

    pub(crate) fn query(name: &str, about: &str, schema: Value) -> Self {
        Self(json!({"in": "query", "name": name, "required": false, "description": about, "schema": schema}))
    }

    /// A parameter that is any text.
    pub(crate) fn text(name: &str, about: &str) -> Self {
        Self::query(name, about, text())
    }

    /// A parameter that is one of a few words, of which the first is the default.
    pub(crate) fn choice(name: &str, about: &str, words: &[&str]) -> Self {
        Self::query(name, about, json!({"type": "string", "enum": words, "default": words.first()}))
    }

    pub(crate) fn header(name: &str, about: &str, schema: Value) -> Self {
        Self(json!({"in": "header", "name": name, "required": false, "description": about, "schema": schema}))
    }

    pub(crate) fn required(mut self) -> Self {
        self.0["required"] = json!(true);
        self
    }

    pub(crate) fn limit() -> Self {
        let schema = json!({"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT});
        Self::query("limit", "Most objects that the page may hold; the server may put fewer on it.", schema)
    }

    pub(crate) fn cursor() -> Self {
        let about = "Where the page begins: the `next_cursor` of the page before, unchanged.";
        Self::query("cursor", about, text())
    }

    /// Any number of parameters `label.<key>`.
    pub(crate) fn labels() -> Self {
        let about = "Narrows the list to objects with this label: `label.team=platform`. May be given for several keys.";
        let schema = json!({
            "type": "object", "patternProperties": {"^label\\.[^\\u0000]*$": text()}, "additionalProperties": false,
        });
        let Self(mut parameter) = Self::query("labels", about, schema);
        parameter["style"] = json!("form");
        parameter["explode"] = json!(true);
        Self(parameter)
    }

    pub(super) fn describe(&self) -> Value {
        self.0.clone()
    }
}
