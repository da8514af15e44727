//! Problems: RFC 9457 answers with the contract's members.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    database,
    document::choice::{choice, word_of},
    http::correlation,
};

choice! {
    /// What went wrong, for programs. There may be more codes one day; their status says what kind they are.
    Code {
        /// The request cannot be read: its path, query, headers or body are not what they should be.
        Malformed = "malformed",
        /// The access token has expired; a new one will do.
        TokenExpired = "token_expired",
        /// The credentials are missing or prove nothing.
        TokenInvalid = "token_invalid",
        /// The role of the caller does not reach: `permission`, `scope`.
        PermissionDenied = "permission_denied",
        /// There is no such object, or the caller may not know of it.
        NotFound = "not_found",
        /// The object was archived.
        Gone = "gone",
        /// The name or slug is taken, by the object `existing_id`.
        AlreadyExists = "already_exists",
        /// Other objects are in the way: `dependents`.
        InUse = "in_use",
        /// The object is in a `state` that does not allow this; `allowed` are those that do.
        InvalidState = "invalid_state",
        /// The object has changed since the version in If-Match: `changed_by`, `changed_at`, `changed_fields`.
        PreconditionFailed = "precondition_failed",
        /// The header If-Match is missing.
        PreconditionRequired = "precondition_required",
        /// The key in Idempotency-Key was used for another request.
        IdempotencyKeyReused = "idempotency_key_reused",
        /// The body is not valid: `errors` has everything that is wrong.
        ValidationFailed = "validation_failed",
        /// The `platform` is not capable of the `feature`.
        CapabilityUnsupported = "capability_unsupported",
        /// The objects would go in a circle, along `path`.
        Cycle = "cycle",
        /// The world has moved away from the plan: `changes`. Plan again.
        PlanStale = "plan_stale",
        /// The environment is locked: `reason`, `until`.
        Locked = "locked",
        /// Nothing may change there now: `window`, `ends_at`.
        Frozen = "frozen",
        /// Too many requests; Retry-After says when to go on.
        RateLimited = "rate_limited",
        /// The workspace has as many objects of the kind `quota` as it may have: `limit`. Waiting does not help.
        QuotaExceeded = "quota_exceeded",
        /// The region takes no changes; the one at `primary_endpoint` does.
        RegionReadOnly = "region_read_only",
        /// The server has not seen the change in Sparki-Min-Revision yet.
        ReplicaLagging = "replica_lagging",
        /// The server failed. The request may be repeated if it says so.
        Internal = "internal",
    }
}

impl Code {
    pub(crate) fn name(self) -> &'static str {
        word_of(self)
    }

    /// The status it is answered with, unless a problem says otherwise.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::TokenExpired | Self::TokenInvalid => StatusCode::UNAUTHORIZED,
            Self::PermissionDenied => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Gone => StatusCode::GONE,
            Self::AlreadyExists | Self::InUse | Self::InvalidState | Self::Cycle => StatusCode::CONFLICT,
            Self::PreconditionFailed | Self::PlanStale => StatusCode::PRECONDITION_FAILED,
            Self::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
            Self::IdempotencyKeyReused | Self::ValidationFailed | Self::CapabilityUnsupported => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::Locked | Self::Frozen => StatusCode::LOCKED,
            Self::RateLimited | Self::QuotaExceeded => StatusCode::TOO_MANY_REQUESTS,
            Self::RegionReadOnly => StatusCode::MISDIRECTED_REQUEST,
            Self::ReplicaLagging => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// One thing that is wrong with a request body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct FieldError {
    /// JSON pointer into the request body.
    pub(crate) pointer: String,
    /// What is wrong, for programs.
    pub(crate) code: &'static str,
    /// What is wrong, for people.
    pub(crate) detail: String,
}

/// What is answered when a request is refused or fails, as in RFC 9457.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(crate) struct ProblemBody<'a> {
    /// URN of the code.
    #[serde(rename = "type")]
    kind: String,
    /// Name of the status.
    title: &'a str,
    /// Status of the answer.
    status: u16,
    /// What went wrong, for people.
    detail: &'a str,
    /// What went wrong, for programs.
    code: Code,
    /// Id of the request in the logs of the server.
    correlation_id: String,
    /// Whether the same request may do better later.
    retryable: bool,
    /// Everything that is wrong with the body; empty for problems of another kind.
    errors: &'a [FieldError],
    /// What else is known.
    #[serde(flatten)]
    #[schemars(schema_with = "members")]
    members: &'a Map<String, Value>,
}

/// The members that some codes add.
fn members(_generator: &mut SchemaGenerator) -> Schema {
    let text = json!({"type": "string"});
    let dependent = json!({
        "type": "object",
        "properties": {
            "kind": {"type": "string", "description": "Kind of the object."},
            "id": {"type": "string", "description": "Identifier of the object."},
            "name": {"type": "string", "description": "Name or slug of the object."},
        },
        "required": ["kind", "id", "name"],
    });
    let change = json!({
        "type": "object",
        "properties": {
            "what": {"type": "string", "description": "What has changed."},
            "before": {"type": ["string", "null"], "description": "As the plan has it; null if it had none."},
            "after": {"type": ["string", "null"], "description": "As it is; null if there is none."},
        },
        "required": ["what", "before", "after"],
    });
    json_schema!({
        "type": "object",
        "properties": {
            "permission": {"type": "string", "description": "What the caller would have to be permitted."},
            "scope": {"type": "string", "description": "Id of the object in which they would have to be."},
            "reason": {"type": "string", "description": "Why the environment is locked."},
            "until": {
                "type": ["string", "null"], "format": "date-time",
                "description": "When the lock ends by itself; null if it does not.",
            },
            "changes": {"type": "array", "items": change, "description": "What is not as the plan has it."},
            "window": {"type": "string", "description": "Name of the freeze window."},
            "ends_at": {"type": "string", "format": "date-time", "description": "When the freeze ends."},
            "existing_id": {"type": "string", "description": "Id of the object that has the name or slug."},
            "dependents": {"type": "array", "items": dependent, "description": "Some of what is in the way."},
            "gates": {"type": "array", "items": text, "description": "Names of the gates that are closed."},
            "state": {"type": "string", "description": "State of the object."},
            "allowed": {"type": "array", "items": text, "description": "States that would allow it."},
            "changed_by": {"type": ["string", "null"], "description": "Who made the last change."},
            "changed_at": {"type": ["string", "null"], "description": "When it was made."},
            "changed_fields": {"type": "array", "items": text, "description": "What has changed since."},
            "platform": {"type": "string", "description": "Platform that is not capable."},
            "feature": {"type": "string", "description": "What it is not capable of."},
            "quota": {"type": "string", "description": "Name of the kind in paths, such as `projects`."},
            "limit": {"type": "integer", "description": "How many there may be."},
            "primary_endpoint": {"type": "string", "description": "Base URL of the region that takes changes."},
            "path": {"type": "array", "items": text, "description": "Slugs along the circle."},
        },
    })
}

/// A refusal or a failure, on its way to the client.
#[derive(Debug)]
pub(crate) struct Problem(Box<Parts>);

#[derive(Debug)]
struct Parts {
    status: StatusCode,
    code: Code,
    detail: String,
    errors: Vec<FieldError>,
    members: Map<String, Value>,
    retry_after: Option<u64>,
    workspace_id: Option<String>,
}

impl Problem {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            status: code.status(),
            code,
            detail: detail.into(),
            errors: Vec::new(),
            members: Map::new(),
            retry_after: None,
            workspace_id: None,
        }))
    }

    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(Code::Malformed, detail)
    }

    /// What is answered for an object that does not exist, and for one the caller may not know about.
    pub(crate) fn not_found(kind: &str) -> Self {
        Self::new(Code::NotFound, format!("There is no such {}.", kind.replace('_', " ")))
    }

    /// What is answered while the database is out of reach.
    pub(crate) fn unavailable() -> Self {
        Self::new(Code::Internal, "The server could not use its database.")
            .with_status(StatusCode::SERVICE_UNAVAILABLE)
            .retry_after(1)
    }

    pub(crate) fn validation(errors: Vec<FieldError>) -> Self {
        let mut problem = Self::new(
            Code::ValidationFailed,
            match errors.len() {
                1 => format!("{} ({})", errors[0].detail, errors[0].pointer),
                count => format!("The request has {count} errors."),
            },
        );
        problem.0.errors = errors;
        problem
    }

    pub(crate) fn invalid(pointer: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::validation(vec![FieldError { pointer: pointer.to_owned(), code, detail: detail.into() }])
    }

    /// What is wrong, in words.
    pub(crate) fn detail(&self) -> &str {
        &self.0.detail
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = status;
        self
    }

    pub(crate) fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.errors = errors;
        self
    }

    /// Adds a member beside the standard ones, such as `existing_id`.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.members.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// Notes the workspace for the audit log; the client does not see it.
    pub(crate) fn in_workspace(mut self, workspace_id: &str) -> Self {
        self.0.workspace_id = Some(workspace_id.to_owned());
        self
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        tracing::error!(component = "database", error = %error, "a statement failed");
        if database::is_passing(&error) {
            Self::unavailable()
        } else {
            Self::new(Code::Internal, "The server could not use its database.")
        }
    }
}

/// What the audit log needs to know of a refusal; travels in the extensions of the answer.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) workspace_id: Option<String>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Parts { status, code, detail, errors, members, retry_after, workspace_id } = *self.0;
        let body = ProblemBody {
            kind: format!("urn:sparki:problem:{}", code.name()),
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: &detail,
            code,
            correlation_id: correlation::id(),
            retryable: code == Code::RateLimited || status == StatusCode::SERVICE_UNAVAILABLE,
            errors: &errors,
            members: &members,
        };
        let mut response = (status, json!(body).to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(Refusal { code, workspace_id });
        response
    }
}
