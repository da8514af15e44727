//! How slow a request body may be: whoever sends one byte at a time must not hold a connection for long.

use std::time::Duration;

use axum::{
    BoxError,
    body::{Body, BodyDataStream, Bytes, HttpBody},
};
use futures_util::{StreamExt as _, stream};
use tokio::time::{Instant, timeout_at};

/// The slowest pace a request body is taken at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How long a client may take in any case.
    pub grace: Duration,
    /// How many bytes buy another second.
    pub bytes_per_second: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { grace: Duration::from_secs(10), bytes_per_second: 8 * 1024 }
    }
}

/// The body came more slowly than it may.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
pub(crate) struct TooSlow;

struct Reading {
    chunks: BodyDataStream,
    pace: Pace,
    started: Instant,
    received: u64,
}

/// The same body, which ends with [`TooSlow`] where the client falls behind the pace.
pub(super) fn paced(body: Body, pace: Pace) -> Body {
    if body.is_end_stream() {
        return body;
    }
    let reading = Reading { chunks: body.into_data_stream(), pace, started: Instant::now(), received: 0 };
    Body::from_stream(stream::unfold(Some(reading), async |reading| reading?.next().await))
}

impl Reading {
    /// The next piece and what is left to read; `None` at the end.
    async fn next(mut self) -> Option<(Result<Bytes, BoxError>, Option<Self>)> {
        match timeout_at(self.deadline(), self.chunks.next()).await {
            Ok(Some(Ok(chunk))) => {
                self.received += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
                Some((Ok(chunk), Some(self)))
            }
            Ok(Some(Err(error))) => Some((Err(error.into()), None)),
            Ok(None) => None,
            Err(_) => Some((Err(TooSlow.into()), None)),
        }
    }

    fn deadline(&self) -> Instant {
        let bought = self.received / u64::from(self.pace.bytes_per_second.max(1));
        self.started + self.pace.grace + Duration::from_secs(bought)
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    /// A body of `count` pieces of a kibibyte, one every `pause`.
    fn dripping(count: u32, pause: Duration) -> Body {
        Body::from_stream(stream::unfold(0, move |sent| async move {
            if sent == count {
                return None;
            }
            tokio::time::sleep(pause).await;
            Some((Ok::<_, BoxError>(Bytes::from(vec![b'x'; 1024])), sent + 1))
        }))
    }

    async fn check_pace(pause: Duration) -> Result<usize, String> {
        let pace = Pace { grace: Duration::from_secs(5), bytes_per_second: 1024 };
        let read = to_bytes(paced(dripping(60, pause), pace), usize::MAX).await;
        read.map(|bytes| bytes.len()).map_err(|error| error.to_string())
    }

    #[tokio::test(start_paused = true)]
    async fn a_steady_body_is_read_to_its_end_however_long_it_is() {
        assert_eq!(check_pace(Duration::from_millis(900)).await.unwrap(), 60 * 1024);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_falls_behind_is_cut_off() {
        assert_eq!(check_pace(Duration::from_millis(1500)).await.unwrap_err(), TooSlow.to_string());
    }
}
