//! Good answers.

use std::fmt;

use http::HeaderMap;
use http::header::{ETAG, LOCATION};
use serde::{Deserialize, Serialize};

/// A good answer: the value and what came with it. `Debug` does not show the value.
#[derive(Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// The decoded body.
    pub value: T,
    /// Version of the object, for a later `If-Match`.
    pub etag: Option<ETag>,
    /// The id under which the control plane logged the request.
    pub correlation_id: Option<String>,
    /// `Sparki-Revision`: how far the control plane had come after this mutation.
    pub revision: Option<u64>,
    /// `Location`: path of what was created, or of the operation in which work on it goes on.
    pub location: Option<String>,
    /// How often the request was sent until it was answered well.
    pub attempts: u32,
}

impl<T> Response<T> {
    /// Converts the value and keeps the rest.
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            value: convert(self.value),
            etag: self.etag,
            correlation_id: self.correlation_id,
            revision: self.revision,
            location: self.location,
            attempts: self.attempts,
        }
    }
}

impl<T> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("etag", &self.etag)
            .field("correlation_id", &self.correlation_id)
            .field("revision", &self.revision)
            .finish_non_exhaustive()
    }
}

/// The version of an object, with its quotation marks, as the control plane sent it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ETag(String);

impl ETag {
    /// Returns the version as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for ETag {
    fn from(etag: String) -> Self {
        Self(etag)
    }
}

impl From<&str> for ETag {
    fn from(etag: &str) -> Self {
        Self(etag.to_owned())
    }
}

impl From<&ETag> for ETag {
    fn from(etag: &ETag) -> Self {
        etag.clone()
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub(crate) fn etag(headers: &HeaderMap) -> Option<ETag> {
    header(headers, ETAG.as_str()).map(ETag::from)
}

pub(crate) fn correlation_id(headers: &HeaderMap) -> Option<String> {
    header(headers, "x-correlation-id").map(str::to_owned)
}

pub(crate) fn revision(headers: &HeaderMap) -> Option<u64> {
    header(headers, "sparki-revision")?.trim().parse().ok()
}

pub(crate) fn location(headers: &HeaderMap) -> Option<String> {
    header(headers, LOCATION.as_str()).map(str::to_owned)
}

pub(crate) fn header<'headers>(headers: &'headers HeaderMap, name: &str) -> Option<&'headers str> {
    headers.get(name)?.to_str().ok()
}
