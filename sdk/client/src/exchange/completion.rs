//! Waiting for an object on which work goes on.

use std::fmt;
use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;

use crate::error::ClientError;
use crate::exchange::{Progress, Wait};
use crate::request::Request;
use crate::response::Response;

/// A wait for an object to be finished, not yet begun.
#[derive(Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct Completion<T> {
    pub(super) wait: Wait,
    /// The object as it was when the work began.
    pub(super) begun: Response<T>,
    /// What reads the object.
    pub(super) object: Request,
}

impl<T: DeserializeOwned> Completion<T> {
    /// Bounds the whole wait; by default there is no bound. The work goes on when the wait is over.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { wait: self.wait.timeout(timeout), ..self }
    }

    /// Stops waiting as soon as the token is cancelled. The work goes on.
    pub fn cancel(self, token: &CancellationToken) -> Self {
        Self { wait: self.wait.cancel(token), ..self }
    }

    /// Tells how the work goes whenever that has changed, and asks for it every 5 s instead of every 30 s.
    pub fn on_progress(self, tell: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        Self { wait: self.wait.on_progress(tell), ..self }
    }

    /// Waits, and returns the object as it is when the work has succeeded. If there was no work to do, nothing is sent.
    ///
    /// # Errors
    ///
    /// Fails as [`Wait::send`] does, and as [`Client::send`](crate::Client::send) does if the object cannot be read.
    pub async fn send(self) -> Result<Response<T>, ClientError> {
        let (client, call) = (self.wait.client().clone(), self.wait.call().clone());
        match self.wait.send().await? {
            Some(_) => client.send(self.object, &call).await,
            None => Ok(self.begun),
        }
    }
}

impl<T> fmt::Debug for Completion<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Completion").field("wait", &self.wait).finish_non_exhaustive()
    }
}
