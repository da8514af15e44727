//! Lists, page by page.

use std::collections::BTreeSet;

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

/// A walk through the pages of a list.
#[derive(Clone, Default)]
struct Walk {
    /// Where the next page begins; `None` if it is the first one.
    cursor: Option<String>,
    /// Every cursor so far.
    seen: BTreeSet<String>,
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
        let first = request.query_value("cursor").map(str::to_owned);
        let walk = Walk { cursor: None, seen: first.into_iter().collect() };
        stream::try_unfold(Some(walk), move |walk| {
            let (client, call, request) = (client.clone(), call.clone(), request.clone());
            async move {
                let Some(mut walk) = walk else { return Ok(None) };
                let page = client.ask_page::<T>(&request, walk.cursor.as_deref(), &call).await?;
                let (correlation_id, attempts) = (page.correlation_id, page.attempts);
                let Page { data, next_cursor } = page.value;
                let Some(next) = next_cursor else { return Ok(Some((data, None))) };
                if !walk.seen.insert(next.clone()) {
                    let error = ClientError::new(call.shown_action(), Cause::RepeatedCursor);
                    return Err(error.sent(correlation_id, attempts));
                }
                walk.cursor = Some(next);
                Ok(Some((data, Some(walk))))
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

    /// Reads one page: that at a cursor, or the one that the request asks for.
    pub(crate) async fn page<T>(
        &self,
        request: &Request,
        cursor: Option<&str>,
        call: &Call,
    ) -> Result<Page<T>, ClientError>
    where
        T: DeserializeOwned + Send,
    {
        Ok(self.ask_page(request, cursor, call).await?.value)
    }

    async fn ask_page<T>(
        &self,
        request: &Request,
        cursor: Option<&str>,
        call: &Call,
    ) -> Result<Response<Page<T>>, ClientError>
    where
        T: DeserializeOwned + Send,
    {
        let request = match cursor {
            Some(cursor) => request.clone().set_query("cursor", cursor),
            None => request.clone(),
        };
        let mut page = self.send::<Page<T>>(request, call).await?;
        page.value.next_cursor = page.value.next_cursor.filter(|next| !next.is_empty());
        Ok(page)
    }

    /// The request with pages as large as the client has them, unless it says how large.
    pub(crate) fn sized(&self, request: Request) -> Request {
        if request.query_value("limit").is_some() {
            request
        } else {
            request.query("limit", self.settings().page_size)
        }
    }
}
