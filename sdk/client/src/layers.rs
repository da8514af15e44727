//! Layers of the user's own around the sending of requests.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http_body::Body as HttpBody;
use tower::util::BoxCloneSyncService;
use tower::{Layer, Service, ServiceExt, service_fn};

use crate::attempt::connection_failure;
use crate::error::Cause;

/// The body of an answer, as it comes from the wire.
pub type Body = reqwest::Body;

/// Any error of a layer.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// What sends one attempt of a request and brings the head of its answer, for a layer to wrap.
pub type HttpService = BoxCloneSyncService<http::Request<Bytes>, http::Response<Body>, BoxError>;

/// Layers around the sending of requests, each around those that were added after it. By default there are none.
///
/// They see every attempt, the exchange of credentials included, with all its headers: `Authorization` and
/// `X-API-Key` are marked as sensitive, and a layer must not log them. Around them stay retries, rate limit, circuit
/// breaker and time limits, so that a layer need not care for those. A layer that fails on its own ends the operation;
/// one that wants another attempt to be made answers 503.
///
/// # Example
///
/// A layer that adds a header, and one that counts the answers:
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// use bytes::Bytes;
/// use http::{HeaderValue, Request, Response};
/// use sparki_client::{Body, Credential, Endpoint, Settings};
/// use tower::util::{MapRequestLayer, MapResponseLayer};
///
/// # fn example(endpoint: Endpoint, credential: Credential) {
/// let answers = Arc::new(AtomicU64::new(0));
/// let counted = Arc::clone(&answers);
///
/// let mut settings = Settings::new(endpoint, credential);
/// settings.layers.add(MapRequestLayer::new(|mut request: Request<Bytes>| {
///     request.headers_mut().insert("x-team", HeaderValue::from_static("platform"));
///     request
/// }));
/// settings.layers.add(MapResponseLayer::new(move |answer: Response<Body>| {
///     counted.fetch_add(1, Ordering::Relaxed);
///     answer
/// }));
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Layers(Vec<Arc<Wrap>>);

type Wrap = dyn Fn(HttpService) -> HttpService + Send + Sync;

impl Layers {
    /// Adds a layer, inside those that are there.
    pub fn add<L, B>(&mut self, layer: L)
    where
        L: Layer<HttpService> + Send + Sync + 'static,
        L::Service:
            Service<http::Request<Bytes>, Response = http::Response<B>> + Clone + Send + Sync + 'static,
        <L::Service as Service<http::Request<Bytes>>>::Error: Into<BoxError>,
        <L::Service as Service<http::Request<Bytes>>>::Future: Send + 'static,
        B: HttpBody<Data = Bytes> + Send + Sync + 'static,
        B::Error: Into<BoxError>,
    {
        self.0.push(Arc::new(move |inner| {
            let wrapped = layer.layer(inner).map_err(Into::into);
            BoxCloneSyncService::new(wrapped.map_response(|answer| answer.map(Body::wrap)))
        }));
    }
}

impl fmt::Debug for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Layers").field(&self.0.len()).finish()
    }
}

/// Sends requests, through layers if there are any.
pub(crate) enum Sender {
    Bare(reqwest::Client),
    Layered(HttpService),
}

impl Sender {
    pub(crate) fn new(http: reqwest::Client, layers: &Layers) -> Self {
        if layers.0.is_empty() {
            return Self::Bare(http);
        }
        let innermost = BoxCloneSyncService::new(service_fn(move |request| send(http.clone(), request)));
        Self::Layered(layers.0.iter().rev().fold(innermost, |inner, wrap| wrap(inner)))
    }

    /// Sends, and brings the head of the answer.
    pub(crate) async fn send(
        &self,
        request: reqwest::Request,
        host: &str,
    ) -> Result<reqwest::Response, Cause> {
        match self {
            Self::Bare(http) => http.execute(request).await.map_err(|error| connection_failure(&error, host)),
            Self::Layered(service) => {
                let request = http::Request::try_from(request)
                    .map_err(|error| connection_failure(&error, host))?
                    .map(|body| Bytes::copy_from_slice(body.as_bytes().unwrap_or_default()));
                let answer = service.clone().oneshot(request).await;
                answer.map(reqwest::Response::from).map_err(|error| failure(error, host))
            }
        }
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bare(_) => "Bare",
            Self::Layered(_) => "Layered",
        })
    }
}

/// The innermost service.
async fn send(
    http: reqwest::Client,
    request: http::Request<Bytes>,
) -> Result<http::Response<Body>, BoxError> {
    let (head, body) = request.into_parts();
    let mut request = reqwest::Request::try_from(http::Request::from_parts(head, Bytes::new()))?;
    *request.body_mut() = (!body.is_empty()).then(|| body.into());
    Ok(http.execute(request).await?.into())
}

/// Tells a failed connection, which a layer may have wrapped, from a failed layer.
fn failure(error: BoxError, host: &str) -> Cause {
    let mut link: Option<&(dyn Error + 'static)> = Some(error.as_ref());
    while let Some(current) = link {
        if let Some(connection) = current.downcast_ref::<reqwest::Error>() {
            return connection_failure(connection, host);
        }
        link = current.source();
    }
    Cause::Layer(error)
}
