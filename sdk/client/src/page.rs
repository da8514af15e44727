//! Lists, page by page.

use futures_util::{Stream, TryStreamExt, stream};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::call::Call;
use crate::client::Client;
use crate::error::{Cause, ClientError};
use crate::request::Request;
use crate::response::Response;

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// What is on it.
    pub data: Vec<T>,
    /// Where the next page begins; `None` if this is the last one.
    pub next_cursor: Option<String>,
}

/// Where a walk through the pages stands.
enum Walk {
    At(Option<String>),
    Done,
}

impl Client {
    /// Reads a list page by page; each item of the stream is one page. Nothing is sent before it is polled.
    ///
    /// The pages have the client's `page_size` unless the request has a `limit`. The call's deadline counts for
    /// each page anew.
    ///
    /// # Errors
    ///
    /// The stream ends with the first error, which is one of [`Client::send`], or tells that the control plane
    /// gave the same cursor twice.
    pub fn pages<T>(
        &self,
        request: Request,
        call: &Call,
    ) -> impl Stream<Item = Result<Vec<T>, ClientError>> + Send + use<T>
    where
        T: DeserializeOwned + Send,
    {
        let (client, call, request) = (self.clone(), call.clone(), self.sized(request));
        stream::try_unfold(Walk::At(None), move |walk| {
            let (client, call, request) = (client.clone(), call.clone(), request.clone());
            async move {
                let Walk::At(cursor) = walk else { return Ok(None) };
                let page = client.page::<T>(&request, cursor.as_deref(), &call).await?;
                Ok(Some((page.data, page.next_cursor.map_or(Walk::Done, |next| Walk::At(Some(next))))))
            }
        })
    }

    /// Reads a whole list.
    ///
    /// # Errors
    ///
    /// Fails as [`Client::pages`] does.
    pub async fn list<T>(&self, request: Request, call: &Call) -> Result<Vec<T>, ClientError>
    where
        T: DeserializeOwned + Send,
    {
        self.pages(request, call).try_concat().await
    }

    /// Reads one page: the first one, or that at a cursor.
    pub(crate) async fn page<T>(
        &self,
        request: &Request,
        cursor: Option<&str>,
        call: &Call,
    ) -> Result<Page<T>, ClientError>
    where
        T: DeserializeOwned + Send,
    {
        let request = match cursor {
            Some(cursor) => request.clone().query("cursor", cursor),
            None => request.clone(),
        };
        let Response { value: Page { data, next_cursor }, correlation_id, .. } =
            self.send::<Page<T>>(request, call).await?;
        let next_cursor = next_cursor.filter(|next| !next.is_empty());
        if next_cursor.is_some() && next_cursor.as_deref() == cursor {
            let error = ClientError::new(call.shown_action(), Cause::RepeatedCursor);
            return Err(error.sent(correlation_id, 1));
        }
        Ok(Page { data, next_cursor })
    }

    /// The request with pages as large as the client has them, unless it says how large.
    pub(crate) fn sized(&self, request: Request) -> Request {
        if request.has_query("limit") { request } else { request.query("limit", self.settings().page_size) }
    }
}
