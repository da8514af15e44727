//! One request and its answer, from the outside in: correlation, faults, the time limit, and the line in the log.

use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, Method, StatusCode},
    response::{IntoResponse, Response},
};
use tower::ServiceExt;
use tracing::{Instrument as _, Span};

use crate::{
    app::{API, App},
    auth::Caller,
    document::Document,
    http::{
        body::read_object,
        correlation::{self, CORRELATION_ID, Origin, TRACEPARENT},
        faults::{Drop, FaultInjection},
        problem::{Code, Problem, Refusal},
        verb,
    },
    object::routes::respond,
    reads,
    telemetry::{Answered, route::Route, trace},
};

/// The connection is to be closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closed on purpose")]
pub(crate) struct HungUp;

pub(crate) async fn exchange(
    app: App,
    router: Router,
    peer: IpAddr,
    request: Request,
) -> Result<Response, HungUp> {
    let started = Instant::now();
    let mut origin = Origin::of(request.headers(), app.proxies.client(request.headers(), peer));
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let span = trace::start(&trace::Request {
        method: &method,
        path: &path,
        correlation_id: &origin.correlation_id,
        database: app.database.dialect().name(),
    });
    origin.span = trace::join(&span, origin.traceparent.as_ref());
    let work = async {
        let result = match &app.faults {
            Some(faults) => match control(&path) {
                Some(route) => Ok(route.serve(&app, faults, request).await),
                None => with_faults(&app, faults, router, request).await,
            },
            None => Ok(serve(&app, router, request).await),
        };
        let (response, took) = (result.as_ref().ok(), started.elapsed());
        if let Some(response) = response {
            measure(&app, &method, response, took);
            outline(&method, response);
        }
        report(&method, &path, response, took);
        result
    };
    let (id, traceparent) = (origin.correlation_id.clone(), origin.traceparent.clone());
    let mut response = origin.scope(work.instrument(span)).await?;
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert(CORRELATION_ID, value);
    }
    if let Some(value) = traceparent {
        response.headers_mut().insert(TRACEPARENT, value);
    }
    Ok(response)
}

async fn serve(app: &App, router: Router, request: Request) -> Response {
    match tokio::time::timeout(app.settings.request_timeout, router.oneshot(verb::routed(request))).await {
        Ok(Ok(response)) => response,
        Ok(Err(never)) => match never {},
        Err(_) => Problem::new(Code::Internal, "The request took too long and was given up.")
            .with_status(StatusCode::SERVICE_UNAVAILABLE)
            .retry_after(1)
            .into_response(),
    }
}

async fn with_faults(
    app: &App,
    faults: &FaultInjection,
    router: Router,
    request: Request,
) -> Result<Response, HungUp> {
    let Some(rule) = faults.apply(request.method(), request.uri().path()) else {
        return Ok(serve(app, router, request).await);
    };
    if rule.drop == Some(Drop::Before) {
        return Err(HungUp);
    }
    let response = match rule.answer() {
        Some(response) => response,
        None => serve(app, router, request).await,
    };
    if let Some(delay) = rule.delay() {
        tokio::time::sleep(delay).await;
    }
    if rule.drop == Some(Drop::After) { Err(HungUp) } else { Ok(response) }
}

/// The routes of fault injection itself, which no fault applies to and nobody counts.
enum Control {
    Faults,
    Stats,
    Replica,
}

fn control(path: &str) -> Option<Control> {
    match path.strip_prefix(API).unwrap_or(path) {
        "/_faults" => Some(Control::Faults),
        "/_stats" => Some(Control::Stats),
        "/_replica" => Some(Control::Replica),
        _ => None,
    }
}

impl Control {
    async fn serve(&self, app: &App, faults: &FaultInjection, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let result = async {
            let body = match parts.method {
                Method::PUT => read_object(&parts.headers, body).await?,
                _ => Document::new(),
            };
            match (self, &parts.method) {
                (Self::Faults, &Method::GET) => Ok(faults.remaining()),
                (Self::Faults, &Method::PUT) => faults.replace(body),
                (Self::Stats, &Method::GET) => Ok(faults.stats()),
                (Self::Replica, method) => match &app.reads.held_back {
                    Some(held_back) => reads::control::serve(app, held_back, method, body).await,
                    None => Err(no_method()),
                },
                (Self::Faults | Self::Stats, _) => Err(no_method()),
            }
        };
        respond(result.await)
    }
}

fn no_method() -> Problem {
    Problem::malformed("This path does not answer to this method.")
        .with_status(StatusCode::METHOD_NOT_ALLOWED)
}

fn measure(app: &App, method: &Method, response: &Response, took: Duration) {
    app.metrics.request_answered(&Answered {
        method,
        route: Route::of(response),
        status: response.status().as_u16(),
        error: response.extensions().get::<Refusal>().map(|refusal| refusal.code.name()),
        took,
    });
}

/// Adds to the span of the request what came of it.
fn outline(method: &Method, response: &Response) {
    let user_id = response.extensions().get::<Caller>().map(|caller| caller.user_id.as_str());
    let result = trace::Result { route: Route::of(response), status: response.status().as_u16(), user_id };
    trace::record(&Span::current(), method, &result);
}

/// Writes the one line every request gets. Neither the query nor any header or body is in it.
fn report(method: &Method, path: &str, response: Option<&Response>, took: Duration) {
    let status = response.map(|response| response.status().as_u16()).unwrap_or_default();
    let caller = response.and_then(|response| response.extensions().get::<Caller>());
    let user_id = caller.map(|caller| caller.user_id.as_str()).unwrap_or_default();
    let correlation_id = correlation::id();
    let duration_ms = took.as_secs_f64() * 1000.0;
    tracing::info!(
        component = "http", correlation_id, user_id, %method, path, status, duration_ms, "request answered"
    );
}
