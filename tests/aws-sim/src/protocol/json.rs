//! The protocol `json`: JSON in both directions, and a header that names the operation.

use axum::http::{HeaderValue, StatusCode};

use crate::{
    document::Document,
    protocol::{
        Model, Operation, Shape,
        call::WireError,
        rest_json,
        wire::{Request, Response},
    },
    refusal::Refusal,
};

/// The content type of both directions.
const JSON: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");

/// `X-Amz-Target: ServiceQuotasV20190624.GetServiceQuota`.
pub(super) fn route<'a>(model: &'a Model, request: &Request) -> Result<&'a Operation, Refusal> {
    let target =
        request.headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let prefix = model.metadata.target_prefix.as_deref().unwrap_or_default();
    let name = target.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('.'));
    name.and_then(|name| model.operations.get(name)).ok_or_else(|| {
        let message = format!("There is no operation {target:?}");
        Refusal::common("UnknownOperationException", StatusCode::BAD_REQUEST, message)
    })
}

/// Reads a body. What is of the wrong type stays as it is, for validation to find.
pub(super) fn decode(model: &Model, shape: &Shape, request: &Request) -> Result<Document, Refusal> {
    rest_json::body(model, shape, request).map(Document::from)
}

pub(super) fn encode(model: &Model, operation: &Operation, output: &Document, request_id: &str) -> Response {
    typed(rest_json::encode(model, operation, output, request_id))
}

/// The code of the error is in the body as well, where clients of this protocol look for it.
pub(super) fn refuse(error: &WireError, refusal: &Refusal, request_id: &str) -> Response {
    typed(rest_json::refuse(error, &refusal.clone().with("__type", error.code.as_str()), request_id))
}

fn typed(mut response: Response) -> Response {
    response.headers.insert("content-type", JSON);
    response
}
