//! What a caller says about one operation besides the request itself.

use std::borrow::Cow;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// One operation as the caller sees it: what it is doing, when to stop, and how to find it in the logs.
///
/// The same `Call` may serve several requests; its deadline then counts for each of them anew.
///
/// # Example
///
/// ```
/// use std::time::Duration;
///
/// use sparki_client::Call;
/// use tokio_util::sync::CancellationToken;
///
/// let stop = CancellationToken::new();
/// let call = Call::new("create the project").cancelled_by(&stop).deadline(Duration::from_secs(60));
/// assert_eq!(call.action(), "create the project");
/// ```
#[derive(Clone, Debug)]
pub struct Call {
    action: Cow<'static, str>,
    cancel: CancellationToken,
    deadline: Option<Duration>,
    correlation_id: Option<String>,
    purpose: Purpose,
}

/// Why something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Somebody waits for exactly this.
    Asked,
    /// Somebody may want it soon. It is tried once, and takes no place from what was asked for.
    Ahead,
}

impl Call {
    /// Names the operation with a verb phrase that follows "failed to", such as "create the project".
    #[must_use]
    pub fn new(action: impl Into<Cow<'static, str>>) -> Self {
        Self {
            action: action.into(),
            cancel: CancellationToken::new(),
            deadline: None,
            correlation_id: None,
            purpose: Purpose::Asked,
        }
    }

    /// An operation that nobody has asked for.
    pub(crate) fn ahead(action: &'static str, deadline: Duration) -> Self {
        Self { deadline: Some(deadline), purpose: Purpose::Ahead, ..Self::new(action) }
    }

    /// Stops waiting as soon as the token is cancelled.
    #[must_use]
    pub fn cancelled_by(mut self, token: &CancellationToken) -> Self {
        self.cancel = token.clone();
        self
    }

    /// Bounds the operation with all its attempts and waits, instead of the client's `operation_timeout`.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Sends this `X-Correlation-Id` instead of the client's or a generated one.
    #[must_use]
    pub fn correlation_id(mut self, id: impl Into<String>) -> Self {
        self.correlation_id = Some(id.into());
        self
    }

    /// Returns the verb phrase.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The same operation seen from inside, where another thing is being done on its behalf.
    pub(crate) fn inner(&self, action: impl Into<Cow<'static, str>>, deadline: Duration) -> Self {
        Self { action: action.into(), deadline: Some(deadline), ..self.clone() }
    }

    /// The same operation without a bound of its own.
    #[cfg(feature = "api")]
    pub(crate) fn without_deadline(self) -> Self {
        Self { deadline: None, ..self }
    }

    pub(crate) fn shown_action(&self) -> Cow<'static, str> {
        self.action.clone()
    }

    pub(crate) fn purpose(&self) -> Purpose {
        self.purpose
    }

    pub(crate) fn cancel(&self) -> &CancellationToken {
        &self.cancel
    }

    pub(crate) fn deadline_or(&self, default: Duration) -> Duration {
        self.deadline.unwrap_or(default)
    }

    pub(crate) fn chosen_correlation_id(&self) -> Option<&str> {
        self.correlation_id.as_deref()
    }
}
