//! Keeps events coming over connections that break.

use std::time::{Duration, Instant};

use http::StatusCode;

use crate::call::Call;
use crate::client::Client;
use crate::error::{Cause, ClientError};
use crate::event::Incoming;
use crate::event_page::Pages;
use crate::event_stream::{END, EventStream, Heard, Interruption, Next};
use crate::request::Request;
use crate::transport::Access;
use crate::waiting::{WaitReason, Waiting};

/// The contract's heartbeat. A connection that lasts so long has been worth making.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Connections on which nothing at all is heard, not even a heartbeat, until they are taken for ones that do not stream.
const MUTE: u32 = 2;
/// How long events are read by page after that before a stream is tried again, doubled each time that nothing is heard.
/// A try delays events by the client's `event_silence`, so that it must not come often where it is in vain.
const STREAM_AGAIN: Duration = Duration::from_secs(120);
/// Longest time between two such tries.
const STREAM_AGAIN_AT_MOST: Duration = Duration::from_secs(3600);

/// Events in order, each once.
pub(crate) struct Feed {
    client: Client,
    request: Request,
    call: Call,
    /// Id of the last event.
    last: Option<u64>,
    state: State,
    /// Connections in a row that brought nothing.
    fruitless: u32,
    /// Connections in a row on which nothing was heard.
    mute: u32,
    /// The id of the request that was answered or failed last.
    correlation_id: Option<String>,
    /// Whether it has worked before, so that an outage is waited for.
    proven: Proven,
}

enum State {
    Closed { pause: Duration },
    Open { stream: EventStream, since: Instant },
    Paging { pages: Pages, returns: Return },
    Ended,
}

/// Whether pages are left for a stream.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Return {
    /// Never: the control plane has said that it does not stream.
    Never,
    /// At this time, for something on the way may have kept the stream back.
    At(Instant),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Proven {
    Never,
    Before,
}

impl Feed {
    pub(crate) fn new(client: Client, request: Request, call: Call) -> Self {
        let last = request.last_event();
        let state = State::Closed { pause: Duration::ZERO };
        Self {
            client,
            request,
            call,
            last,
            state,
            fruitless: 0,
            mute: 0,
            correlation_id: None,
            proven: Proven::Never,
        }
    }

    /// The next event with its id; `None` after the last one.
    pub(crate) async fn next(&mut self) -> Result<Option<(u64, Incoming)>, ClientError> {
        loop {
            let next = match &mut self.state {
                State::Ended => return Ok(None),
                State::Closed { pause } => {
                    let pause = *pause;
                    self.open(pause).await?;
                    continue;
                }
                State::Open { stream, .. } => {
                    let next = tokio::select! {
                        biased;
                        () = self.call.cancel().cancelled() => return Err(self.failed(Cause::Cancelled)),
                        next = stream.next() => next,
                    };
                    match next {
                        Ok(next) => next,
                        Err(interruption) => {
                            self.interrupted(interruption)?;
                            continue;
                        }
                    }
                }
                State::Paging { pages, returns } => match pages.next() {
                    Some(incoming) => Next::Event(incoming),
                    None => {
                        let now = self.client.transport().timer().now();
                        // Without a place to go on from, what happens meanwhile would be lost.
                        let is_time = matches!(returns, Return::At(time) if *time <= now);
                        if is_time && self.last.is_some() {
                            self.state = State::Closed { pause: Duration::ZERO };
                        } else {
                            self.turn_page().await?;
                        }
                        continue;
                    }
                },
            };
            match next {
                Next::Event(incoming) if incoming.kind == END => self.state = State::Ended,
                Next::End => self.state = State::Ended,
                Next::Mark(id) => self.last = self.last.max(Some(id)),
                Next::Event(incoming) => {
                    self.fruitless = 0;
                    let is_new = incoming.id.is_none_or(|id| self.last.is_none_or(|last| last < id));
                    if is_new {
                        self.last = incoming.id.or(self.last);
                        return Ok(Some((self.last.unwrap_or_default(), incoming)));
                    }
                }
            }
        }
    }

    /// The error for an event outside the contract.
    pub(crate) fn contract_error(&self, reason: String) -> ClientError {
        let content_type = match &self.state {
            State::Paging { .. } => "application/json",
            State::Closed { .. } | State::Open { .. } | State::Ended => "text/event-stream",
        };
        self.failed(Cause::Unexpected {
            status: StatusCode::OK,
            content_type: content_type.to_owned(),
            reason,
            snippet: String::new(),
        })
    }

    async fn open(&mut self, pause: Duration) -> Result<(), ClientError> {
        self.pause(pause).await?;
        let request = self.request.clone().for_events(self.last);
        let transport = self.client.transport();
        match transport.execute(&request, &self.call, Access::Proven).await {
            Ok(answer) => {
                self.proven = Proven::Before;
                self.correlation_id = Some(answer.correlation_id);
                self.state = match (answer.open, answer.status) {
                    (Some(open), _) => State::Open {
                        stream: EventStream::new(open, transport.settings().event_silence),
                        since: transport.timer().now(),
                    },
                    // As browsers take it: there is nothing to come.
                    (None, StatusCode::NO_CONTENT) => State::Ended,
                    (None, _) => State::Paging { pages: Pages::default(), returns: Return::Never },
                };
                Ok(())
            }
            Err(error) if error.status() == Some(StatusCode::NOT_ACCEPTABLE) => {
                self.state = State::Paging { pages: Pages::default(), returns: Return::Never };
                Ok(())
            }
            // Something on the way may wait for the end of the answer before it passes on its beginning.
            Err(error) if matches!(error.cause(), Cause::NoAnswer { .. }) => {
                self.mute += 1;
                self.correlation_id = error.correlation_id().map(str::to_owned);
                self.state = if self.mute >= MUTE {
                    self.by_page()
                } else {
                    State::Closed { pause: self.backoff(self.mute) }
                };
                Ok(())
            }
            Err(error) => {
                self.state = State::Closed { pause: self.outlive(error)? };
                Ok(())
            }
        }
    }

    async fn turn_page(&mut self) -> Result<(), ClientError> {
        let State::Paging { pages, .. } = &mut self.state else { return Ok(()) };
        let pause = match pages.turn(&self.client, self.request.clone(), &self.call, self.last).await {
            Ok(turned) => {
                self.proven = Proven::Before;
                self.fruitless = 0;
                self.correlation_id = turned.correlation_id;
                if turned.is_empty {
                    self.last = self.last.max(pages.mark());
                }
                turned.pause
            }
            Err(error) => self.outlive(error)?,
        };
        self.pause(pause).await
    }

    /// Decides what follows after a connection.
    fn interrupted(&mut self, interruption: Interruption) -> Result<(), ClientError> {
        let State::Open { stream, since } = &self.state else { return Ok(()) };
        let transport = self.client.transport();
        if transport.timer().now().saturating_duration_since(*since) >= HEARTBEAT {
            self.fruitless = 0;
        }
        self.fruitless += 1;
        self.mute = match &interruption {
            Interruption::Silent { heard: Heard::Nothing, .. } => self.mute + 1,
            Interruption::Silent { heard: Heard::Something, .. }
            | Interruption::Over
            | Interruption::Broken(_)
            | Interruption::Garbled(_) => 0,
        };
        if let Interruption::Garbled(reason) = interruption {
            return Err(self.contract_error(reason));
        }
        if self.mute >= MUTE {
            self.state = self.by_page();
            return Ok(());
        }
        let retry = &transport.settings().retry;
        if self.fruitless >= retry.max_attempts.get() {
            let host = transport.settings().endpoint.authority();
            let cause = Cause::Lost { host, reason: interruption.to_string() };
            let error = ClientError::new(self.call.shown_action(), cause);
            return Err(error.sent(self.correlation_id.clone(), self.fruitless));
        }
        let asked = stream.pause.unwrap_or_default().min(retry.max_delay);
        let pause = self.backoff(self.fruitless).max(asked);
        self.state = State::Closed { pause };
        Ok(())
    }

    /// Reads by page until it is time to look whether a stream comes through.
    fn by_page(&self) -> State {
        let doublings = self.mute.saturating_sub(MUTE).min(31);
        let time = STREAM_AGAIN.saturating_mul(1 << doublings).min(STREAM_AGAIN_AT_MOST);
        let returns = Return::At(self.client.transport().timer().now() + time);
        State::Paging { pages: Pages::default(), returns }
    }

    /// Decides how long to wait for an outage to pass, if it has worked before; otherwise the endpoint may just be wrong.
    fn outlive(&mut self, error: ClientError) -> Result<Duration, ClientError> {
        let retry = &self.client.settings().retry;
        let may_pass = self.proven == Proven::Before && (error.is_unavailable() || error.is_timeout());
        self.fruitless += 1;
        if !may_pass || self.fruitless >= retry.max_attempts.get() {
            return Err(error);
        }
        Ok(self.backoff(self.fruitless))
    }

    fn backoff(&self, failures: u32) -> Duration {
        let transport = self.client.transport();
        transport.settings().retry.backoff(failures, transport.timer().jitter())
    }

    async fn pause(&mut self, duration: Duration) -> Result<(), ClientError> {
        if duration.is_zero() {
            return Ok(());
        }
        let path = self.request.template().to_owned();
        let waiting = Waiting { duration, reason: WaitReason::NextAttempt, path };
        self.client.transport().pause(&self.call, waiting).await.map_err(|cause| self.failed(cause))
    }

    fn failed(&self, cause: Cause) -> ClientError {
        ClientError::new(self.call.shown_action(), cause).sent(self.correlation_id.clone(), 1)
    }
}
