//! Problems: RFC 9457 answers with the contract's members.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{database, http::correlation};

/// The contract's `code` values this server uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    Malformed,
    TokenExpired,
    TokenInvalid,
    PermissionDenied,
    NotFound,
    Gone,
    AlreadyExists,
    InUse,
    InvalidState,
    PreconditionFailed,
    PreconditionRequired,
    IdempotencyKeyReused,
    ValidationFailed,
    CapabilityUnsupported,
    Cycle,
    RateLimited,
    Internal,
}

impl Code {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TokenExpired => "token_expired",
            Self::TokenInvalid => "token_invalid",
            Self::PermissionDenied => "permission_denied",
            Self::NotFound => "not_found",
            Self::Gone => "gone",
            Self::AlreadyExists => "already_exists",
            Self::InUse => "in_use",
            Self::InvalidState => "invalid_state",
            Self::PreconditionFailed => "precondition_failed",
            Self::PreconditionRequired => "precondition_required",
            Self::IdempotencyKeyReused => "idempotency_key_reused",
            Self::ValidationFailed => "validation_failed",
            Self::CapabilityUnsupported => "capability_unsupported",
            Self::Cycle => "cycle",
            Self::RateLimited => "rate_limited",
            Self::Internal => "internal",
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::TokenExpired | Self::TokenInvalid => StatusCode::UNAUTHORIZED,
            Self::PermissionDenied => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Gone => StatusCode::GONE,
            Self::AlreadyExists | Self::InUse | Self::InvalidState | Self::Cycle => StatusCode::CONFLICT,
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
            Self::IdempotencyKeyReused | Self::ValidationFailed | Self::CapabilityUnsupported => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// One thing that is wrong with a request body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FieldError {
    /// JSON pointer into the request body.
    pub(crate) pointer: String,
    pub(crate) code: &'static str,
    pub(crate) detail: String,
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
        let problem = Self::new(Code::Internal, "The server could not use its database.");
        if database::is_passing(&error) {
            problem.with_status(StatusCode::SERVICE_UNAVAILABLE).retry_after(1)
        } else {
            problem
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
        let mut body = members;
        body.insert("type".to_owned(), json!(format!("urn:sparki:problem:{}", code.name())));
        body.insert("title".to_owned(), json!(status.canonical_reason().unwrap_or("Error")));
        body.insert("status".to_owned(), json!(status.as_u16()));
        body.insert("detail".to_owned(), json!(detail));
        body.insert("code".to_owned(), json!(code.name()));
        body.insert("correlation_id".to_owned(), json!(correlation::id()));
        let retryable = code == Code::RateLimited || status == StatusCode::SERVICE_UNAVAILABLE;
        body.insert("retryable".to_owned(), json!(retryable));
        body.insert("errors".to_owned(), json!(errors));
        let mut response = (status, Value::Object(body).to_string()).into_response();
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
