//! Answers as they come from the wire, before anybody believes them.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::error::Cause;
use crate::redact::Redactor;
use crate::response::{self, Response};

/// Largest answer that is read, in bytes: a page of 200 large objects is far below.
pub(crate) const LARGEST_ANSWER: usize = 16 * 1024 * 1024;

/// An answer, just read.
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// The answer itself, if it is a stream of events that goes on.
    pub(crate) open: Option<reqwest::Response>,
}

/// An answer, with what is needed to speak about it.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// The answer itself, if it is a stream of events that goes on.
    pub(crate) open: Option<reqwest::Response>,
    /// The id under which the control plane logged the request, or under which it was sent.
    pub(crate) correlation_id: String,
    /// How often the request was sent.
    pub(crate) attempts: u32,
    /// Knows what must not be shown if the body turns out to be foreign.
    pub(crate) redactor: Redactor,
}

/// What happened at the end of an error's chain. The library's own words are long and carry the URL.
pub(crate) fn deepest(error: &reqwest::Error) -> String {
    let mut deepest: &dyn std::error::Error = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

/// Why no complete answer was read.
pub(crate) enum ReadError {
    /// The connection failed underneath.
    Broken(reqwest::Error),
    /// It is larger than [`LARGEST_ANSWER`].
    TooLarge,
}

/// Reads a body up to [`LARGEST_ANSWER`].
pub(crate) async fn read_body(mut answer: reqwest::Response) -> Result<Vec<u8>, ReadError> {
    let announced = answer.content_length().unwrap_or(0);
    if announced > LARGEST_ANSWER as u64 {
        return Err(ReadError::TooLarge);
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(ReadError::Broken)? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(ReadError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

pub(crate) fn content_type(headers: &HeaderMap) -> String {
    response::header(headers, CONTENT_TYPE.as_str()).unwrap_or("no content type").to_owned()
}

impl Answer {
    /// Decodes a good answer; an empty body counts as `null`.
    pub(crate) fn decode<T: DeserializeOwned>(self) -> Result<Response<T>, Cause> {
        let body: &[u8] = if self.body.is_empty() { b"null" } else { &self.body };
        match serde_json::from_slice(body) {
            Ok(value) => Ok(Response {
                value,
                etag: response::etag(&self.headers),
                correlation_id: Some(self.correlation_id),
                revision: response::revision(&self.headers),
                location: response::location(&self.headers),
                attempts: self.attempts,
            }),
            Err(error) => Err(self.unexpected(mismatch(&error))),
        }
    }

    /// The error for an answer outside the contract.
    pub(crate) fn unexpected(&self, reason: impl Into<String>) -> Cause {
        Cause::Unexpected {
            status: self.status,
            content_type: content_type(&self.headers),
            reason: reason.into(),
            snippet: self.redactor.snippet(&self.body),
        }
    }
}

/// Says where a body departs from what was expected, without quoting values, which may be secret.
fn mismatch(error: &serde_json::Error) -> String {
    let place = format!("line {} column {}", error.line(), error.column());
    let text = error.to_string();
    let said = match error.classify() {
        serde_json::error::Category::Eof => "the JSON is truncated".to_owned(),
        serde_json::error::Category::Syntax => "it is not JSON".to_owned(),
        serde_json::error::Category::Io => "it cannot be read".to_owned(),
        serde_json::error::Category::Data => {
            let names_field = ["missing field `", "unknown field `", "duplicate field `"];
            let end = text.rfind(" at line ").unwrap_or(text.len());
            if names_field.iter().any(|beginning| text.starts_with(beginning)) {
                let end = text.find(", expected").unwrap_or(end);
                text[..end].to_owned()
            } else {
                match text.rfind(", expected ") {
                    Some(start) if start < end => format!("a value has the wrong type{}", &text[start..end]),
                    _ => "a value has the wrong form".to_owned(),
                }
            }
        }
    };
    format!("{said} ({place})")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only decoding is looked at")]
    struct Thing {
        id: String,
        count: u32,
    }

    fn check_decode(body: &str, expected: &str) {
        let answer = Answer {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: body.as_bytes().to_vec(),
            open: None,
            correlation_id: "c-1".into(),
            attempts: 1,
            redactor: Redactor::default(),
        };
        let error = answer.decode::<Thing>().map(|_| ()).expect_err("the body does not fit");
        let expected = format!(
            "the control plane answered 200 with no content type, which is not its contract: {expected}"
        );
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn a_body_that_does_not_fit_is_described_without_its_values() {
        check_decode(
            r#"{"id":"hunter2","count":"hunter2"}"#,
            r#"a value has the wrong type, expected u32 (line 1 column 33); it begins {"id":"…","count":"…"}"#,
        );
        check_decode(
            r#"{"id":"hunter2""#,
            r#"the JSON is truncated (line 1 column 15); it begins {"id":"…""#,
        );
        check_decode(
            r#"{"id":"hunter2"}"#,
            r#"missing field `count` (line 1 column 16); it begins {"id":"…"}"#,
        );
        check_decode("<p>Welcome</p>", "it is not JSON (line 1 column 1); it begins Welcome");
        check_decode("", "a value has the wrong type, expected struct Thing (line 1 column 4)");
    }

    #[test]
    fn an_empty_body_is_null() {
        let answer = Answer {
            status: StatusCode::NO_CONTENT,
            headers: HeaderMap::new(),
            body: Vec::new(),
            open: None,
            correlation_id: "c-1".into(),
            attempts: 1,
            redactor: Redactor::default(),
        };
        assert!(
            answer.decode::<Option<BTreeMap<String, String>>>().is_ok_and(|answer| answer.value.is_none())
        );
    }
}
