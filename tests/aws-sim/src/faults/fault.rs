//! What a fault looks like in each service.

use axum::http::StatusCode;

use crate::{
    faults::FaultKind,
    passing::foreign_error,
    protocol::{Operation, Response},
    refusal::Refusal,
    service::Service,
};

/// What happens to one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    /// Of [`FaultKind::Stale`].
    pub(crate) seconds: i64,
}

impl Fault {
    /// What a service that is played here answers, if the fault is an answer.
    pub(crate) fn refusal(&self, service: Service, operation: &Operation) -> Option<Refusal> {
        match self.kind {
            FaultKind::Throttle => Some(throttled(service)),
            FaultKind::ServerError => Some(failed(service)),
            FaultKind::Capacity => Some(no_capacity(service, operation)),
            FaultKind::Quota => Some(no_quota(service, operation)),
            FaultKind::Reset
            | FaultKind::LostAnswer
            | FaultKind::Stale
            | FaultKind::Failure
            | FaultKind::RegionDown => None,
        }
    }

    /// What a service of moto's answers, if the fault is an answer: in the protocol that its name stands for, since
    /// there is no model here.
    pub(crate) fn foreign_refusal(&self, service: &str) -> Option<Response> {
        let (code, status, message) = match self.kind {
            FaultKind::Throttle if service == "ec2" => {
                ("RequestLimitExceeded", StatusCode::SERVICE_UNAVAILABLE, "Request limit exceeded.")
            }
            FaultKind::Throttle if service == "s3" => {
                ("SlowDown", StatusCode::SERVICE_UNAVAILABLE, "Please reduce your request rate.")
            }
            FaultKind::Throttle => ("Throttling", StatusCode::BAD_REQUEST, "Rate exceeded"),
            FaultKind::ServerError => {
                ("InternalFailure", StatusCode::INTERNAL_SERVER_ERROR, "An internal error has occurred")
            }
            FaultKind::Capacity => (
                "InsufficientInstanceCapacity",
                StatusCode::INTERNAL_SERVER_ERROR,
                "There is not enough capacity to fulfil your request",
            ),
            FaultKind::Quota => ("LimitExceeded", StatusCode::BAD_REQUEST, "The account may have no more"),
            FaultKind::Reset
            | FaultKind::LostAnswer
            | FaultKind::Stale
            | FaultKind::Failure
            | FaultKind::RegionDown => return None,
        };
        Some(foreign_error(service, (code, status), message))
    }
}

fn throttled(service: Service) -> Refusal {
    match service {
        Service::Eks => {
            Refusal::common("ThrottlingException", StatusCode::TOO_MANY_REQUESTS, "Rate exceeded")
        }
        Service::Rds | Service::ElastiCache => {
            Refusal::common("Throttling", StatusCode::BAD_REQUEST, "Rate exceeded")
        }
        Service::ServiceQuotas => Refusal::new("TooManyRequestsException", "Rate exceeded"),
    }
}

fn failed(service: Service) -> Refusal {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    match service {
        Service::Eks => Refusal::common("ServerException", status, "These errors are the server's"),
        Service::Rds | Service::ElastiCache => {
            Refusal::common("InternalFailure", status, "An internal error has occurred")
        }
        Service::ServiceQuotas => Refusal::common("ServiceException", status, "Something went wrong"),
    }
}

/// The error of capacity that the model lists for the operation; a failure of the service where it lists none.
fn no_capacity(service: Service, operation: &Operation) -> Refusal {
    let message = "There is not enough capacity";
    modelled(service, operation, &["Capacity", "UnsupportedAvailabilityZone"], message)
}

/// The error of quotas that the model lists for the operation; a failure of the service where it lists none.
fn no_quota(service: Service, operation: &Operation) -> Refusal {
    modelled(
        service,
        operation,
        &["QuotaForCustomer", "InstanceQuota", "Quota", "LimitExceeded"],
        "The account may have no more",
    )
}

/// The first error of the operation whose name has one of the words in it, earlier words first.
fn modelled(service: Service, operation: &Operation, words: &[&str], message: &str) -> Refusal {
    let found =
        words.iter().find_map(|word| operation.errors.iter().find(|error| error.shape.contains(word)));
    found.map_or_else(|| failed(service), |error| Refusal::new(error.shape.clone(), message))
}
