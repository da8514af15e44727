//! Events page by page, where they are not streamed.

use std::collections::VecDeque;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::call::Call;
use crate::client::Client;
use crate::error::{Cause, ClientError};
use crate::event::Incoming;
use crate::request::Request;

/// Longest time that the control plane is asked to wait for an event: long enough to make few requests, and well within
/// what proxies allow.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// `{data, next_cursor}`.
#[derive(Deserialize)]
struct EventPage {
    data: Vec<PagedEvent>,
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct PagedEvent {
    id: u64,
    kind: String,
    #[serde(default)]
    data: Value,
}

/// A page, and the way to the next one.
#[derive(Default)]
pub(crate) struct Pages {
    ready: VecDeque<Incoming>,
    cursor: Option<String>,
    /// Pages in a row without an event.
    empty: u32,
}

impl Pages {
    /// The next event of this page.
    pub(crate) fn next(&mut self) -> Option<Incoming> {
        self.ready.pop_front()
    }

    /// Reads the next page, and returns how long to wait before the one after it.
    pub(crate) async fn turn(
        &mut self,
        client: &Client,
        request: Request,
        call: &Call,
        last: Option<u64>,
    ) -> Result<Duration, ClientError> {
        let transport = client.transport();
        // Half of what one attempt may take, so that the answer comes in time.
        let wait = (transport.settings().request_timeout / 2).min(LONGEST_WAIT);
        let request = match (&self.cursor, last) {
            (Some(cursor), _) => request.query("cursor", cursor),
            (None, Some(last)) => request.query("after", last),
            (None, None) => request,
        };
        let asked_at = transport.timer().now();
        let page =
            client.send::<EventPage>(request.query("wait", format!("{}s", wait.as_secs())), call).await?;
        let correlation_id = page.correlation_id;
        let page = page.value;
        let cursor = page.next_cursor.filter(|cursor| !cursor.is_empty());
        if cursor.is_some() && cursor == self.cursor {
            return Err(ClientError::new(call.shown_action(), Cause::RepeatedCursor).sent(correlation_id, 1));
        }
        self.cursor = cursor;
        let events = page.data.into_iter();
        self.ready.extend(events.map(|event| Incoming {
            id: Some(event.id),
            kind: event.kind,
            data: event.data,
        }));
        if !self.ready.is_empty() || self.cursor.is_some() {
            self.empty = 0;
            return Ok(Duration::ZERO);
        }
        self.empty = self.empty.saturating_add(1);
        let waited = transport.timer().now().saturating_duration_since(asked_at);
        // Somebody on the way may not wait. Asking again at once would be asking without end.
        if waited >= wait / 2 {
            return Ok(Duration::ZERO);
        }
        Ok(transport.settings().retry.backoff(self.empty, transport.timer().jitter()))
    }
}
