//! Spans, sent to an OpenTelemetry collector over HTTP.

use std::{collections::HashMap, time::Duration};

use axum::http::HeaderValue;
use opentelemetry::{
    KeyValue,
    propagation::TextMapPropagator as _,
    trace::{TraceContextExt as _, TracerProvider as _},
};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{SdkTracer, SdkTracerProvider},
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use url::Url;

use crate::telemetry::trace::SpanIds;

const SERVICE: &str = "sparki-control-plane";
/// How long the last spans may take to be sent when the server stops.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Collects spans and sends them in the background. `OTEL_TRACES_SAMPLER` and the like hold.
#[derive(Debug)]
pub(crate) struct Exporter(SdkTracerProvider);

impl Exporter {
    /// Sends to the collector whose base URL is `endpoint`, such as `http://localhost:4318`.
    pub(crate) fn new(endpoint: &str) -> Result<Self, ExporterError> {
        let is_http = |url: &Url| matches!(url.scheme(), "http" | "https");
        let base = Url::parse(endpoint).ok().filter(is_http).ok_or(ExporterError::Endpoint)?;
        let endpoint = format!("{}/v1/traces", base.as_str().trim_end_matches('/'));
        let exporter = SpanExporter::builder().with_http().with_endpoint(endpoint).build()?;
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource = Resource::builder().with_service_name(SERVICE).with_attribute(version).build();
        Ok(Self(SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build()))
    }

    pub(crate) fn tracer(&self) -> SdkTracer {
        self.0.tracer(SERVICE)
    }

    /// Sends what has not been sent yet. Blocks for up to five seconds.
    pub(crate) fn finish(&self) {
        if let Err(error) = self.0.shutdown_with_timeout(LAST_WORDS) {
            tracing::warn!(component = "telemetry", error = %error, "the last spans could not be sent");
        }
    }
}

/// Continues the client's trace; `None` if nobody collects spans.
pub(super) fn join(span: &Span, traceparent: Option<&HeaderValue>) -> Option<SpanIds> {
    if let Some(value) = traceparent.and_then(|value| value.to_str().ok()) {
        let carrier = HashMap::from([("traceparent".to_owned(), value.to_owned())]);
        span.set_parent(TraceContextPropagator::new().extract(&carrier)).ok()?;
    }
    let context = span.context();
    let span = context.span();
    let ids = span.span_context();
    ids.is_valid()
        .then(|| SpanIds { trace_id: ids.trace_id().to_string(), span_id: ids.span_id().to_string() })
}

/// Gives the span another name: by the time it is known, it has one already.
pub(super) fn rename(span: &Span, name: String) {
    span.context().span().update_name(name);
}

/// Why spans cannot be sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExporterError {
    /// The endpoint is no URL.
    #[error("the endpoint of the collector has to be a URL, such as http://localhost:4318")]
    Endpoint,
    /// The library refused.
    #[error("failed to set up the connection to the collector")]
    Build(#[from] ExporterBuildError),
}
