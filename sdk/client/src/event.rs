//! What happens on the control plane, as it happens.

use std::fmt;

use futures_util::{Stream, stream};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::call::Call;
use crate::client::Client;
use crate::error::ClientError;
use crate::event_feed::Feed;
use crate::request::Request;

/// Something that happened. `Debug` does not show the data.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Event<T = Value> {
    /// Place in the order of events; it only grows. [`Request::resume_after`] goes on from here.
    pub id: u64,
    /// What happened, such as `deployment.succeeded`; `message` if the control plane does not say.
    pub kind: String,
    /// To what it happened, and how.
    pub data: T,
}

impl<T> fmt::Debug for Event<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").field("id", &self.id).field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Client {
    /// Follows events of `/events`, of a deployment or of a promotion, until the control plane ends them. Nothing is sent
    /// before the stream is polled.
    ///
    /// A connection that breaks, or on which nothing is heard for the client's `event_silence`, is made again and goes on
    /// after the last event: none is lost and none comes twice. It is made as any other request is, with a token that is
    /// valid by then. Where events are not streamed (another content type, 406, or twice nothing at all), they are read
    /// page by page instead; after nothing at all, a stream is tried again from time to time. An event without an id of its own has that of the one before.
    ///
    /// The pauses between connections are those of the client's `retry`, and so is the number of connections in a row
    /// that bring nothing. An open stream takes no place among the requests in flight. The call's deadline counts for
    /// each connection anew, until the head of the answer has come; its cancellation ends the stream.
    ///
    /// # Errors
    ///
    /// The stream ends with the first error, which is one of [`Client::send`], or tells that an event is not the
    /// control plane's contract or not a `T`. Use [`Value`] to get events of every kind.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use futures_util::{StreamExt, TryStreamExt};
    /// use serde_json::Value;
    /// use sparki_client::{Call, Client, ClientError, Request};
    ///
    /// # async fn example(client: Client, deployment_id: &str) -> Result<(), ClientError> {
    /// let request = Request::get("/deployments").segment(deployment_id).segment("events");
    /// let mut events = client.follow::<Value>(request, &Call::new("follow the deployment")).boxed();
    /// while let Some(event) = events.try_next().await? {
    ///     println!("{} {}", event.kind, event.data);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn follow<T>(
        &self,
        request: Request,
        call: &Call,
    ) -> impl Stream<Item = Result<Event<T>, ClientError>> + Send + use<T>
    where
        T: DeserializeOwned + Send,
    {
        stream::try_unfold(Feed::new(self.clone(), request, call.clone()), async |mut feed| {
            let Some((id, incoming)) = feed.next().await? else { return Ok(None) };
            match T::deserialize(incoming.data) {
                Ok(data) => Ok(Some((Event { id, kind: incoming.kind, data }, feed))),
                // What serde says may quote values.
                Err(_) => Err(feed.contract_error(format!("the data of event {id} has another form"))),
            }
        })
    }
}

/// An event as it came.
pub(crate) struct Incoming {
    /// `None` if it has none of its own.
    pub(crate) id: Option<u64>,
    pub(crate) kind: String,
    pub(crate) data: Value,
}
