//! Events page by page, where they are not streamed.

use std::collections::VecDeque;
use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use crate::call::Call;
use crate::client::Client;
use crate::error::{Cause, ClientError};
use crate::event::Incoming;
use crate::event_stream::END;
use crate::request::Request;

/// Longest time that the control plane is asked to wait for an event: long enough to make few requests, and well within
/// what proxies allow.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// `{data, next_cursor}`.
#[derive(Deserialize)]
struct EventPage {
    data: Vec<Value>,
    /// Where to go on, also after a page without events; null after the last event.
    next_cursor: Option<String>,
}

/// What there is of an event beside its data, which is the whole of it, as in a stream.
#[derive(Deserialize)]
struct Head {
    id: u64,
    #[serde(rename = "type")]
    kind: String,
}

/// A page, and the way to the next one.
#[derive(Default)]
pub(crate) struct Pages {
    ready: VecDeque<Incoming>,
    cursor: Option<String>,
    /// Pages in a row without an event.
    empty: u32,
}

/// What reading a page has brought.
pub(crate) struct Turned {
    /// How long to wait before the next page.
    pub(crate) pause: Duration,
    /// Whether it has neither events nor the end.
    pub(crate) is_empty: bool,
    /// The id under which the control plane logged the request.
    pub(crate) correlation_id: Option<String>,
}

impl Pages {
    /// The next event of this page.
    pub(crate) fn next(&mut self) -> Option<Incoming> {
        self.ready.pop_front()
    }

    /// The id up to which everything has been told on the pages so far, if the control plane says it.
    pub(crate) fn mark(&self) -> Option<u64> {
        self.cursor.as_deref()?.parse().ok()
    }

    /// Reads the next page.
    pub(crate) async fn turn(
        &mut self,
        client: &Client,
        request: Request,
        call: &Call,
        last: Option<u64>,
    ) -> Result<Turned, ClientError> {
        let transport = client.transport();
        // Half of what one attempt may take, so that the answer comes in time.
        let wait = (transport.settings().request_timeout / 2).min(LONGEST_WAIT);
        let request = match (&self.cursor, last) {
            (Some(cursor), _) => request.query("after", cursor),
            (None, Some(last)) => request.query("after", last),
            (None, None) => request,
        };
        let asked_at = transport.timer().now();
        let page =
            client.send::<EventPage>(request.query("wait", format!("{}s", wait.as_secs())), call).await?;
        let (correlation_id, attempts) = (page.correlation_id, page.attempts);
        let page = page.value;
        for event in page.data {
            let Head { id, kind } = Head::deserialize(&event).map_err(|_| {
                let cause = Cause::Unexpected {
                    status: StatusCode::OK,
                    content_type: "application/json".to_owned(),
                    reason: "an event has no id or no type".to_owned(),
                    snippet: String::new(),
                };
                ClientError::new(call.shown_action(), cause).sent(correlation_id.clone(), attempts)
            })?;
            self.ready.push_back(Incoming { id: Some(id), kind, data: event });
        }
        self.cursor = page.next_cursor.filter(|cursor| !cursor.is_empty());
        if self.cursor.is_none() {
            self.ready.push_back(Incoming { id: None, kind: END.to_owned(), data: Value::Null });
        }
        let is_empty = self.ready.is_empty();
        self.empty = if is_empty { self.empty.saturating_add(1) } else { 0 };
        let waited = transport.timer().now().saturating_duration_since(asked_at);
        // Somebody on the way may not wait. Asking again at once would be asking without end.
        let pause = if is_empty && waited < wait / 2 {
            transport.settings().retry.backoff(self.empty, transport.timer().jitter())
        } else {
            Duration::ZERO
        };
        Ok(Turned { pause, is_empty, correlation_id })
    }
}
