//! Sending the lines of a stream, batch by batch.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    app::App,
    audit::{
        event::AuditEvent,
        stream::{
            cursor::{self, Attempt, Cursor},
            model::AuditFilter,
        },
    },
    clock::stamp,
    database::Connection,
    http::problem::{Code, Problem},
    outbound::{chain, client},
    work::{self, Job, Outcome},
};

/// The kind of the jobs that move cursors.
pub(crate) const JOB: &str = "audit_log_stream";

/// Most lines in a batch.
const MOST: u32 = 100;
/// How long the other side may take for a batch.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How long a stream rests that has sent everything.
const REST: SignedDuration = SignedDuration::from_secs(5);
/// Longest pause after a failure; the first is a second, and each is twice the one before.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(10);

/// What the job has to know of a stream.
#[derive(Debug, Deserialize)]
pub(super) struct Stream {
    sink: Sink,
    pub(super) filter: AuditFilter,
    enabled: bool,
}

#[derive(Debug, Deserialize)]
struct Sink {
    url: Option<String>,
}

/// What the other side is sent.
#[derive(Debug, Serialize)]
struct Batch<'a> {
    stream_id: &'a str,
    workspace_id: &'a str,
    events: &'a [AuditEvent],
}

/// Has a stream sent on from `now`. The job ends when the stream does, or is disabled, or is enabled another time.
pub(super) async fn enqueue_delivery(
    connection: &mut Connection,
    stream_id: &str,
    epoch: i64,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    work::enqueue(connection, JOB, &json!({"stream_id": stream_id, "epoch": epoch}), now).await
}

/// Sends what there is, until there is nothing more or it is not taken.
pub(crate) async fn deliver(app: App, job: Job) -> Result<Outcome, Problem> {
    let epoch = job.payload.get("epoch").and_then(serde_json::Value::as_i64);
    loop {
        let now = app.settings.clock.now();
        let Some(cursor) = cursor::find(app.database.reader(), job.text("stream_id")).await? else {
            return Ok(Outcome::Done);
        };
        let stream = parse(&cursor)?;
        if !stream.enabled || Some(cursor.epoch) != epoch {
            return Ok(Outcome::Done);
        }
        // Numbers are handed out in the order of commits: what is between the two is all there.
        let newest = cursor::newest(app.database.reader()).await?;
        let lines = cursor::lines(&app.database, &cursor, &stream.filter, (newest, MOST)).await?;
        let attempt = match lines.last() {
            None if newest == cursor.position => return Ok(Outcome::Again { at: now + REST }),
            None => Attempt::Through(newest),
            Some(last) => match send(&stream, &cursor, &lines).await {
                Ok(()) => Attempt::Delivered(last.revision),
                Err(error) => {
                    tracing::warn!(
                        component = "audit",
                        stream = cursor.stream_id,
                        error,
                        "lines were not taken"
                    );
                    cursor::settle(&app.database, &cursor, Attempt::Failed(&error), &stamp(now)).await?;
                    return Ok(Outcome::Again { at: now + pause(cursor.failures) });
                }
            },
        };
        if !cursor::settle(&app.database, &cursor, attempt, &stamp(now)).await? {
            // Somebody else moves this cursor: the claim of this job has run out, or the stream was enabled anew.
            return Ok(Outcome::Done);
        }
    }
}

pub(super) fn parse(cursor: &Cursor) -> Result<Stream, Problem> {
    serde_json::from_str(&cursor.document).map_err(|error| {
        tracing::error!(component = "audit", stream = cursor.stream_id, error = %error, "a stream cannot be read");
        Problem::new(Code::Internal, "A stored stream could not be read.")
    })
}

/// Sends a batch; an error is what is shown of it.
async fn send(stream: &Stream, cursor: &Cursor, events: &[AuditEvent]) -> Result<(), String> {
    let Some(url) = &stream.sink.url else { return Err("The stream has no URL.".to_owned()) };
    let client = client(TIMEOUT).map_err(|error| format!("No call can be made: {}.", chain(&error)))?;
    let batch = Batch { stream_id: &cursor.stream_id, workspace_id: &cursor.workspace_id, events };
    let sent = client
        .post(url)
        .header("user-agent", concat!("sparki-control-plane/", env!("CARGO_PKG_VERSION")))
        .json(&batch)
        .send()
        .await;
    match sent {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(format!("The sink answered {}.", answer.status().as_u16())),
        Err(error) => Err(format!("The sink did not answer: {}.", chain(&error))),
    }
}

/// One second, doubled with each failure.
fn pause(failures: i64) -> SignedDuration {
    let doublings = u32::try_from(failures.clamp(0, 10)).unwrap_or_default();
    SignedDuration::from_secs(1 << doublings).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_ten_minutes() {
        assert_eq!([0, 1, 3].map(|failures| pause(failures).as_secs()), [1, 2, 8]);
        assert_eq!(pause(1000), LONGEST_PAUSE);
    }
}
