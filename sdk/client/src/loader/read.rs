//! Reads that may be served from what was read ahead.

use serde::Deserialize;
use serde_json::Value as Json;
use tracing::debug;

use super::errand::{Answer, Errand};
use super::listing::PageOrder;
use super::locator::Locator;
use super::shelf::BatchOrder;
use crate::call::Call;
use crate::client::Client;
use crate::error::ClientError;
use crate::request::Request;
use crate::response::Response;

/// What is read of an object in a list.
#[derive(Deserialize)]
struct Listed {
    id: String,
}

impl Client {
    /// Reads an object that is likely to be one of many; `None` if the control plane says that it does not exist.
    ///
    /// After a few reads of a kind, others of it are fetched many at a time, and later reads are served from what has
    /// come, with the `ETag`. An answer is never older than a minute nor than a write of this client, and an object
    /// that is asked for again is read again. Use [`Client::get`] for what must be read now.
    ///
    /// # Errors
    ///
    /// Fails as [`Client::get`] does. That something could not be read ahead is no error.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use sparki_client::{Call, Client, ClientError, Locator};
    ///
    /// # async fn example(client: Client, project: &str, ids: &[String]) -> Result<(), ClientError> {
    /// for id in ids {
    ///     let pipeline = Locator::new("/pipelines", "pipeline", id).under("project_id", project);
    ///     if let Some(found) = client.read(&pipeline, &Call::new("read the pipeline")).await? {
    ///         println!("{} has the version {:?}", found.value["name"], found.etag);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn read(
        &self,
        object: &Locator<'_>,
        call: &Call,
    ) -> Result<Option<Response<Json>>, ClientError> {
        let began = self.loader().now();
        let asked = self.loader().ask(object);
        if let Some(errand) = asked.page {
            tokio::spawn(self.clone().list_ahead(errand));
        }
        if let Some(errand) = asked.batch {
            tokio::spawn(self.clone().batch_ahead(errand));
        }
        let limit = call.deadline_or(self.settings().operation_timeout);
        match asked.answer {
            Answer::Here(response) => return Ok(Some(*response)),
            Answer::Soon(done) => {
                tokio::select! {
                    biased;
                    () = call.cancel().cancelled() => {}
                    // Enough is left to read it alone.
                    _ = tokio::time::timeout(limit / 2, done.cancelled()) => {}
                }
                if let Some(response) = self.loader().serve(object) {
                    return Ok(Some(response));
                }
            }
            Answer::Alone => {}
        }
        let waited = self.loader().now().saturating_duration_since(began);
        let call = call.clone().deadline(limit.saturating_sub(waited));
        self.get(Request::get(object.collection).segment(object.id), &call).await
    }

    /// Reads pages of lists for as long as reads pay for them.
    async fn list_ahead(self, errand: Errand<PageOrder>) {
        let call = Call::ahead("list objects ahead", self.settings().request_timeout);
        let mut next = Some(errand);
        while let Some(errand) = next.take() {
            let _turn = self.loader().pages.acquire().await.expect("the semaphore is never closed");
            let request = self.sized(errand.order.request(errand.collection));
            match self.page::<Listed>(&request, errand.order.cursor.as_deref(), &call).await {
                Ok(page) => {
                    debug!(path = errand.collection, objects = page.data.len(), "listed ahead");
                    let ids = page.data.into_iter().map(|listed| listed.id).collect();
                    next = self.loader().listed(errand, ids, page.next_cursor);
                }
                Err(error) => {
                    debug!(path = errand.collection, reason = %error.cause(), "nothing is listed ahead for a while");
                    self.loader().failed(errand);
                }
            }
        }
    }

    /// Reads a batch for the reads that wait for it, and for those to come.
    async fn batch_ahead(self, errand: Errand<BatchOrder>) {
        let call = Call::ahead("read objects ahead", self.settings().request_timeout);
        let sent = self.loader().now();
        match self.batch_get::<Json>(&errand.order.items, &call).await {
            Ok(outcomes) => {
                debug!(path = errand.collection, objects = outcomes.len(), "read ahead");
                self.loader().read(errand, sent, outcomes);
            }
            Err(error) => {
                debug!(path = errand.collection, reason = %error.cause(), "nothing is read ahead for a while");
                self.loader().failed(errand);
            }
        }
    }
}
