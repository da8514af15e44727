//! Requests as values: built in one function, sent by another.

use std::borrow::Cow;
use std::fmt;
use std::fmt::Write as _;

use http::Method;
use serde::Serialize;
use url::form_urlencoded;

use crate::idempotency::IdempotencyKey;
use crate::response::ETag;

/// One request to the control plane, not yet bound to a host.
///
/// Setters cannot fail; a fault such as an empty id is reported when the request is sent. `Debug` shows neither
/// the body nor values of the query.
///
/// # Example
///
/// ```
/// use serde_json::json;
/// use sparki_client::Request;
///
/// let request = Request::patch("/projects").segment("a b").if_match("\"3\"").json(&json!({"name": "Web"}));
/// assert_eq!(request.path_and_query(), "/projects/a%20b");
/// ```
#[derive(Clone)]
pub struct Request {
    method: Method,
    path: String,
    template: String,
    query: Vec<(Cow<'static, str>, String)>,
    body: Option<Vec<u8>>,
    content_type: ContentType,
    accept: Accept,
    last_event: Option<u64>,
    if_match: Option<ETag>,
    idempotency_key: Option<IdempotencyKey>,
    effect: Effect,
    fault: Option<RequestError>,
}

/// A request that cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// A path segment is empty, `.` or `..`, and would name another object.
    #[error("the request to {template} has the path segment {segment:?}")]
    Segment {
        /// The path so far, with `{}` for each segment.
        template: String,
        /// The segment.
        segment: String,
    },
    /// The body has no JSON form.
    #[error("the request to {template} has a body with no JSON form")]
    Body {
        /// The path so far, with `{}` for each segment.
        template: String,
    },
    /// A header holds a character that cannot be sent.
    #[error("the request to {template} has a {header} header that cannot be sent")]
    Header {
        /// The path, with `{}` for each segment.
        template: String,
        /// Name of the header.
        header: &'static str,
    },
    /// The path does not make a URL together with the endpoint.
    #[error("the request to {template} makes no URL")]
    Url {
        /// The path, with `{}` for each segment.
        template: String,
    },
}

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContentType {
    Json,
    Form,
}

/// How an answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accept {
    Json,
    /// As a stream of events, without end.
    Events,
}

/// What a request does on the other side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It changes nothing.
    Reads,
    /// It changes something.
    Mutates,
}

/// How soon an answer is to be expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// As soon as the control plane can.
    Prompt,
    /// When something happens, or when the time is over that the request names (`wait`).
    Waits,
}

/// Whether sending a request twice is the same as sending it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// It reads, or a key or a precondition makes the second time harmless.
    Harmless,
    /// The second time might do the work again.
    Risky,
}

impl Request {
    /// Reads; `path` begins with a slash and is relative to the endpoint.
    #[must_use]
    pub fn get(path: &'static str) -> Self {
        Self::new(Method::GET, path)
    }

    /// Creates or acts. Without an idempotency key it is not repeated once it may have arrived.
    #[must_use]
    pub fn post(path: &'static str) -> Self {
        Self::new(Method::POST, path)
    }

    /// Replaces. Without `If-Match` it is not repeated once it may have arrived.
    #[must_use]
    pub fn put(path: &'static str) -> Self {
        Self::new(Method::PUT, path)
    }

    /// Changes. Without `If-Match` it is not repeated once it may have arrived.
    #[must_use]
    pub fn patch(path: &'static str) -> Self {
        Self::new(Method::PATCH, path)
    }

    /// Deletes. Without `If-Match` it is not repeated once it may have arrived.
    #[must_use]
    pub fn delete(path: &'static str) -> Self {
        Self::new(Method::DELETE, path)
    }

    fn new(method: Method, path: &'static str) -> Self {
        let effect = if method == Method::GET { Effect::Reads } else { Effect::Mutates };
        Self {
            method,
            path: path.to_owned(),
            template: path.to_owned(),
            query: Vec::new(),
            body: None,
            content_type: ContentType::Json,
            accept: Accept::Json,
            last_event: None,
            if_match: None,
            idempotency_key: None,
            effect,
            fault: None,
        }
    }

    /// Appends `/` and a segment, percent-encoded: an id, a slug, or a fixed word.
    #[must_use]
    pub fn segment(mut self, segment: impl fmt::Display) -> Self {
        let segment = segment.to_string();
        if matches!(segment.as_str(), "" | "." | "..") {
            self.fault.get_or_insert(RequestError::Segment { template: self.template.clone(), segment });
            return self;
        }
        self.path.push('/');
        for byte in segment.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    self.path.push(char::from(byte))
                }
                _ => {
                    let _ = write!(self.path, "%{byte:02X}");
                }
            }
        }
        self.template.push_str("/{}");
        self
    }

    /// Appends `:` and a verb of the contract to the last segment: `/builds/{}:cancel`.
    #[must_use]
    pub fn verb(mut self, verb: &'static str) -> Self {
        for path in [&mut self.path, &mut self.template] {
            path.push(':');
            path.push_str(verb);
        }
        self
    }

    /// Adds a parameter to the query; the same name may be added more than once.
    #[must_use]
    pub fn query(mut self, name: impl Into<Cow<'static, str>>, value: impl fmt::Display) -> Self {
        self.query.push((name.into(), value.to_string()));
        self
    }

    /// Sends this body as JSON.
    #[must_use]
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => self.body = Some(body),
            Err(_) => {
                self.fault.get_or_insert(RequestError::Body { template: self.template.clone() });
            }
        }
        self
    }

    /// Sends these fields as a form.
    pub(crate) fn form(mut self, fields: &[(&str, &str)]) -> Self {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        self.body = Some(form.finish().into_bytes());
        self.content_type = ContentType::Form;
        self
    }

    /// Demands that the object still has this `ETag`.
    #[must_use]
    pub fn if_match(mut self, etag: impl Into<ETag>) -> Self {
        self.if_match = Some(etag.into());
        self
    }

    /// Makes the request harmless to repeat, within 24 hours.
    #[must_use]
    pub fn idempotency_key(mut self, key: impl Into<IdempotencyKey>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }

    /// Declares that this `POST` changes nothing and may be repeated.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.effect = Effect::Reads;
        self
    }

    /// Follows events only from the one after this, for [`Client::follow`](crate::Client::follow).
    #[must_use]
    pub fn resume_after(mut self, event_id: u64) -> Self {
        self.last_event = Some(event_id);
        self
    }

    /// Returns the method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Returns path and query as they are sent, relative to the endpoint.
    #[must_use]
    pub fn path_and_query(&self) -> String {
        if self.query.is_empty() {
            return self.path.clone();
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.query.iter().map(|(name, value)| (name.as_ref(), value.as_str())));
        format!("{}?{}", self.path, query.finish())
    }

    /// Returns the body as it is sent.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.body.as_deref()
    }

    /// Returns the `ETag` it demands.
    #[must_use]
    pub fn demanded_etag(&self) -> Option<&ETag> {
        self.if_match.as_ref()
    }

    /// Returns its idempotency key.
    #[must_use]
    pub fn key(&self) -> Option<&IdempotencyKey> {
        self.idempotency_key.as_ref()
    }

    /// Returns what is wrong with it, if anything.
    #[must_use]
    pub fn fault(&self) -> Option<&RequestError> {
        self.fault.as_ref()
    }

    /// The path with `{}` in place of ids, for logs.
    pub(crate) fn template(&self) -> &str {
        &self.template
    }

    /// The request for a stream of the events after `last`.
    pub(crate) fn for_events(self, last: Option<u64>) -> Self {
        Self { accept: Accept::Events, last_event: last, ..self }
    }

    pub(crate) fn accept(&self) -> Accept {
        self.accept
    }

    pub(crate) fn last_event(&self) -> Option<u64> {
        self.last_event
    }

    pub(crate) fn content_type(&self) -> ContentType {
        self.content_type
    }

    /// The path as far as the first id: the object that it is about.
    pub(crate) fn object(&self) -> Option<String> {
        let fixed = self.template.split('/').position(|segment| segment.starts_with("{}"))?;
        let path = self.path.split('/').take(fixed + 1).collect::<Vec<_>>().join("/");
        // A colon of an id is encoded, so that one that is there begins a verb.
        Some(path.split(':').next().unwrap_or_default().to_owned())
    }

    pub(crate) fn effect(&self) -> Effect {
        self.effect
    }

    pub(crate) fn pace(&self) -> Pace {
        if self.query_value("wait").is_some() { Pace::Waits } else { Pace::Prompt }
    }

    pub(crate) fn repeat(&self) -> Repeat {
        let guarded = self.if_match.is_some() && self.method != Method::POST;
        if self.effect == Effect::Reads || guarded || self.idempotency_key.is_some() {
            Repeat::Harmless
        } else {
            Repeat::Risky
        }
    }

    pub(crate) fn keyed(mut self) -> Self {
        self.idempotency_key.get_or_insert_with(IdempotencyKey::generate);
        self
    }

    /// Adds a parameter to the query in place of those of that name.
    pub(crate) fn set_query(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.query.retain(|(present, _)| present != name);
        self.query(name, value)
    }

    /// The first parameter of that name.
    pub(crate) fn query_value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(present, _)| present == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("body_bytes", &self.body.as_ref().map(Vec::len))
            .field("if_match", &self.if_match)
            .field("idempotency_key", &self.idempotency_key)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_and_query_are_percent_encoded() {
        let request =
            Request::get("/projects").segment("a/b ü?#%").query("slug", "x&y").query("label", "a=b");
        assert_eq!(request.path_and_query(), "/projects/a%2Fb%20%C3%BC%3F%23%25?slug=x%26y&label=a%3Db");
        assert_eq!(request.template(), "/projects/{}");
    }

    #[test]
    fn a_request_is_about_the_object_of_its_first_id() {
        let check_object = |request: Request, object: Option<&str>| {
            assert_eq!(request.object().as_deref(), object, "{request:?}")
        };
        check_object(Request::post("/projects"), None);
        check_object(Request::get("/projects").segment("a/b"), Some("/projects/a%2Fb"));
        check_object(Request::post("/promotions").segment("p").segment("approve"), Some("/promotions/p"));
        check_object(Request::post("/builds").segment("a:b").verb("cancel"), Some("/builds/a%3Ab"));
    }

    #[test]
    fn a_verb_is_no_part_of_the_id() {
        let request = Request::post("/builds").segment("a:b").verb("cancel");
        assert_eq!(request.path_and_query(), "/builds/a%3Ab:cancel");
        assert_eq!(request.template(), "/builds/{}:cancel");
    }

    #[test]
    fn a_segment_that_names_another_object_is_a_fault() {
        for segment in ["", ".", ".."] {
            let fault = Request::delete("/projects").segment(segment).fault().cloned();
            assert_eq!(
                fault,
                Some(RequestError::Segment { template: "/projects".into(), segment: segment.into() })
            );
        }
    }

    #[test]
    fn only_reads_and_guarded_requests_may_be_repeated() {
        let check_repeat = |request: Request, expected| assert_eq!(request.repeat(), expected, "{request:?}");
        check_repeat(Request::get("/x"), Repeat::Harmless);
        check_repeat(Request::post("/x"), Repeat::Risky);
        check_repeat(Request::post("/x").if_match("\"1\""), Repeat::Risky);
        check_repeat(Request::post("/x").idempotency_key("k"), Repeat::Harmless);
        check_repeat(Request::post("/x:batchGet").read_only(), Repeat::Harmless);
        check_repeat(Request::patch("/x"), Repeat::Risky);
        check_repeat(Request::patch("/x").if_match("\"1\""), Repeat::Harmless);
        check_repeat(Request::delete("/x").if_match("\"1\""), Repeat::Harmless);
        check_repeat(Request::delete("/x"), Repeat::Risky);
    }

    #[test]
    fn debug_shows_neither_body_nor_query_values() {
        let request = Request::post("/x").query("q", "hunter2").json(&["hunter2"]);
        assert!(!format!("{request:?}").contains("hunter2"));
    }
}
