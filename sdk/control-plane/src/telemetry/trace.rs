//! The span of a request, and what of it a log line names.

use axum::http::{HeaderValue, Method};
use tracing::{Span, field::Empty};

/// The ids of a span, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SpanIds {
    pub(crate) trace_id: String,
    pub(crate) span_id: String,
}

/// A request as its trace knows it.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) correlation_id: &'a str,
    pub(crate) database: &'static str,
}

/// Starts the span of a request. What comes of the request is [`record`]ed.
pub(crate) fn start(request: &Request<'_>) -> Span {
    let Request { method, path, correlation_id, database } = request;
    tracing::info_span!(
        "request",
        otel.name = %method,
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = %method,
        http.route = Empty,
        http.response.status_code = Empty,
        url.path = path,
        user.id = Empty,
        db.system = database,
        correlation_id,
    )
}

/// What came of a request.
#[derive(Debug)]
pub(crate) struct Result<'a> {
    /// The template of its route.
    pub(crate) route: Option<&'a str>,
    pub(crate) status: u16,
    pub(crate) user_id: Option<&'a str>,
}

/// Adds to the span of a request what came of it.
#[cfg_attr(not(feature = "otlp"), expect(unused_variables, reason = "only a collector is told names"))]
pub(crate) fn record(span: &Span, method: &Method, result: &Result<'_>) {
    let Result { route, status, user_id } = result;
    if let Some(route) = route {
        #[cfg(feature = "otlp")]
        crate::telemetry::otlp::rename(span, format!("{method} {route}"));
        span.record("http.route", route);
    }
    if let Some(user_id) = user_id {
        span.record("user.id", user_id);
    }
    // Signed, or the collector is told a text.
    span.record("http.response.status_code", i64::from(*status));
    if *status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}

/// Makes the span a part of the trace that the client is in, and answers with its ids. If nobody collects spans, they are those of
/// the client's.
pub(crate) fn join(span: &Span, traceparent: Option<&HeaderValue>) -> Option<SpanIds> {
    let parent = traceparent.and_then(|value| value.to_str().ok()).and_then(parse);
    #[cfg(feature = "otlp")]
    if let Some(own) = crate::telemetry::otlp::join(span, traceparent.filter(|_| parent.is_some())) {
        return Some(own);
    }
    #[cfg(not(feature = "otlp"))]
    let _ = span;
    parent
}

/// Reads a W3C `traceparent`.
fn parse(text: &str) -> Option<SpanIds> {
    let mut parts = text.split('-');
    let mut part = |length: usize| {
        let is_hex = |text: &&str| {
            text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        parts.next().filter(is_hex)
    };
    let (version, trace_id, span_id) = (part(2)?, part(32)?, part(16)?);
    part(2)?;
    let is_nothing = |id: &str| id.bytes().all(|byte| byte == b'0');
    if version == "ff" || is_nothing(trace_id) || is_nothing(span_id) {
        return None;
    }
    Some(SpanIds { trace_id: trace_id.to_owned(), span_id: span_id.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traceparent_names_a_trace_and_a_span() {
        let ids = parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").unwrap();
        assert_eq!(ids.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(ids.span_id, "00f067aa0ba902b7");
        for bad in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
