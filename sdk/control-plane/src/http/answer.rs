//! Answers: an object as stored, with the headers the contract attaches to it.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

pub(crate) const REVISION: HeaderName = HeaderName::from_static("sparki-revision");
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Option<String>,
    pub(crate) etag: Option<String>,
    pub(crate) revision: Option<i64>,
    pub(crate) location: Option<String>,
    pub(crate) origin: Freshness,
    pub(crate) keeping: Keeping,
}

/// Whether an answer was worked out for this request or kept from an earlier one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Freshness {
    #[default]
    Fresh,
    Replayed,
}

/// Whether whoever passes an answer on may keep it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Keeping {
    #[default]
    Allowed,
    /// There is a secret in it.
    Forbidden,
}

impl Answer {
    /// Shows a value.
    pub(crate) fn of<T: Serialize>(value: &T) -> Self {
        Self::json(serde_json::to_string(value).expect("what is shown has text for keys"))
    }

    pub(crate) fn json(body: String) -> Self {
        Self { body: Some(body), ..Self::default() }
    }

    pub(crate) fn empty(status: StatusCode) -> Self {
        Self { status, ..Self::default() }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        let headers = response.headers_mut();
        // Everything below was made by this server from ASCII; what is not a header value is left out.
        let mut set = |name: HeaderName, value: Option<String>| {
            if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
                headers.insert(name, value);
            }
        };
        set(header::ETAG, self.etag);
        set(header::LOCATION, self.location);
        set(REVISION, self.revision.map(|revision| revision.to_string()));
        if self.origin == Freshness::Replayed {
            set(REPLAYED, Some("true".to_owned()));
        }
        if self.keeping == Keeping::Forbidden {
            set(header::CACHE_CONTROL, Some("no-store".to_owned()));
        }
        if let Some(body) = self.body {
            set(header::CONTENT_TYPE, Some("application/json".to_owned()));
            *response.body_mut() = body.into();
        }
        response
    }
}
