//! Who is asking, from where, and under which id: kept beside the task that answers.

use std::net::{IpAddr, Ipv4Addr};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use uuid::Uuid;

use crate::telemetry::trace::SpanIds;

pub(crate) const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");
pub(crate) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// Longest id taken from a client; a longer one is replaced.
const LONGEST_ID: usize = 128;

tokio::task_local! {
    static ORIGIN: Origin;
}

/// Where a request comes from.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) correlation_id: String,
    pub(crate) traceparent: Option<HeaderValue>,
    /// The span that log lines name.
    pub(crate) span: Option<SpanIds>,
    pub(crate) ip_address: IpAddr,
    pub(crate) user_agent: Option<String>,
}

impl Origin {
    pub(crate) fn of(headers: &HeaderMap, ip_address: IpAddr) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let correlation_id = text(CORRELATION_ID)
            .filter(|id| !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(|b| b.is_ascii_graphic()))
            .map_or_else(|| format!("req_{}", Uuid::now_v7().simple()), str::to_owned);
        Self {
            correlation_id,
            traceparent: headers.get(TRACEPARENT).cloned(),
            span: None,
            ip_address,
            user_agent: text(header::USER_AGENT).map(|agent| agent.chars().take(255).collect()),
        }
    }

    /// Of work that a request has asked for, and that goes on without it.
    pub(crate) fn of_job(correlation_id: &str) -> Self {
        Self {
            correlation_id: correlation_id.to_owned(),
            traceparent: None,
            span: None,
            ip_address: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            user_agent: None,
        }
    }

    /// Runs `work` so that [`current`] and [`id`] answer from this origin.
    pub(crate) async fn scope<F: Future>(self, work: F) -> F::Output {
        ORIGIN.scope(self, work).await
    }
}

/// The origin of the request being answered; `None` outside of one.
pub(crate) fn current() -> Option<Origin> {
    ORIGIN.try_with(Clone::clone).ok()
}

/// The correlation id of the request being answered; empty outside of one.
pub(crate) fn id() -> String {
    ORIGIN.try_with(|origin| origin.correlation_id.clone()).unwrap_or_default()
}

/// The span of the request being answered; `None` outside of one, or if it is part of no trace.
pub(crate) fn span() -> Option<SpanIds> {
    ORIGIN.try_with(|origin| origin.span.clone()).ok().flatten()
}
