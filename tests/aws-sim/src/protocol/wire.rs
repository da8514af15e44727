//! Requests and answers as they come and go.

use axum::{
    body::Bytes,
    http::{HeaderMap, Method, StatusCode},
};

/// A request whose body is here whole.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// As it came, so with everything escaped that was.
    pub(crate) path: String,
    /// Without the question mark; may be empty.
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}
