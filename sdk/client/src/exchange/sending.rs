//! Exchanges: a request with what is being done and by whom.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use futures_util::{Stream, TryStreamExt, stream};
use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;

use crate::call::Call;
use crate::client::Client;
use crate::error::ClientError;
use crate::event::Event;
use crate::exchange::{Precondition, Started};
use crate::idempotency::IdempotencyKey;
use crate::request::Request;
use crate::response::Response;
use crate::transport::Access;

/// A request that is about to be sent: what every builder holds.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    client: Client,
    request: Request,
    call: Call,
    access: Access,
}

impl Exchange {
    pub(crate) fn new(client: &Client, action: &'static str, request: Request) -> Self {
        Self { client: client.clone(), request, call: Call::new(action), access: Access::Proven }
    }

    /// Sends the request to an endpoint that does not ask who sends it.
    pub(crate) fn without_credentials(self) -> Self {
        Self { access: Access::Anonymous, ..self }
    }

    /// Demands that the object still has this version.
    pub(crate) fn on(self, version: Precondition) -> Self {
        self.with_request(|request| match version.0 {
            Some(etag) => request.if_match(etag),
            None => request,
        })
    }

    pub(crate) fn query(self, name: impl Into<Cow<'static, str>>, value: impl fmt::Display) -> Self {
        self.with_request(|request| request.query(name, value))
    }

    pub(crate) fn text(self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        let value: String = value.into();
        self.query(name, value)
    }

    pub(crate) fn after(self, event_id: u64) -> Self {
        self.with_request(|request| request.resume_after(event_id))
    }

    pub(crate) fn idempotency_key(self, key: IdempotencyKey) -> Self {
        self.with_request(|request| request.idempotency_key(key))
    }

    pub(crate) fn correlation_id(self, id: String) -> Self {
        Self { call: self.call.correlation_id(id), ..self }
    }

    pub(crate) fn timeout(self, timeout: Duration) -> Self {
        Self { call: self.call.deadline(timeout), ..self }
    }

    pub(crate) fn cancel(self, token: &CancellationToken) -> Self {
        Self { call: self.call.cancelled_by(token), ..self }
    }

    pub(crate) async fn send<T: DeserializeOwned>(self) -> Result<Response<T>, ClientError> {
        self.client.send_as(self.request, &self.call, self.access).await
    }

    pub(crate) async fn read<T: DeserializeOwned>(self) -> Result<Option<Response<T>>, ClientError> {
        self.client.get(self.request, &self.call).await
    }

    pub(crate) async fn create<T: DeserializeOwned>(self) -> Result<Response<T>, ClientError> {
        self.client.create(self.request, &self.call).await
    }

    pub(crate) async fn delete(self) -> Result<(), ClientError> {
        self.client.delete(self.request, &self.call).await
    }

    /// Does something once for each key, and work on the object may go on afterwards.
    pub(crate) async fn start_keyed<T: DeserializeOwned>(
        self,
        object: impl FnOnce(&T) -> Request,
    ) -> Result<Started<T>, ClientError> {
        let response = self.client.create(self.request, &self.call).await?;
        let object = object(&response.value);
        Ok(Started::new((self.client, self.call), response, object))
    }

    /// Does something, and work on the object may go on afterwards.
    pub(crate) async fn start<T: DeserializeOwned>(
        self,
        object: impl FnOnce(&T) -> Request,
    ) -> Result<Started<T>, ClientError> {
        let response = self.client.send_as(self.request, &self.call, self.access).await?;
        let object = object(&response.value);
        Ok(Started::new((self.client, self.call), response, object))
    }

    /// The items of all pages.
    pub(crate) fn stream<T>(self) -> impl Stream<Item = Result<T, ClientError>> + Send + use<T>
    where
        T: DeserializeOwned + Send,
    {
        let pages = self.client.pages::<T>(self.request, &self.call);
        pages.map_ok(|page| stream::iter(page.into_iter().map(Ok))).try_flatten()
    }

    /// The events as they happen.
    pub(crate) fn follow<T>(self) -> impl Stream<Item = Result<Event<T>, ClientError>> + Send + use<T>
    where
        T: DeserializeOwned + Send,
    {
        self.client.follow(self.request, &self.call)
    }

    fn with_request(self, change: impl FnOnce(Request) -> Request) -> Self {
        Self { request: change(self.request), ..self }
    }
}
