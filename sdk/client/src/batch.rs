//! Reading many objects with few requests.

use std::collections::{BTreeMap, VecDeque};

use futures_util::{StreamExt, TryStreamExt, stream};
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::client::Client;
use crate::error::{Cause, ClientError};
use crate::request::Request;
use crate::response::{ETag, Response};

/// Items per request, the contract's limit.
pub(crate) const BATCH: usize = 200;
/// Requests of one batch read in flight at once: enough to hide the round trip, few enough to leave room.
const AT_ONCE: usize = 4;

/// One object to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BatchItem {
    /// Kind of the object as the control plane names it, such as `project`.
    pub kind: String,
    /// Id of the object.
    pub id: String,
    /// The version the caller has; if the object still has it, it is not sent again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub if_none_match: Option<ETag>,
}

/// What became of one item.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum BatchOutcome<T> {
    /// The object, boxed because the other outcomes are small.
    Found(Box<Response<T>>),
    /// The object still has the version of `if_none_match`.
    Unchanged,
    /// The credentials do not suffice to read it.
    Forbidden,
    /// It does not exist.
    Gone,
}

#[derive(Serialize)]
struct BatchRequest<'a> {
    items: &'a [BatchItem],
}

#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct BatchAnswer<T> {
    data: Vec<BatchAnswerItem<T>>,
}

#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct BatchAnswerItem<T> {
    kind: String,
    id: String,
    status: u16,
    etag: Option<ETag>,
    resource: Option<T>,
}

impl Client {
    /// Reads objects of any kinds, 200 per request or as many as one answer has room for, and returns their outcomes in the order of the items. An object may
    /// be asked for more than once.
    ///
    /// # Errors
    ///
    /// Fails as [`Client::send`] does, and when the answer lacks an item or gives one an unknown status.
    pub async fn batch_get<T>(
        &self,
        items: &[BatchItem],
        call: &Call,
    ) -> Result<Vec<BatchOutcome<T>>, ClientError>
    where
        T: DeserializeOwned + Send,
    {
        // The chunks are owned: a stream of borrowing futures is not `Send` for every caller.
        let chunks: Vec<Vec<BatchItem>> = items.chunks(BATCH).map(<[_]>::to_vec).collect();
        stream::iter(chunks.into_iter().map(|chunk| self.batch_get_chunk(chunk, call)))
            .buffered(AT_ONCE)
            .try_concat()
            .await
    }

    /// Reads some objects: in halves where they are too large for one answer.
    async fn batch_get_chunk<T>(
        &self,
        mut items: Vec<BatchItem>,
        call: &Call,
    ) -> Result<Vec<BatchOutcome<T>>, ClientError>
    where
        T: DeserializeOwned + Send,
    {
        match self.batch_get_once(items.clone(), call).await {
            Err(error) if error.status() == Some(StatusCode::PAYLOAD_TOO_LARGE) && items.len() > 1 => {
                let rest = items.split_off(items.len() / 2);
                let mut outcomes = Box::pin(self.batch_get_chunk(items, call)).await?;
                outcomes.extend(Box::pin(self.batch_get_chunk(rest, call)).await?);
                Ok(outcomes)
            }
            answered => answered,
        }
    }

    async fn batch_get_once<T>(
        &self,
        items: Vec<BatchItem>,
        call: &Call,
    ) -> Result<Vec<BatchOutcome<T>>, ClientError>
    where
        T: DeserializeOwned + Send,
    {
        let answer = self.send::<BatchAnswer<T>>(request(&items), call).await?;
        let (correlation_id, revision) = (answer.correlation_id, answer.revision);
        let attempts = answer.attempts;
        // The same object may be asked for more than once, perhaps under different versions.
        let mut answered: BTreeMap<(String, String), VecDeque<BatchAnswerItem<T>>> = BTreeMap::new();
        for item in answer.value.data {
            answered.entry((item.kind.clone(), item.id.clone())).or_default().push_back(item);
        }
        items
            .into_iter()
            .map(|item| {
                let found =
                    answered.get_mut(&(item.kind.clone(), item.id.clone())).and_then(VecDeque::pop_front);
                let status = found.as_ref().map(|found| found.status);
                match (status.and_then(|status| StatusCode::from_u16(status).ok()), found) {
                    (Some(StatusCode::OK), Some(BatchAnswerItem { etag, resource: Some(value), .. })) => {
                        let correlation_id = correlation_id.clone();
                        let found =
                            Response { value, etag, correlation_id, revision, location: None, attempts };
                        Ok(BatchOutcome::Found(Box::new(found)))
                    }
                    (Some(StatusCode::NOT_MODIFIED), _) => Ok(BatchOutcome::Unchanged),
                    (Some(StatusCode::FORBIDDEN), _) => Ok(BatchOutcome::Forbidden),
                    (Some(StatusCode::NOT_FOUND | StatusCode::GONE), _) => Ok(BatchOutcome::Gone),
                    _ => Err(ClientError::new(
                        call.shown_action(),
                        Cause::BatchItem { kind: item.kind, id: item.id, status },
                    )
                    .sent(correlation_id.clone(), attempts)),
                }
            })
            .collect()
    }
}

fn request(items: &[BatchItem]) -> Request {
    Request::post("/resources:batchGet").read_only().json(&BatchRequest { items })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_reads_and_may_be_repeated() {
        let items = [
            BatchItem { kind: "project".into(), id: "p-1".into(), if_none_match: None },
            BatchItem { kind: "project".into(), id: "p-2".into(), if_none_match: Some("\"3\"".into()) },
        ];
        let request = request(&items);
        assert_eq!(request.path_and_query(), "/resources:batchGet");
        assert_eq!(
            String::from_utf8_lossy(request.body().unwrap()),
            r#"{"items":[{"kind":"project","id":"p-1"},{"kind":"project","id":"p-2","if_none_match":"\"3\""}]}"#
        );
    }
}
