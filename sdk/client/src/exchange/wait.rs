//! Waiting for the end of work.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde::de::DeserializeOwned;
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

/// What is waited for.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    /// There is nothing to do.
    None,
    /// The operation with this id.
    Operation(String),
    /// The operation of the promotion with this id.
    Promotion(String),
}

/// What is read of a promotion.
#[derive(Deserialize)]
struct Promotion {
    /// None if there was nothing to do.
    operation_id: Option<String>,
}

/// Is told how work stands.
type Observer = Arc<dyn Fn(&Progress) + Send + Sync>;

/// A wait for the end of work, not yet begun.
#[derive(Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct Wait {
    client: Client,
    call: Call,
    work: Work,
    timeout: Option<Duration>,
    observer: Option<Observer>,
}

impl Client {
    /// Waits for the end of an operation that goes on, whoever began it. Nothing is sent before the wait is sent.
    pub fn wait_for(&self, operation_id: impl Into<String>) -> Wait {
        let call = Call::new("wait for the end of the operation");
        Wait::new(self.clone(), call, Work::Operation(operation_id.into()))
    }
}

impl Wait {
    pub(crate) fn new(client: Client, call: Call, work: Work) -> Self {
        Self { client, call, work, timeout: None, observer: None }
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn call(&self) -> &Call {
        &self.call
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
        if let Work::None = self.work {
            return Ok(None);
        }
        let _working = self.client.loader().working();
        let begun = self.client.settings().timer.now();
        Watch { wait: &self, begun, correlation_id: None, attempts: 0 }.follow().await
    }
}

/// A wait that has begun.
struct Watch<'a> {
    wait: &'a Wait,
    begun: Instant,
    /// The id of the last question.
    correlation_id: Option<String>,
    /// How often the last question was tried.
    attempts: u32,
}

impl Watch<'_> {
    async fn follow(mut self) -> Result<Option<Progress>, ClientError> {
        let id = match &self.wait.work {
            Work::None => return Ok(None),
            Work::Operation(id) => id.clone(),
            Work::Promotion(id) => {
                let request = Request::get("/promotions").segment(id);
                let Some(id) = self.ask::<Promotion>(request).await?.operation_id else { return Ok(None) };
                id
            }
        };
        let timer = Arc::clone(&self.wait.client.settings().timer);
        let mut seen: Option<Progress> = None;
        let mut early = 0;
        loop {
            let wait = self.next_wait()?;
            let asked_at = timer.now();
            let question = Request::get("/operations").segment(&id);
            let question = question.query("wait", format!("{}s", wait.as_secs()));
            let progress = self.ask::<Progress>(question).await?;
            if seen.as_ref() != Some(&progress)
                && let Some(tell) = &self.wait.observer
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
                self.pause(early).await?;
            } else {
                early = 0;
            }
        }
    }

    /// How long the control plane may wait now.
    fn next_wait(&self) -> Result<Duration, ClientError> {
        let settings = self.wait.client.settings();
        let longest = if self.wait.observer.is_some() { TOLD_EVERY } else { LONGEST };
        // Half of what one attempt may take, so that the answer comes in time.
        let wait = longest.min(settings.request_timeout / 2);
        Ok(self.left()?.map_or(wait, |left| wait.min(left)))
    }

    /// What is left of the timeout.
    fn left(&self) -> Result<Option<Duration>, ClientError> {
        let Some(limit) = self.wait.timeout else { return Ok(None) };
        let passed = self.wait.client.settings().timer.now().saturating_duration_since(self.begun);
        match limit.checked_sub(passed) {
            Some(left) if !left.is_zero() => Ok(Some(left)),
            Some(_) | None => Err(self.failed(Cause::Deadline { limit, last: None })),
        }
    }

    async fn ask<T: DeserializeOwned>(&mut self, question: Request) -> Result<T, ClientError> {
        let call = match self.left()? {
            Some(left) => self.wait.call.clone().deadline(left),
            None => self.wait.call.clone(),
        };
        match self.wait.client.send::<T>(question, &call).await {
            Ok(response) => {
                (self.correlation_id, self.attempts) = (response.correlation_id, response.attempts);
                Ok(response.value)
            }
            Err(error) => {
                self.correlation_id = error.correlation_id().map(str::to_owned);
                self.attempts = error.attempts();
                // Not the question took too long, but the work.
                Err(if error.is_timeout() { self.left().err().unwrap_or(error) } else { error })
            }
        }
    }

    async fn pause(&self, early: u32) -> Result<(), ClientError> {
        let settings = self.wait.client.settings();
        let backoff = settings.retry.backoff(early, settings.timer.jitter());
        let duration = self.left()?.map_or(backoff, |left| backoff.min(left));
        let waiting =
            Waiting { duration, reason: WaitReason::NextAttempt, path: "/operations/{}".to_owned() };
        let paused = self.wait.client.transport().pause(&self.wait.call, waiting).await;
        paused.map_err(|cause| self.failed(cause))
    }

    fn failed(&self, cause: Cause) -> ClientError {
        let error = ClientError::new(self.wait.call.shown_action(), cause);
        error.sent(self.correlation_id.clone(), self.attempts)
    }
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("work", &self.work)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
