//! One connection on which events are sent (WHATWG's server-sent events).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt};
use http::HeaderMap;
use serde_json::Value;
use sse_stream::{Sse, SseByteStream};

use crate::answer::{self, LARGEST_ANSWER};
use crate::event::Incoming;

/// Whether an answer is a stream of events.
pub(crate) fn is_event_stream(headers: &HeaderMap) -> bool {
    let content_type = answer::content_type(headers);
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("text/event-stream")
}

/// An open connection.
pub(crate) struct EventStream {
    blocks: BoxStream<'static, Result<Sse, sse_stream::Error>>,
    /// Bytes since the last block ended.
    unfinished: Arc<AtomicUsize>,
    /// How long the control plane asks to wait before the next connection.
    pub(crate) pause: Option<Duration>,
}

/// What comes next.
pub(crate) enum Next {
    /// An event.
    Event(Incoming),
    /// Only an id: everything up to it has been told.
    Mark(u64),
    /// The last word of the control plane.
    End,
}

/// Why nothing more comes on this connection.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Interruption {
    /// The answer is over, without an `end`.
    #[error("the event stream is over before its end")]
    Over,
    /// The connection broke.
    #[error("{0}")]
    Broken(String),
    /// Not even a heartbeat came for too long.
    #[error("nothing was heard for {} s", limit.as_secs_f64())]
    Silent { limit: Duration, heard: Heard },
    /// It is not the contract; another connection would not help.
    #[error("{0}")]
    Garbled(String),
}

/// Whether anything at all has come on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Nothing,
    Something,
}

impl EventStream {
    /// Reads from an answer, on which nothing is heard for `silence` at most.
    pub(crate) fn new(answer: reqwest::Response, silence: Duration) -> Self {
        let unfinished = Arc::new(AtomicUsize::new(0));
        let chunks = chunks(answer, silence, Arc::clone(&unfinished));
        Self { blocks: SseByteStream::new(Box::pin(chunks)).boxed(), unfinished, pause: None }
    }

    pub(crate) async fn next(&mut self) -> Result<Next, Interruption> {
        loop {
            let block = match self.blocks.next().await {
                Some(Ok(block)) => block,
                Some(Err(sse_stream::Error::Body(error))) => {
                    return Err(match error.downcast::<Interruption>() {
                        Ok(interruption) => *interruption,
                        Err(error) => Interruption::Broken(error.to_string()),
                    });
                }
                Some(Err(_)) => return Err(Interruption::Garbled("an event is not UTF-8".to_owned())),
                None => return Err(Interruption::Over),
            };
            self.unfinished.store(0, Ordering::Relaxed);
            self.pause = block.retry.map(Duration::from_millis).or(self.pause);
            if let Some(next) = read(block)? {
                return Ok(next);
            }
        }
    }
}

/// The bytes of an answer, as they come.
fn chunks(
    answer: reqwest::Response,
    silence: Duration,
    unfinished: Arc<AtomicUsize>,
) -> impl Stream<Item = Result<Bytes, Interruption>> + Send {
    stream::try_unfold((answer, Heard::Nothing), move |(mut answer, heard)| {
        let unfinished = Arc::clone(&unfinished);
        async move {
            match tokio::time::timeout(silence, answer.chunk()).await {
                Ok(Ok(Some(chunk))) => {
                    let size = unfinished.fetch_add(chunk.len(), Ordering::Relaxed) + chunk.len();
                    if size > LARGEST_ANSWER {
                        let limit = LARGEST_ANSWER / 1024 / 1024;
                        return Err(Interruption::Garbled(format!("an event is larger than {limit} MiB")));
                    }
                    Ok(Some((chunk, (answer, Heard::Something))))
                }
                Ok(Ok(None)) => Ok(None),
                Ok(Err(error)) => Err(Interruption::Broken(answer::deepest(&error))),
                Err(_) => Err(Interruption::Silent { limit: silence, heard }),
            }
        }
    })
}

/// What a block means; `None` if nothing.
fn read(block: Sse) -> Result<Option<Next>, Interruption> {
    let kind = block.event.filter(|kind| !kind.is_empty()).unwrap_or_else(|| "message".to_owned());
    // Browsers ignore a block without data, but servers leave it out where there is nothing to say.
    if kind == END {
        return Ok(Some(Next::End));
    }
    let id = match block.id.map(|id| id.parse::<u64>()) {
        Some(Ok(id)) => Some(id),
        Some(Err(_)) => return Err(Interruption::Garbled("the id of an event is no number".to_owned())),
        None => None,
    };
    let data = match block.data.as_deref() {
        Some("") => Value::Null,
        Some(data) => serde_json::from_str(data)
            .map_err(|_| Interruption::Garbled("the data of an event is not JSON".to_owned()))?,
        None => return Ok(id.map(Next::Mark)),
    };
    Ok(Some(Next::Event(Incoming { id, kind, data })))
}

/// Kind of the event after which none comes.
pub(crate) const END: &str = "end";

#[cfg(test)]
mod tests {
    use super::*;

    const NEVER: Duration = Duration::from_secs(3600);

    /// Reads a body that comes in pieces of this size and tells what it holds.
    async fn told(body: &[u8], size: usize) -> Vec<String> {
        let pieces: Vec<Result<Bytes, std::io::Error>> =
            body.chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        let body = reqwest::Body::wrap_stream(stream::iter(pieces));
        let mut events = EventStream::new(http::Response::new(body).into(), NEVER);
        let mut told = Vec::new();
        loop {
            told.push(match events.next().await {
                Ok(Next::Event(event)) => format!("{:?} {} {}", event.id, event.kind, event.data),
                Ok(Next::Mark(id)) => format!("mark {id}"),
                Ok(Next::End) => "end".to_owned(),
                Err(interruption) => {
                    told.push(interruption.to_string());
                    return told;
                }
            });
        }
    }

    async fn check_events(body: &str, expected: &[&str]) {
        for size in [1, 2, 3, 7, body.len()] {
            assert_eq!(told(body.as_bytes(), size).await, expected, "in pieces of {size}");
        }
    }

    const OVER: &str = "the event stream is over before its end";

    #[tokio::test]
    async fn lines_end_as_they_like_and_comments_say_nothing() {
        check_events(
            "\u{feff}: hello\r\n\r\nid: 1\revent: a\rdata: {\"n\":\rdata: 1}\r\rid:2\ndata:\"ü\"\n\n:\n\nevent: end\n\n",
            &["Some(1) a {\"n\":1}", "Some(2) message \"ü\"", "end", OVER],
        )
        .await;
    }

    #[tokio::test]
    async fn what_is_not_finished_or_not_known_is_left_out() {
        check_events(
            "future: x\nid: 3\n\nretry: 10\n\ndata\n\nid: 4\ndata: 4",
            &["mark 3", "None message null", OVER],
        )
        .await;
    }

    #[tokio::test]
    async fn what_is_not_the_contract_is_told_without_being_quoted() {
        check_events("id: hunter2\ndata: 1\n\n", &["the id of an event is no number"]).await;
        check_events("id: 1\ndata: hunter2\n\n", &["the data of an event is not JSON"]).await;
        let endless = vec![b'x'; LARGEST_ANSWER + 1];
        assert_eq!(told(&endless, 1024 * 1024).await, ["an event is larger than 16 MiB"]);
    }

    #[test]
    fn the_content_type_may_have_parameters() {
        let check_type = |text: &'static str, expected| {
            let mut headers = HeaderMap::new();
            headers.insert("content-type", http::HeaderValue::from_static(text));
            assert_eq!(is_event_stream(&headers), expected, "{text}");
        };
        check_type("text/event-stream", true);
        check_type("Text/Event-Stream; charset=utf-8", true);
        check_type("text/html", false);
    }
}
