//! `/metrics`: for this machine on the address of the API, or for everyone on an address of its own.
//!
//! Metrics have no secrets in them, but names of projects and how busy everyone is; strangers need not know.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::{
    app::App,
    http::{
        correlation,
        problem::{Code, Problem},
    },
    openapi::{Heading, Operation, Place, Reply, Verb},
};

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// What a proxy adds: then the address is the proxy's, and says nothing about who asks.
const FORWARDED: [&str; 3] = ["forwarded", "x-forwarded-for", "x-real-ip"];

/// On the address of the API.
pub(crate) fn operation() -> Operation {
    Operation::new(
        Heading {
            place: Place::Root,
            method: Verb::Get,
            path: "/metrics".into(),
            id: "readMetrics".into(),
            tag: "server",
            summary: "Tells what the server does, for Prometheus".into(),
            about: "For this machine only, or for nobody if metrics have an address of their own.".into(),
        },
        for_this_machine,
    )
    .answers(Reply::text("application/openmetrics-text", "Metrics in the text format of OpenMetrics."))
    .refuses(&[Code::PermissionDenied])
}

/// On an address of its own.
pub(crate) fn open(app: &App) -> Router {
    Router::new().route("/metrics", get(for_everyone)).with_state(app.clone())
}

async fn for_this_machine(State(app): State<App>, headers: HeaderMap) -> Response {
    let is_local = correlation::current().is_some_and(|origin| origin.ip_address.is_loopback());
    let is_direct = FORWARDED.iter().all(|name| !headers.contains_key(*name));
    if app.settings.metrics_listen.is_some() || !is_local || !is_direct {
        let detail = "Metrics are for this machine, or at the address given with --metrics-listen.";
        return Problem::new(Code::PermissionDenied, detail)
            .with("permission", "metrics:read")
            .with("scope", "server")
            .into_response();
    }
    for_everyone(State(app)).await
}

async fn for_everyone(State(app): State<App>) -> Response {
    match app.metrics.text() {
        Ok(text) => ([(header::CONTENT_TYPE, OPENMETRICS)], text).into_response(),
        Err(error) => {
            tracing::error!(component = "telemetry", error = %error, "metrics could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
