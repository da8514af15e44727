//! Objects under management.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sparki_core::{Dynamic, ErasedResource, JsonError, UpgradeError};

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
    /// The document is about another type.
    #[error("the document is a {found}, and a {wanted} is wanted")]
    Mismatch {
        /// What it is.
        found: String,
        /// What was asked for.
        wanted: String,
    },
    /// The state is of a version that cannot be read, or does not fit its definition.
    #[error("the stored state cannot be read")]
    State(#[source] UpgradeError),
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

    /// Reads a document that [`Object::to_json`] wrote, in this version or an earlier one.
    ///
    /// # Errors
    /// [`StoredError`] if the document is about something else.
    pub fn from_json(resource: &dyn ErasedResource, document: Json) -> Result<Self, StoredError> {
        let stored: Stored = serde_json::from_value(document).map_err(StoredError::Malformed)?;
        if stored.r#type != resource.type_name() {
            return Err(StoredError::Mismatch {
                found: stored.r#type,
                wanted: resource.type_name().to_owned(),
            });
        }
        let state = resource.upgrade(stored.schema_version, &stored.state).map_err(StoredError::State)?;
        let private = stored.private.map(|private| private.to_string().into_bytes()).unwrap_or_default();
        Ok(Self { state, private })
    }
}
