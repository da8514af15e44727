//! From a request to a document, and from a document to an answer, in whichever protocol the service speaks.

use std::fmt;

use axum::http::StatusCode;

use crate::{
    document::Document,
    protocol::{
        Model, Operation, Protocol, json, query, rest_json,
        validation::{Side, Violation, violations},
        wire::{Request, Response},
    },
    refusal::{Reason, Refusal},
};

/// Errors that AWS answers with although its models do not list them for the operation. Everything else that is not listed
/// is a mistake of ours.
const UNLISTED: [(&str, &str); 1] = [("CreateNodegroup", "ResourceNotFoundException")];

/// How an answer of ours does not fit the service's model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    pub(crate) operation: String,
    pub(crate) reasons: Vec<String>,
}

impl fmt::Display for Misfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "the answer of {} does not fit the model: {}",
            self.operation,
            self.reasons.join("; ")
        )
    }
}

/// What a refusal is on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WireError {
    pub(crate) code: String,
    pub(crate) status: StatusCode,
}

/// Finds the operation that is asked for.
///
/// # Errors
///
/// If the service has none like it.
pub(crate) fn route<'a>(model: &'a Model, request: &Request) -> Result<&'a Operation, Refusal> {
    match model.metadata.protocol {
        Protocol::RestJson => rest_json::route(model, request),
        Protocol::Query => query::route(model, request),
        Protocol::Json => json::route(model, request),
    }
}

/// Reads what an operation is asked to do.
///
/// # Errors
///
/// If it does not fit the model: the refusal is what AWS would answer.
pub(crate) fn decode(model: &Model, operation: &Operation, request: &Request) -> Result<Document, Refusal> {
    let Some(input) = &operation.input else { return Ok(Document::new()) };
    let shape = model.shape(&input.shape);
    let document = match model.metadata.protocol {
        Protocol::RestJson => rest_json::decode(model, operation, shape, request)?,
        Protocol::Query => query::decode(model, shape, request),
        Protocol::Json => json::decode(model, shape, request)?,
    };
    let found = violations(model, shape, &document, Side::Request);
    if found.is_empty() { Ok(document) } else { Err(invalid(model.metadata.protocol, &found)) }
}

/// Writes what an operation answers with.
///
/// # Errors
///
/// If it does not fit the model.
pub(crate) fn encode(
    model: &Model,
    operation: &Operation,
    output: &Document,
    request_id: &str,
) -> Result<Response, Misfit> {
    let reasons: Vec<String> = match &operation.output {
        Some(wanted) => {
            let found = violations(model, model.shape(&wanted.shape), output, Side::Answer);
            found.iter().map(ToString::to_string).collect()
        }
        None if output.is_empty() => Vec::new(),
        None => vec!["the operation answers with nothing".to_owned()],
    };
    if !reasons.is_empty() {
        return Err(Misfit { operation: operation.name.clone(), reasons });
    }
    Ok(match model.metadata.protocol {
        Protocol::RestJson => rest_json::encode(model, operation, output, request_id),
        Protocol::Query => query::encode(model, operation, output, request_id),
        Protocol::Json => json::encode(model, operation, output, request_id),
    })
}

/// Writes what an operation answers with when it refuses.
///
/// # Errors
///
/// If the model does not know this error, or does not list it for the operation.
pub(crate) fn refuse(
    model: &Model,
    operation: Option<&Operation>,
    refusal: &Refusal,
    request_id: &str,
) -> Result<Response, Misfit> {
    let error = wire_error(model, operation, refusal).map_err(|reason| Misfit {
        operation: operation.map_or("an unknown operation", |operation| &operation.name).to_owned(),
        reasons: vec![reason],
    })?;
    Ok(match model.metadata.protocol {
        Protocol::RestJson => rest_json::refuse(&error, refusal, request_id),
        Protocol::Query => query::refuse(model, &error, refusal, request_id),
        Protocol::Json => json::refuse(&error, refusal, request_id),
    })
}

fn wire_error(model: &Model, operation: Option<&Operation>, refusal: &Refusal) -> Result<WireError, String> {
    let shape = match &refusal.reason {
        Reason::Common(code, status) => return Ok(WireError { code: (*code).to_owned(), status: *status }),
        Reason::Modelled(shape) => shape,
    };
    let is_listed = |operation: &Operation| {
        let is_known = UNLISTED.contains(&(&operation.name, shape));
        is_known || operation.errors.iter().any(|error| error.shape == *shape)
    };
    if operation.is_some_and(|operation| !is_listed(operation)) {
        return Err(format!("{shape} is none of its errors"));
    }
    let error = &model.shape(shape).error;
    let status = error.http_status_code.and_then(|status| StatusCode::from_u16(status).ok());
    Ok(WireError {
        code: error.code.clone().unwrap_or_else(|| shape.clone()),
        status: status.unwrap_or(StatusCode::BAD_REQUEST),
    })
}

/// What AWS answers to a request that does not fit the model.
fn invalid(protocol: Protocol, found: &[Violation]) -> Refusal {
    let all = || found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let bad = StatusCode::BAD_REQUEST;
    match (protocol, &found[0]) {
        (Protocol::RestJson | Protocol::Json, _) => {
            let (count, plural) = (found.len(), if found.len() == 1 { "" } else { "s" });
            let message = format!("{count} validation error{plural} detected: {}", all());
            Refusal::common("ValidationException", bad, message)
        }
        (Protocol::Query, Violation::Missing { path }) => {
            Refusal::common("MissingParameter", bad, format!("The request must contain the parameter {path}"))
        }
        (Protocol::Query, Violation::Unknown { .. }) => Refusal::common("InvalidQueryParameter", bad, all()),
        (Protocol::Query, Violation::WrongType { .. }) => Refusal::common("MalformedInput", bad, all()),
        (Protocol::Query, Violation::Constraint { .. }) => Refusal::invalid_value(all()),
    }
}
