//! Lists, page by page.

use futures_util::{Stream, TryStreamExt, stream};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::call::Call;
use crate::client::Client;
use crate::error::{Cause, ClientError};
use crate::request::Request;

/// `{data, next_cursor}`.
#[derive(Deserialize)]
struct Page<T> {
    data: Vec<T>,
    next_cursor: Option<String>,
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
        let (client, call) = (self.clone(), call.clone());
        let request = if request.has_query("limit") {
            request
        } else {
            request.query("limit", client.settings().page_size)
        };
        stream::try_unfold(Walk::At(None), move |walk| {
            let (client, call, request) = (client.clone(), call.clone(), request.clone());
            async move {
                let Walk::At(cursor) = walk else { return Ok(None) };
                let request = match &cursor {
                    Some(cursor) => request.query("cursor", cursor),
                    None => request,
                };
                let response = client.send::<Page<T>>(request, &call).await?;
                let next = match response.value.next_cursor.filter(|next| !next.is_empty()) {
                    Some(next) if Some(&next) == cursor.as_ref() => {
                        return Err(ClientError::new(call.shown_action(), Cause::RepeatedCursor)
                            .sent(response.correlation_id, 1));
                    }
                    Some(next) => Walk::At(Some(next)),
                    None => Walk::Done,
                };
                Ok(Some((response.value.data, next)))
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
}
