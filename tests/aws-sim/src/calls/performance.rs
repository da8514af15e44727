//! Requests to the services that are played here.

use axum::http::StatusCode;
use jiff::SignedDuration;

use crate::{
    calls::{
        Behaviour, Call, HungUp, Outcome,
        tokens::{Repeat, token},
    },
    document::Document,
    eks, elasticache,
    faults::{Fault, FaultKind, Target},
    protocol::{Library, Model, Operation, Request, Response, decode, encode, refuse, route},
    rds,
    refusal::{Reason, Refusal},
    region::Region,
    service::Service,
    world::World,
};

/// Carries out a request and answers it.
///
/// # Errors
///
/// If the connection is to be cut instead.
pub(super) fn perform(
    world: &mut World,
    library: &Library,
    (service, region): (Service, Region),
    request: &Request,
) -> Result<Response, HungUp> {
    world.settle();
    let model = library.model(service);
    let operation = match route(model, request) {
        Ok(operation) => operation,
        Err(refusal) => return Ok(answer(world, model, (service, None), Err(refusal))),
    };
    world.counts.request(service.as_str(), &operation.name);
    let target = Target { service: service.as_str(), operation: &operation.name, region: region.as_str() };
    let fault = world.faults.deal(target);
    if let Some(fault) = &fault {
        world.counts.fault(fault.kind.as_str());
        if fault.kind.cuts_before() {
            return Err(HungUp);
        }
    }
    let refusal = fault.as_ref().and_then(|fault| fault.refusal(service, operation));
    let result = match refusal {
        Some(refusal) => Err(refusal),
        None => carry_out(world, model, (service, operation), (&region, request, fault.as_ref())),
    };
    let response = answer(world, model, (service, Some(operation)), result);
    match fault {
        Some(Fault { kind: FaultKind::LostAnswer, .. }) => Err(HungUp),
        Some(_) | None => Ok(response),
    }
}

fn carry_out(
    world: &mut World,
    model: &Model,
    (service, operation): (Service, &Operation),
    (region, request, fault): (&Region, &Request, Option<&Fault>),
) -> Result<Document, Refusal> {
    let Some(behaviour) = behaviour(service, &operation.name) else {
        world.counts.unimplemented(service.as_str(), &operation.name);
        let message = format!("The stand-in does not play {} of {service}", operation.name);
        return Err(Refusal::common("NotImplemented", StatusCode::NOT_IMPLEMENTED, message));
    };
    let input = decode(model, operation, request)?;
    let key = token(model, operation, &input).map(|token| (region.clone(), operation.name.clone(), token));
    if let Some(key) = &key {
        match world.tokens.look_up(key, &input, world.now()) {
            Repeat::No => {}
            Repeat::Yes(output) => return Ok(output),
            Repeat::Mismatch => {
                let message = "The client request token was used before, with other parameters";
                return Err(Refusal::new("InvalidParameterException", message));
            }
        }
    }
    let unseen = match fault {
        Some(Fault { kind: FaultKind::Stale, seconds }) => SignedDuration::from_secs(*seconds),
        Some(_) | None => SignedDuration::ZERO,
    };
    let outcome = match fault {
        Some(Fault { kind: FaultKind::Failure, .. }) => Outcome::Failure,
        Some(_) | None => Outcome::Success,
    };
    let call = Call { region: region.clone(), operation: operation.name.clone(), input, unseen, outcome };
    let output = behaviour(world, &call)?;
    if let Some(key) = key {
        world.tokens.remember(key, (call.input, output.clone()), world.now());
    }
    Ok(output)
}

fn behaviour(service: Service, operation: &str) -> Option<Behaviour> {
    match service {
        Service::Eks => eks::behaviour(operation),
        Service::Rds => rds::behaviour(operation),
        Service::ElastiCache => elasticache::behaviour(operation),
    }
}

/// Writes an answer. One of ours that does not fit the model is a failure of the stand-in, and says so.
fn answer(
    world: &mut World,
    model: &Model,
    (service, operation): (Service, Option<&Operation>),
    result: Result<Document, Refusal>,
) -> Response {
    let id = world.ids.uuid();
    let written = match (&result, operation) {
        (Ok(output), Some(operation)) => encode(model, operation, output, &id),
        (Ok(_), None) => unreachable!("only an operation has a result"),
        (Err(refusal), operation) => {
            let code = match &refusal.reason {
                Reason::Modelled(shape) => shape,
                Reason::Common(code, _) => *code,
            };
            let name = operation.map_or("?", |operation| &operation.name);
            world.counts.refusal(service.as_str(), name, code);
            refuse(model, operation, refusal, &id)
        }
    };
    written.unwrap_or_else(|misfit| {
        world.counts.misfit(&misfit);
        let failure =
            Refusal::common("StandInFailure", StatusCode::INTERNAL_SERVER_ERROR, misfit.to_string());
        refuse(model, operation, &failure, &id).expect("a common error needs no model")
    })
}
