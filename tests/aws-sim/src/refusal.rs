//! Why a service does not do what it is asked.

use axum::http::StatusCode;
use serde_json::Value;

use crate::document::Document;

/// What a service answers with instead of a result.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) reason: Reason,
    pub(crate) message: String,
    /// Further members of the error, for those that have them.
    pub(crate) members: Document,
}

/// What kind of error it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// An error of the service's model, by the name of its shape. Its code on the wire may be another.
    Modelled(String),
    /// An error that every operation may answer with, which no model lists: code on the wire, and status.
    Common(&'static str, StatusCode),
}

impl Refusal {
    /// An error of the service's model, by the name of its shape.
    pub(crate) fn new(shape: impl Into<String>, message: impl Into<String>) -> Self {
        Self { reason: Reason::Modelled(shape.into()), message: message.into(), members: Document::new() }
    }

    /// An error that every operation may answer with.
    pub(crate) fn common(code: &'static str, status: StatusCode, message: impl Into<String>) -> Self {
        Self { reason: Reason::Common(code, status), message: message.into(), members: Document::new() }
    }

    /// A value that makes no sense. Query services have it without listing it in their models.
    pub(crate) fn invalid_value(message: impl Into<String>) -> Self {
        Self::common("InvalidParameterValue", StatusCode::BAD_REQUEST, message)
    }

    /// Values that make no sense together. Query services have it without listing it in their models.
    pub(crate) fn invalid_combination(message: impl Into<String>) -> Self {
        Self::common("InvalidParameterCombination", StatusCode::BAD_REQUEST, message)
    }

    /// The same with one more member.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.set(name, value);
        self
    }
}
