//! Waiting for the end of work.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use crate::call::Call;
use crate::client::Client;
use crate::error::{Cause, ClientError};
use crate::request::Request;
use crate::waiting::{WaitReason, Waiting};

/// Longest time that the control plane is asked to wait: as long as the contract allows.
const LONGEST: Duration = Duration::from_secs(30);
/// The same if somebody wants to be told how the work goes.
const TOLD_EVERY: Duration = Duration::from_secs(5);

/// How work stands.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Progress {
    /// Id of the operation.
    pub id: String,
    /// How the operation stands: `running`, and at the end `succeeded`, `failed` or `canceled`.
    pub status: String,
    /// Status of the object that is worked on, in its own words.
    #[serde(default)]
    pub stage: Option<String>,
    /// Why the work failed or was canceled.
    #[serde(default)]
    pub reason: Option<String>,
    /// Id of the object that is worked on.
    #[serde(default)]
    pub resource_id: Option<String>,
}

/// Is told how work stands.
type Observer = Arc<dyn Fn(&Progress) + Send + Sync>;

/// A wait for the end of work, not yet begun.
#[derive(Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct Wait {
    client: Client,
    call: Call,
    operation_id: Option<String>,
    timeout: Option<Duration>,
    observer: Option<Observer>,
}

impl Client {
    /// Waits for the end of an operation that goes on, whoever began it. Nothing is sent before the wait is sent.
    pub fn wait_for(&self, operation_id: impl Into<String>) -> Wait {
        let call = Call::new("wait for the end of the operation");
        Wait::new(self.clone(), call, Some(operation_id.into()))
    }
}

impl Wait {
    pub(crate) fn new(client: Client, call: Call, operation_id: Option<String>) -> Self {
        Self { client, call, operation_id, timeout: None, observer: None }
    }

    /// Bounds the whole wait; by default there is no bound. The work goes on when the wait is over.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..self }
    }

    /// Stops waiting as soon as the token is cancelled. The work goes on.
    pub fn cancel(self, token: &CancellationToken) -> Self {
        Self { call: self.call.cancelled_by(token), ..self }
    }

    /// Tells how the work goes whenever that has changed, and asks for it every 5 s instead of every 30 s.
    pub fn on_progress(self, tell: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        Self { observer: Some(Arc::new(tell)), ..self }
    }

    /// Waits, and returns how the work stands at its end; `None` if there was none.
    ///
    /// # Errors
    ///
    /// Fails if the work has failed or was canceled ([`Cause::WorkFailed`]), if the timeout has passed, if the wait is
    /// cancelled, and as [`Client::send`] does.
    pub async fn send(self) -> Result<Option<Progress>, ClientError> {
        let Some(id) = &self.operation_id else { return Ok(None) };
        let timer = Arc::clone(&self.client.settings().timer);
        let begun = timer.now();
        let mut seen: Option<Progress> = None;
        let mut early = 0;
        loop {
            let wait = self.next_wait(begun)?;
            let asked_at = timer.now();
            let progress = self.ask((id, wait), begun).await?;
            if seen.as_ref() != Some(&progress)
                && let Some(tell) = &self.observer
            {
                tell(&progress);
            }
            match progress.status.as_str() {
                "succeeded" => return Ok(Some(progress)),
                "failed" | "canceled" => {
                    return Err(self.failed(Cause::WorkFailed {
                        operation_id: progress.id,
                        status: progress.status,
                        reason: progress.reason,
                    }));
                }
                _ => seen = Some(progress),
            }
            // Somebody on the way may not wait. Asking again at once would be asking without end.
            if timer.now().saturating_duration_since(asked_at) < wait / 2 {
                early += 1;
                self.pause(early, begun).await?;
            } else {
                early = 0;
            }
        }
    }

    /// How long the control plane may wait now.
    fn next_wait(&self, begun: Instant) -> Result<Duration, ClientError> {
        let settings = self.client.settings();
        let longest = if self.observer.is_some() { TOLD_EVERY } else { LONGEST };
        // Half of what one attempt may take, so that the answer comes in time.
        let wait = longest.min(settings.request_timeout / 2);
        Ok(self.left(begun)?.map_or(wait, |left| wait.min(left)))
    }

    /// What is left of the timeout.
    fn left(&self, begun: Instant) -> Result<Option<Duration>, ClientError> {
        let Some(limit) = self.timeout else { return Ok(None) };
        let passed = self.client.settings().timer.now().saturating_duration_since(begun);
        match limit.checked_sub(passed) {
            Some(left) if !left.is_zero() => Ok(Some(left)),
            Some(_) | None => Err(self.failed(Cause::Deadline { limit, last: None })),
        }
    }

    async fn ask(&self, (id, wait): (&str, Duration), begun: Instant) -> Result<Progress, ClientError> {
        let request = Request::get("/operations").segment(id).query("wait", format!("{}s", wait.as_secs()));
        let call = match self.left(begun)? {
            Some(left) => self.call.clone().deadline(left),
            None => self.call.clone(),
        };
        match self.client.send(request, &call).await {
            Ok(response) => Ok(response.value),
            // Not the question took too long, but the work.
            Err(error) if error.is_timeout() => Err(self.left(begun).err().unwrap_or(error)),
            Err(error) => Err(error),
        }
    }

    async fn pause(&self, early: u32, begun: Instant) -> Result<(), ClientError> {
        let settings = self.client.settings();
        let backoff = settings.retry.backoff(early, settings.timer.jitter());
        let duration = self.left(begun)?.map_or(backoff, |left| backoff.min(left));
        let waiting =
            Waiting { duration, reason: WaitReason::NextAttempt, path: "/operations/{}".to_owned() };
        let paused = self.client.transport().pause(&self.call, waiting).await;
        paused.map_err(|cause| self.failed(cause))
    }

    fn failed(&self, cause: Cause) -> ClientError {
        ClientError::new(self.call.shown_action(), cause)
    }
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("operation_id", &self.operation_id)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
