//! One request and its answer.

use std::sync::{Arc, PoisonError};

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderValue, StatusCode},
};
use jiff::SignedDuration;

use crate::{
    calls::performance::Performance,
    faults::{Fault, FaultKind, Target},
    network,
    passing::{Touch, foreign_error, operation_of, parameter_of, pass},
    protocol::{Request, Response, Scope},
    region::Region,
    service::Service,
    sim::Sim,
    templates,
};

/// The connection is to be cut without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the connection is cut on purpose")]
pub(crate) struct HungUp;

/// The largest body that is read. AWS's own limits are below it, S3 left aside.
const LARGEST_BODY: usize = 256 * 1024 * 1024;

/// Answers a request: here, or by passing it on to moto.
///
/// # Errors
///
/// If the connection is to be cut instead.
pub(crate) async fn exchange(sim: Arc<Sim>, request: axum::http::Request<Body>) -> Result<Response, HungUp> {
    let (parts, body) = request.into_parts();
    // A client that leaves in the middle of its request gets no answer.
    let body = to_bytes(body, LARGEST_BODY).await.map_err(|_| HungUp)?;
    let request = Request {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body,
    };
    let scope = Scope::of(&request.headers, &request.query);
    if let Some(scope) = &scope
        && let Some(service) = Service::named(&scope.service)
    {
        network::learn(&sim, &scope.region, &request).await;
        templates::learn(&sim, &scope.region, &request).await;
        let mut world = sim.world.lock().unwrap_or_else(PoisonError::into_inner);
        let (model, region) = (sim.library.model(service), scope.region.clone());
        let performance = Performance { world: &mut world, model, service, region, request: &request };
        return performance.perform();
    }
    let (service, region) = scope.map_or_else(
        || ("unsigned".to_owned(), String::new()),
        |scope| (scope.service, scope.region.as_str().to_owned()),
    );
    let operation = operation_of(&service, &request);
    let fault = {
        let mut world = sim.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.settle();
        world.counts.request(&service, &operation);
        let fault = world.faults.deal(Target { service: &service, operation: &operation, region: &region });
        if let Some(fault) = &fault {
            world.counts.fault(fault.kind.as_str());
        }
        fault
    };
    if let Some(fault) = &fault {
        if fault.kind.cuts_before() {
            return Err(HungUp);
        }
        if let Some(response) = fault.foreign_refusal(&service) {
            return Ok(response);
        }
    }
    let role = parameter_of(&request, "RoleName").filter(|_| service == "iam");
    if let (Some(Fault { kind: FaultKind::Stale, seconds }), Some(role)) = (&fault, &role) {
        let world = sim.world.lock().unwrap_or_else(PoisonError::into_inner);
        if world.roles.is_young(role, SignedDuration::from_secs(*seconds), world.now()) {
            let message = format!("The role with name {role} cannot be found.");
            return Ok(foreign_error("iam", ("NoSuchEntity", StatusCode::NOT_FOUND), &message));
        }
    }
    if service == "ec2" {
        let world = sim.world.lock().unwrap_or_else(PoisonError::into_inner);
        let region = Region::new(region.as_str());
        if let Some(refusal) = network::refuse_deletion(&world, &region, (&operation, &request)) {
            return Ok(refusal);
        }
    }
    let touch = Touch::of(&request).filter(|_| service == "s3");
    let response = match &sim.moto {
        Some(moto) => pass(&sim.client, moto, request).await,
        None => nobody(&service),
    };
    if let Some(role) = role.filter(|_| response.status.is_success()) {
        let mut world = sim.world.lock().unwrap_or_else(PoisonError::into_inner);
        let now = world.now();
        world.roles.note(&operation, &role, now);
    }
    let response = match touch {
        Some(touch) => sim.documents.lock().unwrap_or_else(PoisonError::into_inner).follow(touch, response),
        None => response,
    };
    if fault.is_some_and(|fault| fault.kind.cuts_after()) { Err(HungUp) } else { Ok(response) }
}

fn nobody(service: &str) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("text/plain"));
    let text = format!("{service} is not played here, and there is no --moto to pass it on to\n");
    Response { status: StatusCode::NOT_IMPLEMENTED, headers, body: text.into() }
}
