//! Failed operations.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::problem::Problem;
use crate::request::RequestError;

/// A failed operation: what was being done, why it failed, and whether it may have taken effect all the same.
///
/// `Display` says what was being done; the reason is the `source`. Neither holds credentials or bodies.
#[derive(Debug, thiserror::Error)]
#[error("failed to {action}")]
pub struct ClientError {
    action: Cow<'static, str>,
    #[source]
    cause: Box<Cause>,
    correlation_id: Option<String>,
    attempts: u32,
    maybe_applied: bool,
}

/// Why an operation failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// The control plane refused.
    #[error("{0}")]
    Refused(Box<Problem>),
    /// The answer is not the control plane's contract: a proxy's page, truncated JSON, a field of another type.
    #[error("the control plane answered {} with {content_type}, which is not its contract: {reason}{}",
        status.as_u16(), beginning(snippet))]
    Unexpected {
        /// HTTP status.
        status: StatusCode,
        /// `Content-Type` of the answer.
        content_type: String,
        /// How it departs from the contract.
        reason: String,
        /// The first 80 characters, without secrets.
        snippet: String,
    },
    /// No connection could be made; nothing was sent.
    #[error("{host} cannot be reached: {reason}")]
    Unreachable {
        /// Host and port.
        host: String,
        /// What the system said.
        reason: String,
    },
    /// The host's certificate is not trusted, or TLS failed otherwise; nothing was sent.
    #[error("{host} cannot be trusted: {reason}")]
    Untrusted {
        /// Host and port.
        host: String,
        /// What TLS said.
        reason: String,
    },
    /// The connection broke after the request may have arrived.
    #[error("the connection to {host} broke before the answer was complete: {reason}")]
    Lost {
        /// Host and port.
        host: String,
        /// What the system said.
        reason: String,
    },
    /// One attempt took longer than the client's `request_timeout`.
    #[error("{host} did not answer within {} s", limit.as_secs_f64())]
    NoAnswer {
        /// Host and port.
        host: String,
        /// The time limit of one attempt.
        limit: Duration,
    },
    /// The operation took longer than its deadline.
    #[error("it took longer than {} s", limit.as_secs_f64())]
    Deadline {
        /// The time limit of the operation.
        limit: Duration,
        /// Why the last attempt failed, if there was one.
        #[source]
        last: Option<Box<Cause>>,
    },
    /// The rate limit leaves no room before the deadline; nothing was sent.
    #[error("the rate limit leaves no room for {} s, which is past the deadline", wait.as_secs())]
    RateLimited {
        /// How long the operation would have had to wait.
        wait: Duration,
    },
    /// The host failed so often in a row that it is left alone for a while; nothing was sent.
    #[error("{host} failed {failures} times in a row; {}", next_try(*retry_in))]
    CircuitOpen {
        /// Host and port.
        host: String,
        /// Failures in a row.
        failures: u32,
        /// Time until the next attempt is let through; 0 while one is under way.
        retry_in: Duration,
        /// How it failed last.
        #[source]
        last: HostFailure,
    },
    /// The caller cancelled the operation.
    #[error("it was cancelled")]
    Cancelled,
    /// The request could not be authenticated.
    #[error("could not sign in")]
    Authentication(#[source] Arc<ClientError>),
    /// The CI gives no token to exchange.
    #[error("{ci} gives no identity token: {reason}; {remedy}")]
    NoIdentity {
        /// Name of the CI.
        ci: &'static str,
        /// Why not.
        reason: String,
        /// What to set.
        remedy: &'static str,
    },
    /// A layer of the user's own failed; whether it had sent the request before, only the layer knows.
    #[error("a layer around the client failed")]
    Layer(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A list names a page as the next one that was read already.
    #[error("the control plane gave the same cursor twice, so that the list has no end")]
    RepeatedCursor,
    /// A batch read lacks an item, or gives it a status or a form outside the contract.
    #[error("the control plane's answer for {kind} {id} is not its contract (status {})",
        status.map_or_else(|| "missing".to_owned(), |status| status.to_string()))]
    BatchItem {
        /// Kind of the object.
        kind: String,
        /// Id of the object.
        id: String,
        /// Status of the item, if there was one.
        status: Option<u16>,
    },
    /// What went on after the request was answered has failed, or was canceled.
    #[error("operation {operation_id} is {status}{}",
        reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}")))]
    WorkFailed {
        /// Id of the operation.
        operation_id: String,
        /// `failed` or `canceled`.
        status: String,
        /// Why, as far as the control plane says.
        reason: Option<String>,
    },
    /// A read-only region names a primary that the credentials are not sent to, because it is neither of the endpoint's
    /// domain nor in the settings.
    #[error(
        "the region only reads, and {host}, where it sends writes, is not known; if it is yours, name it in \
        SPARKI_REGIONS"
    )]
    StrangeRegion {
        /// Host and port of the primary.
        host: String,
        /// The refusal of the region.
        problem: Box<Problem>,
    },
    /// The request itself cannot be sent.
    #[error(transparent)]
    Request(#[from] RequestError),
}

/// How a host failed, in one line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct HostFailure(Arc<str>);

impl HostFailure {
    pub(crate) fn of(cause: &Cause) -> Self {
        Self(cause.to_string().into())
    }
}

fn next_try(retry_in: Duration) -> String {
    match retry_in.as_secs() {
        0 => "it is being asked again".to_owned(),
        seconds => format!("it is asked again in {seconds} s"),
    }
}

fn beginning(snippet: &str) -> String {
    if snippet.is_empty() { String::new() } else { format!("; it begins {snippet}") }
}

impl Cause {
    /// For an answer that should have held a token, and may hold it in an unknown form.
    pub(crate) fn without_snippet(mut self) -> Self {
        if let Self::Unexpected { snippet, .. } = &mut self {
            snippet.clear();
        }
        self
    }
}

impl ClientError {
    pub(crate) fn new(action: impl Into<Cow<'static, str>>, cause: Cause) -> Self {
        Self {
            action: action.into(),
            cause: Box::new(cause),
            correlation_id: None,
            attempts: 0,
            maybe_applied: false,
        }
    }

    pub(crate) fn sent(self, correlation_id: Option<String>, attempts: u32) -> Self {
        Self { correlation_id, attempts, ..self }
    }

    pub(crate) fn in_doubt(self, maybe_applied: bool) -> Self {
        Self { maybe_applied, ..self }
    }

    /// Returns what was being done, as the caller named it.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// Returns why it failed.
    #[must_use]
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// Returns the control plane's refusal, if it answered with one.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        match self.cause.as_ref() {
            Cause::Refused(problem) | Cause::StrangeRegion { problem, .. } => Some(problem),
            Cause::Unexpected { .. }
            | Cause::Unreachable { .. }
            | Cause::Untrusted { .. }
            | Cause::Lost { .. }
            | Cause::NoAnswer { .. }
            | Cause::Deadline { .. }
            | Cause::RateLimited { .. }
            | Cause::CircuitOpen { .. }
            | Cause::Cancelled
            | Cause::Authentication(_)
            | Cause::NoIdentity { .. }
            | Cause::Layer(_)
            | Cause::RepeatedCursor
            | Cause::BatchItem { .. }
            | Cause::WorkFailed { .. }
            | Cause::Request(_) => None,
        }
    }

    /// Returns the status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        if let Cause::Unexpected { status, .. } = self.cause.as_ref() {
            return Some(*status);
        }
        self.problem().map(|problem| problem.status)
    }

    /// Returns the control plane's code, such as `already_exists`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.problem()?.code.as_deref()
    }

    /// Returns the id under which the control plane logged the request, or under which it was sent.
    #[must_use]
    pub fn correlation_id(&self) -> Option<&str> {
        self.correlation_id.as_deref()
    }

    /// Returns how often the request was sent, or would have been if the host could be reached; 0 if there was nothing to
    /// send, no time, or no leave to.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Whether a mutation may have taken effect although it failed. The caller reads the object again.
    ///
    /// True when an answer was lost, late, foreign or a server error, or the operation was cancelled in flight;
    /// it stays true if a later attempt is refused, as when a lost `PATCH` is then answered 412.
    #[must_use]
    pub fn maybe_applied(&self) -> bool {
        self.maybe_applied
    }

    /// Whether the control plane says that the object does not exist. A foreign 404 does not count.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.problem().is_some_and(Problem::is_absence)
    }

    /// Whether the object's present status stands in the way (409 or 412).
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.has_status(StatusCode::CONFLICT) || self.is_precondition_failed()
    }

    /// Whether the natural key is taken; see [`ClientError::existing_id`].
    #[must_use]
    pub fn is_already_exists(&self) -> bool {
        self.code() == Some("already_exists")
    }

    /// Whether the object changed since its `ETag` was read (412).
    #[must_use]
    pub fn is_precondition_failed(&self) -> bool {
        self.has_status(StatusCode::PRECONDITION_FAILED)
    }

    /// Whether values of the request are at fault (400 or 422).
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        self.has_status(StatusCode::BAD_REQUEST) || self.has_status(StatusCode::UNPROCESSABLE_ENTITY)
    }

    /// Whether the rate limit stands in the way.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        if let Cause::Authentication(error) = self.cause.as_ref() {
            return error.is_throttled();
        }
        matches!(self.cause.as_ref(), Cause::RateLimited { .. })
            || self.has_status(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether the credentials are wrong or expired (401, or no access token was given for them or for the CI).
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        if let Cause::Authentication(error) = self.cause.as_ref() {
            return error.is_unauthorized() || error.is_invalid() || error.is_permission_denied();
        }
        matches!(self.cause.as_ref(), Cause::NoIdentity { .. }) || self.has_status(StatusCode::UNAUTHORIZED)
    }

    /// Whether the credentials do not suffice (403).
    #[must_use]
    pub fn is_permission_denied(&self) -> bool {
        self.has_status(StatusCode::FORBIDDEN)
    }

    /// Whether the caller cancelled the operation.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        match self.cause.as_ref() {
            Cause::Authentication(error) => error.is_cancelled(),
            cause => matches!(cause, Cause::Cancelled),
        }
    }

    /// Whether time ran out, for one attempt or for the operation.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self.cause.as_ref() {
            Cause::Authentication(error) => error.is_timeout(),
            cause => matches!(cause, Cause::NoAnswer { .. } | Cause::Deadline { .. }),
        }
    }

    /// Whether the host could not be reached, broke off, or answered with a server error.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        if let Cause::Authentication(error) = self.cause.as_ref() {
            return error.is_unavailable();
        }
        let is_down = |cause: &Cause| {
            matches!(cause, Cause::Unreachable { .. } | Cause::Lost { .. } | Cause::CircuitOpen { .. })
        };
        is_down(&self.cause) || self.status().is_some_and(|status| status.is_server_error())
    }

    /// Returns the id of the object that has the natural key.
    #[must_use]
    pub fn existing_id(&self) -> Option<&str> {
        self.problem()?.existing_id()
    }

    pub(crate) fn into_cause(self) -> Cause {
        *self.cause
    }

    fn has_status(&self, status: StatusCode) -> bool {
        self.problem().is_some_and(|problem| problem.status == status)
    }
}
