//! Objects under management.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sparki_core::{Dynamic, ErasedResource, JsonError, UnknownMembers};

/// A remote object under management: its state, and what is remembered besides.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// The state. Nothing in it is unknown, and nothing secret.
    pub state: Dynamic,
    /// What the resource remembers besides, such as the version that it saw last.
    pub private: Vec<u8>,
}

/// How an object is kept between runs.
#[derive(Serialize, Deserialize)]
struct Stored {
    r#type: String,
    schema_version: i64,
    state: Json,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    private: Option<Json>,
}

/// A stored object cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoredError {
    /// The document has not the form that [`Object::to_json`] writes.
    #[error("the document is no stored object")]
    Malformed(#[source] serde_json::Error),
    /// The document is about another type or another version of it.
    #[error("the document is a {found}, and a {wanted} is wanted")]
    Mismatch {
        /// What it is.
        found: String,
        /// What was asked for.
        wanted: String,
    },
    /// The state does not fit the definition.
    #[error("the stored state does not fit the definition")]
    State(#[source] JsonError),
}

impl Object {
    /// The document to keep between runs. Nothing in it is secret.
    ///
    /// # Errors
    /// [`JsonError`] if a value is not known, which the state of an object under management rules out.
    pub fn to_json(&self, resource: &dyn ErasedResource) -> Result<Json, JsonError> {
        let stored = Stored {
            r#type: resource.type_name().to_owned(),
            schema_version: resource.schema().version,
            state: self.state.to_json()?,
            private: serde_json::from_slice(&self.private).ok(),
        };
        Ok(serde_json::to_value(stored).expect("a struct of JSON values serialises"))
    }

    /// Reads a document that [`Object::to_json`] wrote.
    ///
    /// # Errors
    /// [`StoredError`] if the document is about something else.
    pub fn from_json(resource: &dyn ErasedResource, document: Json) -> Result<Self, StoredError> {
        let stored: Stored = serde_json::from_value(document).map_err(StoredError::Malformed)?;
        let schema = resource.schema();
        if stored.r#type != resource.type_name() || stored.schema_version != schema.version {
            return Err(StoredError::Mismatch {
                found: format!("{} of schema {}", stored.r#type, stored.schema_version),
                wanted: format!("{} of schema {}", resource.type_name(), schema.version),
            });
        }
        let state = Dynamic::from_json(&stored.state, &schema.object.ty(), UnknownMembers::Drop)
            .map_err(StoredError::State)?;
        let private = stored.private.map(|private| private.to_string().into_bytes()).unwrap_or_default();
        Ok(Self { state, private })
    }
}
