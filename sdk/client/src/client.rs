//! The verbs of the control plane.

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::answer::Answer;
use crate::call::Call;
use crate::config::Settings;
use crate::credentials::ConfigError;
use crate::error::ClientError;
use crate::loader::Loader;
use crate::request::{Effect, Request};
use crate::response::Response;
use crate::transport::{Access, Transport};

/// A connection to one control plane as one identity. Clones are cheap and share the rate limit, the circuit
/// breakers, the access token and the revision that reads must have reached.
///
/// # Example
///
/// ```no_run
/// use serde::Deserialize;
/// use serde_json::json;
/// use sparki_client::{Call, Client, ClientError, ETag, Request};
///
/// #[derive(Deserialize)]
/// struct Pipeline {
///     id: String,
/// }
///
/// # async fn example(client: Client) -> Result<(), ClientError> {
/// let request = Request::post("/pipelines").json(&json!({"project_id": "0190b5c4", "name": "ci"}));
/// let created = client.create::<Pipeline>(request, &Call::new("create the pipeline")).await?;
///
/// let mut request = Request::delete("/pipelines").segment(&created.value.id);
/// if let Some(etag) = &created.etag {
///     request = request.if_match(etag);
/// }
/// client.delete(request, &Call::new("delete the pipeline")).await
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Transport>);

impl Client {
    /// Makes a client. Nothing is sent, and no token is fetched, before the first request.
    ///
    /// # Errors
    ///
    /// Fails when the certificates or the credential cannot be used.
    pub fn new(settings: Settings) -> Result<Self, ConfigError> {
        Ok(Self(Arc::new(Transport::new(settings)?)))
    }

    /// Returns the settings it was made from.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        self.0.settings()
    }

    /// Reads an object; `None` if the control plane says that it does not exist (404 or 410).
    ///
    /// A 404 that is not the control plane's own, such as a proxy's page, is an error: an object must not be
    /// given up for lost because the endpoint is wrong.
    ///
    /// # Errors
    ///
    /// Fails as [`Client::send`] does.
    pub async fn get<T: DeserializeOwned>(
        &self,
        request: Request,
        call: &Call,
    ) -> Result<Option<Response<T>>, ClientError> {
        match self.send(request, call).await {
            Ok(response) => Ok(Some(response)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Creates an object. The same idempotency key, generated unless the request has one, goes with every attempt.
    ///
    /// # Errors
    ///
    /// Fails as [`Client::send`] does. When [`ClientError::maybe_applied`] is true, the object may exist; the
    /// same request with the same key tells, and creates no second one.
    pub async fn create<T: DeserializeOwned>(
        &self,
        request: Request,
        call: &Call,
    ) -> Result<Response<T>, ClientError> {
        self.send(request.keyed(), call).await
    }

    /// Changes an object with `PATCH` or `PUT`; the request should carry `If-Match`.
    ///
    /// # Errors
    ///
    /// Fails as [`Client::send`] does. A lost answer followed by 412 may be this very change: then
    /// [`ClientError::maybe_applied`] is true and the caller reads the object again.
    pub async fn update<T: DeserializeOwned>(
        &self,
        request: Request,
        call: &Call,
    ) -> Result<Response<T>, ClientError> {
        self.send(request, call).await
    }

    /// Deletes an object; one that does not exist any more is deleted. The request should carry `If-Match`.
    ///
    /// # Errors
    ///
    /// Fails as [`Client::send`] does, and when a good answer has a body, which the control plane's never has.
    pub async fn delete(&self, request: Request, call: &Call) -> Result<(), ClientError> {
        match self.execute(&request, call, Access::Proven).await {
            Ok(answer) if answer.body.is_empty() => Ok(()),
            // Somebody else answered, a proxy perhaps, and the object may still be there.
            Ok(answer) => {
                let cause = answer.unexpected("a deletion is answered without a body");
                let error = ClientError::new(call.shown_action(), cause);
                Err(error.sent(Some(answer.correlation_id), answer.attempts).in_doubt(true))
            }
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Sends any request and decodes the answer; an empty one decodes as `null`, that is as `()` or `None`.
    ///
    /// # Errors
    ///
    /// Fails when the control plane refuses, cannot be reached, or answers something else than `T`; when time
    /// or attempts run out; and when the call is cancelled. Unknown fields of an answer are ignored.
    pub async fn send<T: DeserializeOwned>(
        &self,
        request: Request,
        call: &Call,
    ) -> Result<Response<T>, ClientError> {
        self.send_as(request, call, Access::Proven).await
    }

    /// [`Client::send`], perhaps to an endpoint that does not ask who sends it.
    pub(crate) async fn send_as<T: DeserializeOwned>(
        &self,
        request: Request,
        call: &Call,
        access: Access,
    ) -> Result<Response<T>, ClientError> {
        let answer = self.execute(&request, call, access).await?;
        let (correlation_id, attempts) = (answer.correlation_id.clone(), answer.attempts);
        answer.decode().map_err(|cause| {
            let maybe_applied = request.effect() == Effect::Mutates;
            ClientError::new(call.shown_action(), cause)
                .sent(Some(correlation_id), attempts)
                .in_doubt(maybe_applied)
        })
    }

    /// What is shared with other clients of this connection.
    pub(crate) fn transport(&self) -> &Transport {
        &self.0
    }

    pub(crate) fn loader(&self) -> &Loader {
        &self.0.loader
    }

    async fn execute(&self, request: &Request, call: &Call, access: Access) -> Result<Answer, ClientError> {
        let _writing = self.0.loader.writing(request);
        self.0.execute(request, call, access).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("endpoint", &self.settings().endpoint.as_str()).finish_non_exhaustive()
    }
}
