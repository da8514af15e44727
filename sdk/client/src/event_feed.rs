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
    /// Whether it has worked before, so that an outage is waited for.
    proven: Proven,
}

enum State {
    Closed { pause: Duration },
    Open { stream: EventStream, since: Instant, correlation_id: String },
    Paging(Pages),
    Ended,
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
        Self { client, request, call, last, state, fruitless: 0, mute: 0, proven: Proven::Never }
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
                State::Paging(pages) => match pages.next() {
                    Some(incoming) => Next::Event(incoming),
                    None => {
                        self.turn_page().await?;
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
            State::Paging(_) => "application/json",
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
                self.state = match (answer.open, answer.status) {
                    (Some(open), _) => State::Open {
                        stream: EventStream::new(open, transport.settings().event_silence),
                        since: transport.timer().now(),
                        correlation_id: answer.correlation_id,
                    },
                    // As browsers take it: there is nothing to come.
                    (None, StatusCode::NO_CONTENT) => State::Ended,
                    (None, _) => State::Paging(Pages::default()),
                };
                Ok(())
            }
            Err(error) if error.status() == Some(StatusCode::NOT_ACCEPTABLE) => {
                self.state = State::Paging(Pages::default());
                Ok(())
            }
            // Something on the way may wait for the end of the answer before it passes on its beginning.
            Err(error) if matches!(error.cause(), Cause::NoAnswer { .. }) => {
                self.mute += 1;
                self.state = if self.mute >= MUTE {
                    State::Paging(Pages::default())
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
        let State::Paging(pages) = &mut self.state else { return Ok(()) };
        let pause = match pages.turn(&self.client, self.request.clone(), &self.call, self.last).await {
            Ok(pause) => {
                self.proven = Proven::Before;
                self.fruitless = 0;
                pause
            }
            Err(error) => self.outlive(error)?,
        };
        self.pause(pause).await
    }

    /// Decides what follows after a connection.
    fn interrupted(&mut self, interruption: Interruption) -> Result<(), ClientError> {
        let State::Open { stream, since, correlation_id } = &self.state else { return Ok(()) };
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
            self.state = State::Paging(Pages::default());
            return Ok(());
        }
        let retry = &transport.settings().retry;
        if self.fruitless >= retry.max_attempts.get() {
            let host = transport.settings().endpoint.authority();
            let cause = Cause::Lost { host, reason: interruption.to_string() };
            let error = ClientError::new(self.call.shown_action(), cause);
            return Err(error.sent(Some(correlation_id.clone()), self.fruitless));
        }
        let asked = stream.pause.unwrap_or_default().min(retry.max_delay);
        let pause = self.backoff(self.fruitless).max(asked);
        self.state = State::Closed { pause };
        Ok(())
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
        let correlation_id = match &self.state {
            State::Open { correlation_id, .. } => Some(correlation_id.clone()),
            State::Closed { .. } | State::Paging(_) | State::Ended => None,
        };
        ClientError::new(self.call.shown_action(), cause).sent(correlation_id, 1)
    }
}
