//! From a request value to what is sent.

use http::header::{ACCEPT, CONTENT_TYPE, IF_MATCH};
use http::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::auth::Proof;
use crate::endpoint::Endpoint;
use crate::request::{Accept, ContentType, Request, RequestError};

/// What the transport adds to a request.
pub(crate) struct Stamp<'a> {
    pub(crate) proof: Option<&'a Proof>,
    pub(crate) correlation_id: &'a str,
    /// The highest revision seen, 0 if none.
    pub(crate) revision: u64,
}

/// Binds a request to an endpoint and stamps it.
pub(crate) fn bind(
    request: &Request,
    endpoint: &Endpoint,
    stamp: &Stamp<'_>,
) -> Result<reqwest::Request, RequestError> {
    if let Some(fault) = request.fault() {
        return Err(fault.clone());
    }
    let template = || request.template().to_owned();
    let url = Url::parse(&format!("{}{}", endpoint.as_str(), request.path_and_query()))
        .map_err(|_| RequestError::Url { template: template() })?;

    let mut headers = HeaderMap::new();
    let mut insert = |name: HeaderName, value: &str, shown: &'static str| {
        let value = HeaderValue::from_str(value)
            .map_err(|_| RequestError::Header { template: template(), header: shown })?;
        headers.insert(name, value);
        Ok::<_, RequestError>(())
    };
    let accept = match request.accept() {
        Accept::Json => "application/json, application/problem+json",
        Accept::Events => "text/event-stream, application/problem+json",
    };
    insert(ACCEPT, accept, "Accept")?;
    if let (Accept::Events, Some(last)) = (request.accept(), request.last_event()) {
        insert(HeaderName::from_static("last-event-id"), &last.to_string(), "Last-Event-ID")?;
    }
    insert(HeaderName::from_static("x-correlation-id"), stamp.correlation_id, "X-Correlation-Id")?;
    if let Some(etag) = request.demanded_etag() {
        insert(IF_MATCH, etag.as_str(), "If-Match")?;
    }
    if let Some(key) = request.key() {
        insert(HeaderName::from_static("idempotency-key"), key.as_str(), "Idempotency-Key")?;
    }
    if stamp.revision > 0 {
        insert(
            HeaderName::from_static("sparki-min-revision"),
            &stamp.revision.to_string(),
            "Sparki-Min-Revision",
        )?;
    }
    if let Some(proof) = stamp.proof {
        insert(proof.name.clone(), proof.value.expose(), "Authorization or X-API-Key")?;
    }
    if let Some(proof) = stamp.proof
        && let Some(value) = headers.get_mut(&proof.name)
    {
        value.set_sensitive(true);
    }
    let mut sent = reqwest::Request::new(request.method().clone(), url);
    if let Some(body) = request.body() {
        let content_type = match request.content_type() {
            ContentType::Json => "application/json",
            ContentType::Form => "application/x-www-form-urlencoded",
        };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        *sent.body_mut() = Some(body.to_vec().into());
    }
    *sent.headers_mut() = headers;
    Ok(sent)
}
