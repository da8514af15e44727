//! The OpenAPI document.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::{
    document::choice::word_of,
    http::problem::{Code, ProblemBody},
    openapi::{
        Header, Operation, Place,
        header::Presence::{self, Always, Sometimes},
        operation::Effect,
    },
};

const ABOUT: &str = "\
Workspaces, projects, pipelines, environments and deployment targets over REST.

**Credentials** are an access token (`Authorization: Bearer`) or an API key (`X-API-Key`).

**Changes** name the version they are based on (`If-Match`), creating requests carry an `Idempotency-Key`, and both \
answer with the number of the change (`Sparki-Revision`). With `dry_run=true` everything is checked and nothing done.

**Refusals** are `application/problem+json` with a `code` for programs; a body that is not valid is answered with \
everything that is wrong with it. Fields and query parameters that are not known are refused.

**Answers** may get more fields over time: ignore what you do not know.

**Tracing**: `X-Correlation-Id` and `traceparent` are taken, logged and answered.";

/// Describes the operations.
pub(crate) fn document(operations: &[Operation]) -> Value {
    let mut settings = SchemaSettings::draft2020_12().for_serialize();
    settings.definitions_path = "/components/schemas".into();
    let mut parts = Parts { generator: settings.into_generator(), responses: BTreeMap::new() };
    let mut requests = BTreeMap::new();
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    let mut tags = BTreeSet::new();
    for operation in operations {
        let heading = &operation.heading;
        if let Some(request) = &operation.request {
            requests.insert(request_name(&heading.id), request.schema(&mut parts.generator));
        }
        tags.insert(heading.tag);
        let described = parts.operation(operation);
        paths.entry(operation.path()).or_default().insert(heading.method.name().to_owned(), described);
    }
    parts.generator.subschema_for::<ProblemBody<'static>>();
    let mut schemas = parts.generator.take_definitions(true);
    schemas.extend(requests);
    let tags: Vec<Value> = tags.into_iter().map(|name| json!({"name": name})).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Sparki control plane",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "The server that answers with this document."}],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": parts.responses,
            "headers": COMMON.map(|(header, presence)| (header.name(), header.describe(presence)))
                .into_iter()
                .collect::<BTreeMap<_, _>>(),
            "securitySchemes": {
                "accessToken": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            },
        },
    })
}

/// What the operations share.
struct Parts {
    generator: SchemaGenerator,
    responses: BTreeMap<String, Value>,
}

impl Parts {
    fn operation(&mut self, operation: &Operation) -> Value {
        let heading = &operation.heading;
        let mut responses = BTreeMap::new();
        for reply in &operation.replies {
            let described = common_headers(heading.place, reply.describe(&mut self.generator));
            responses.insert(reply.status.as_str().to_owned(), described);
        }
        for (status, codes) in &operation.problems {
            responses.insert(status.to_string(), self.problem(heading.place, *status, codes));
        }
        let mut described = json!({
            "operationId": heading.id,
            "tags": [heading.tag],
            "summary": heading.summary,
            "description": heading.about,
            "responses": responses,
            "security": match heading.place {
                Place::Guarded => json!([{"accessToken": []}, {"apiKey": []}]),
                Place::Open | Place::Root => json!([]),
            },
        });
        if operation.effect == Effect::Nothing {
            described["x-sparki-read-only"] = json!(true);
        }
        if !operation.parameters.is_empty() {
            described["parameters"] =
                operation.parameters.iter().map(|parameter| parameter.describe()).collect();
        }
        if let Some(request) = &operation.request {
            let place = format!("#/components/schemas/{}", request_name(&heading.id));
            described["requestBody"] = request.describe(&place);
        }
        described
    }

    /// A reference to the response for these codes.
    fn problem(&mut self, place: Place, status: u16, codes: &BTreeSet<Code>) -> Value {
        let words: Vec<&str> = codes.iter().map(|code| word_of(*code)).collect();
        let mut name = format!("{status}-{}", words.join("-"));
        if place == Place::Root {
            name.push_str("-unlimited");
        }
        let generator = &mut self.generator;
        self.responses.entry(name.clone()).or_insert_with(|| {
            let problem = generator.subschema_for::<ProblemBody<'static>>();
            let these = json!({"properties": {"status": {"const": status}, "code": {"enum": words}}});
            let title = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
            let mut response = json!({
                "description": format!("{}: `{}`.", title.unwrap_or("Refused"), words.join("`, `")),
                "headers": {},
                "content": {"application/problem+json": {"schema": {"allOf": [problem, these]}}},
            });
            for (header, presence) in problem_headers(status, codes) {
                response["headers"][header.name()] = header.describe(*presence);
            }
            common_headers(place, response)
        });
        json!({"$ref": format!("#/components/responses/{name}")})
    }
}

fn problem_headers(status: u16, codes: &BTreeSet<Code>) -> &'static [(Header, Presence)] {
    match status {
        401 => &[(Header::WwwAuthenticate, Always)],
        // A quota is no matter of time.
        429 if codes.contains(&Code::QuotaExceeded) => &[(Header::RetryAfter, Sometimes)],
        429 => &[(Header::RetryAfter, Always)],
        503 => &[(Header::RetryAfter, Sometimes)],
        _ => &[],
    }
}

/// The headers that answers have, whatever they are about.
const COMMON: [(Header, Presence); 4] = [
    (Header::CorrelationId, Always),
    (Header::RateLimit, Sometimes),
    (Header::RateLimitRemaining, Sometimes),
    (Header::RateLimitReset, Sometimes),
];

/// Adds the common headers that answers in a place have.
fn common_headers(place: Place, mut response: Value) -> Value {
    let count = if place == Place::Root { 1 } else { COMMON.len() };
    for (header, _) in &COMMON[..count] {
        let name = header.name();
        response["headers"][name] = json!({"$ref": format!("#/components/headers/{name}")});
    }
    response
}

/// The name of the schema of the body of an operation: `CreateProjectRequest`.
fn request_name(operation_id: &str) -> String {
    let (first, rest) = operation_id.split_at(1);
    format!("{}{rest}Request", first.to_ascii_uppercase())
}
