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
    protocol::{Model, Operation, Request, Response, decode, encode, refuse, route},
    rds,
    refusal::{Reason, Refusal},
    region::Region,
    roles::refuse_young,
    service::Service,
    service_quotas,
    world::World,
};

/// A request to a service that is played here.
pub(super) struct Performance<'a> {
    pub(super) world: &'a mut World,
    pub(super) model: &'a Model,
    pub(super) service: Service,
    pub(super) region: Region,
    pub(super) request: &'a Request,
}

impl Performance<'_> {
    /// Carries out the request and answers it.
    ///
    /// # Errors
    ///
    /// If the connection is to be cut instead.
    pub(super) fn perform(mut self) -> Result<Response, HungUp> {
        self.world.settle();
        let operation = match route(self.model, self.request) {
            Ok(operation) => operation,
            Err(refusal) => return Ok(self.refuse(None, &refusal)),
        };
        let service = self.service.as_str();
        self.world.counts.request(service, &operation.name);
        let target = Target { service, operation: &operation.name, region: self.region.as_str() };
        let fault = self.world.faults.deal(target);
        if let Some(fault) = &fault {
            self.world.counts.fault(fault.kind.as_str());
            if fault.kind.cuts_before() {
                return Err(HungUp);
            }
        }
        let refusal = fault.as_ref().and_then(|fault| fault.refusal(self.service, operation));
        let result = match refusal {
            Some(refusal) => Err(refusal),
            None => self.carry_out(operation, fault.as_ref()),
        };
        let response = match result {
            Ok(output) => self.answer(operation, &output),
            Err(refusal) => self.refuse(Some(operation), &refusal),
        };
        if fault.is_some_and(|fault| fault.kind.cuts_after()) { Err(HungUp) } else { Ok(response) }
    }

    fn carry_out(&mut self, operation: &Operation, fault: Option<&Fault>) -> Result<Document, Refusal> {
        let Self { world, model, service, region, request } = self;
        let Some(behaviour) = behaviour(*service, &operation.name) else {
            world.counts.unimplemented(service.as_str(), &operation.name);
            let message = format!("The stand-in does not play {} of {service}", operation.name);
            return Err(Refusal::common("NotImplemented", StatusCode::NOT_IMPLEMENTED, message));
        };
        let input = decode(model, operation, request)?;
        let key =
            token(model, operation, &input).map(|token| (region.clone(), operation.name.clone(), token));
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
        let operation = operation.name.clone();
        let call = Call { region: region.clone(), operation, input, unseen, outcome };
        refuse_young(world, &call, *service)?;
        let output = behaviour(world, &call)?;
        if let Some(key) = key {
            world.tokens.remember(key, call.input, output.clone(), world.now());
        }
        Ok(output)
    }

    /// Writes an answer. One of ours that does not fit the model is a failure of the stand-in, and says so.
    fn answer(&mut self, operation: &Operation, output: &Document) -> Response {
        let id = self.world.ids.uuid();
        encode(self.model, operation, output, &id).unwrap_or_else(|misfit| {
            self.world.counts.misfit(&misfit);
            self.refuse(Some(operation), &own_failure(misfit.to_string()))
        })
    }

    fn refuse(&mut self, operation: Option<&Operation>, refusal: &Refusal) -> Response {
        let code = match &refusal.reason {
            Reason::Modelled(shape) => shape,
            Reason::Common(code, _) => *code,
        };
        let name = operation.map_or("?", |operation| &operation.name);
        self.world.counts.refusal(self.service.as_str(), name, code);
        let id = self.world.ids.uuid();
        refuse(self.model, operation, refusal, &id).unwrap_or_else(|misfit| {
            self.world.counts.misfit(&misfit);
            let failure = own_failure(misfit.to_string());
            refuse(self.model, operation, &failure, &id).expect("a common error needs no model")
        })
    }
}

fn own_failure(reason: String) -> Refusal {
    Refusal::common("StandInFailure", StatusCode::INTERNAL_SERVER_ERROR, reason)
}

fn behaviour(service: Service, operation: &str) -> Option<Behaviour> {
    match service {
        Service::Eks => eks::behaviour(operation),
        Service::Rds => rds::behaviour(operation),
        Service::ElastiCache => elasticache::behaviour(operation),
        Service::ServiceQuotas => service_quotas::behaviour(operation),
    }
}
