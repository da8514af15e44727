//! Operations: a route, what it takes, and what it answers.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use axum::{
    handler::Handler,
    http::{Method, StatusCode},
    routing::{MethodFilter, MethodRouter, on},
};
use serde_json::json;

use crate::{
    app::{API, App},
    http::{intent::Intent, problem::Code},
    openapi::{Header, Parameter, Reply, Request},
};

/// Where an operation is, and what it is.
#[derive(Debug, Clone)]
pub(crate) struct Heading {
    pub(crate) place: Place,
    pub(crate) method: Verb,
    /// Path below the place, with parameters in braces.
    pub(crate) path: String,
    /// Name for programs, unique: `createProject`.
    pub(crate) id: String,
    /// What the operation belongs to: `projects`.
    pub(crate) tag: &'static str,
    /// One line without a full stop: `Creates a project`.
    pub(crate) summary: String,
    /// Sentences about what a caller has to know.
    pub(crate) about: String,
}

/// Who may come to an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Below the base path, with credentials, limited by caller.
    Guarded,
    /// Below the base path, without credentials, limited by address.
    Open,
    /// At the root, without credentials or limits.
    Root,
}

/// The methods there are routes for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Post,
    Patch,
    Delete,
}

impl Verb {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Patch => "patch",
            Self::Delete => "delete",
        }
    }

    fn method(self) -> Method {
        match self {
            Self::Get => Method::GET,
            Self::Post => Method::POST,
            Self::Patch => Method::PATCH,
            Self::Delete => Method::DELETE,
        }
    }

    fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
            Self::Patch => MethodFilter::PATCH,
            Self::Delete => MethodFilter::DELETE,
        }
    }
}

/// What an operation leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// What its method says.
    OfMethod,
    /// Nothing, although it is posted: there is too much to ask for a query.
    Nothing,
}

/// A route with its description.
pub(crate) struct Operation {
    pub(super) heading: Heading,
    pub(super) parameters: Vec<Parameter>,
    pub(super) request: Option<Request>,
    pub(super) replies: Vec<Reply>,
    /// Whether it may be repeated freely, whatever its method says.
    pub(super) effect: Effect,
    /// The codes it refuses with, by status.
    pub(super) problems: BTreeMap<u16, BTreeSet<Code>>,
    pub(super) route: MethodRouter<App>,
}

impl Operation {
    pub(crate) fn new<H, T>(heading: Heading, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let parameters = path_parameters(&heading.path).map(Parameter::path).collect();
        let (place, route) = (heading.place, on(heading.method.filter(), handler));
        let operation = Self {
            heading,
            parameters,
            request: None,
            replies: Vec::new(),
            effect: Effect::OfMethod,
            problems: BTreeMap::new(),
            route,
        }
        .refuses(&[Code::Internal])
        .refuses_with(StatusCode::SERVICE_UNAVAILABLE, Code::Internal);
        let operation = match place {
            // Whoever is known is told about parameters that are not.
            Place::Guarded => operation.refuses(&[
                Code::Malformed,
                Code::TokenExpired,
                Code::TokenInvalid,
                Code::RateLimited,
            ]),
            Place::Open => operation.refuses(&[Code::RateLimited]),
            Place::Root => return operation,
        };
        match (operation.intent(), place) {
            (Intent::Read, Place::Guarded) => operation.takes(revision()).refuses(&[Code::ReplicaLagging]),
            (Intent::Read, Place::Open | Place::Root) => operation,
            (Intent::Change, _) => operation.refuses(&[Code::RegionReadOnly]),
        }
    }

    /// Says that it changes nothing although it is posted.
    pub(crate) fn changes_nothing(self) -> Self {
        Self { effect: Effect::Nothing, ..self }
    }

    /// Adds a parameter.
    pub(crate) fn takes(mut self, parameter: Parameter) -> Self {
        self.parameters.push(parameter);
        self
    }

    /// Adds a body.
    pub(crate) fn reads(mut self, request: Request) -> Self {
        self.request = Some(request);
        self.refuses(&[Code::Malformed, Code::ValidationFailed])
            .refuses_with(StatusCode::REQUEST_TIMEOUT, Code::Malformed)
            .refuses_with(StatusCode::PAYLOAD_TOO_LARGE, Code::Malformed)
            .refuses_with(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::Malformed)
    }

    /// Adds an answer.
    pub(crate) fn answers(mut self, reply: Reply) -> Self {
        self.replies.push(reply);
        self
    }

    /// Adds codes that it refuses with, each with its usual status.
    pub(crate) fn refuses(self, codes: &[Code]) -> Self {
        codes.iter().fold(self, |operation, code| operation.refuses_with(code.status(), *code))
    }

    /// Adds a code that it refuses with, with a status of its own.
    pub(crate) fn refuses_with(mut self, status: StatusCode, code: Code) -> Self {
        self.problems.entry(status.as_u16()).or_default().insert(code);
        self
    }

    /// Takes `If-Match`, and has to be given it.
    pub(crate) fn with_precondition(self) -> Self {
        let about = "The ETag of the version that the change is based on, several of them, or `*` for any.";
        self.takes(Parameter::header("If-Match", about, json!({"type": "string"})).required()).refuses(&[
            Code::Malformed,
            Code::PreconditionRequired,
            Code::PreconditionFailed,
        ])
    }

    /// Takes `Idempotency-Key`, and has to be given it.
    pub(crate) fn with_idempotency_key(self) -> Self {
        let about = "A new random value, and the same value when the request is repeated within a day: it is then \
                     answered as before and not carried out again.";
        let schema = json!({"type": "string", "pattern": "^[!-~]{1,255}$"});
        self.takes(Parameter::header("Idempotency-Key", about, schema).required())
            .refuses(&[Code::Malformed, Code::IdempotencyKeyReused])
    }

    /// Takes `If-None-Match`, and answers with 304 and these headers if the caller has what there is.
    pub(crate) fn unless_unchanged(self, headers: &[Header]) -> Self {
        let about = "ETags of versions that the caller has; weak ones will do.";
        let unchanged =
            Reply::empty(StatusCode::NOT_MODIFIED, "One of the versions in If-None-Match still holds.");
        self.takes(Parameter::header("If-None-Match", about, json!({"type": "string"})))
            .answers(headers.iter().fold(unchanged, |reply, header| reply.with(*header)))
    }

    fn intent(&self) -> Intent {
        Intent::of(&self.heading.method.method(), &self.heading.path)
    }

    /// The path from the root of the server.
    pub(super) fn path(&self) -> String {
        match self.heading.place {
            Place::Guarded | Place::Open => format!("{API}{}", self.heading.path),
            Place::Root => self.heading.path.clone(),
        }
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Operation").field("heading", &self.heading).finish_non_exhaustive()
    }
}

fn revision() -> Parameter {
    let about = "The highest `Sparki-Revision` that the caller has seen: the answer shows that change, or is \
                 `replica_lagging`.";
    Parameter::header(
        "Sparki-Min-Revision",
        about,
        json!({"type": "integer", "minimum": 0, "maximum": i64::MAX}),
    )
}

fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}
