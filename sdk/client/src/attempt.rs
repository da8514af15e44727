//! One attempt at a request: send it, read the answer, tell what it means.

use std::error::Error;
use std::io;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http::StatusCode;
use tokio::sync::SemaphorePermit;
use tracing::debug;

use crate::answer::{self, Answer, ReadError, Received};
use crate::auth::Proof;
use crate::breaker::{Health, Permit, Until};
use crate::call::Purpose;
use crate::error::{Cause, HostFailure};
use crate::event_stream;
use crate::http_date;
use crate::limiter::{Budget, Place};
use crate::problem::Problem;
use crate::redact::Redactor;
use crate::request::{Accept, Effect, Pace};
use crate::response;
use crate::transport::{Access, Failure, Journey, Operation, Transport};
use crate::waiting::WaitReason;
use crate::wire::{self, Stamp};

/// What a request has to have before it is sent. Whatever of it is not used is given back.
struct Leave<'a> {
    proof: Option<Proof>,
    place: Place<'a>,
    in_flight: Option<SemaphorePermit<'a>>,
}

impl Transport {
    /// One attempt, to a 2xx answer or a failure.
    pub(crate) async fn attempt(
        &self,
        operation: &Operation<'_>,
        journey: &mut Journey,
    ) -> Result<Answer, Box<Failure>> {
        if let Some(fault) = operation.request.fault() {
            return Err(Cause::Request(fault.clone()).into());
        }
        let host = journey.endpoint.authority();
        let (leave, permit) = self.wait_for_host(operation, journey, &host).await?;
        let Leave { proof, place, in_flight: _in_flight } = leave;
        let stamp = Stamp {
            proof: proof.as_ref(),
            correlation_id: &operation.correlation_id,
            revision: self.revision.load(Ordering::Acquire),
        };
        let sent = wire::bind(operation.request, &journey.endpoint, &stamp).map_err(Cause::Request)?;

        place.used();
        journey.attempts += 1;
        let started = self.timer().now();
        let left = self.left(operation);
        let limit = left.min(self.settings.request_timeout);
        let exchanged = tokio::select! {
            biased;
            () = operation.call.cancel().cancelled() => Err(Cause::Cancelled),
            exchanged = tokio::time::timeout(limit, self.exchange(sent, operation.request.accept(), &host)) => match exchanged {
                Ok(exchanged) => exchanged,
                Err(_) if limit == left => Err(Cause::Deadline { limit: operation.limit, last: journey.take_last() }),
                Err(_) => Err(Cause::NoAnswer { host: host.clone(), limit }),
            },
        };
        let result = match exchanged {
            Ok(received) => self.judge(operation, journey, proof, received),
            Err(cause) => {
                let under_way = matches!(cause, Cause::Cancelled | Cause::Deadline { .. });
                journey.in_doubt |= under_way && operation.request.effect() == Effect::Mutates;
                Err(cause.into())
            }
        };
        let now = self.timer().now();
        let health = |cause: &Cause| match (cause, operation.request.pace()) {
            // Whoever has little time still learns that a host is silent.
            (Cause::Deadline { .. }, Pace::Prompt) => {
                Some(Health::Failed(HostFailure::of(&Cause::NoAnswer { host: host.clone(), limit })))
            }
            (cause, Pace::Prompt | Pace::Waits) => health(cause),
        };
        match result.as_ref().map_err(|failure| health(&failure.cause)) {
            Ok(_) => permit.settle(Health::Answered, now),
            Err(Some(health)) => permit.settle(health, now),
            Err(None) => drop(permit),
        }
        debug!(
            method = %operation.request.method(),
            path = operation.request.template(),
            %host,
            attempt = journey.attempts,
            status = result.as_ref().ok().map(|answer| answer.status.as_u16()),
            failure = result.as_ref().err().map(|failure| tracing::field::display(&failure.cause)),
            milliseconds = u64::try_from(now.saturating_duration_since(started).as_millis()).unwrap_or(u64::MAX),
            correlation_id = journey.correlation_id.as_deref().unwrap_or(&operation.correlation_id),
            "request"
        );
        result
    }

    /// Waits for leave to send, and for the host if it fails: until it is tested again, or until the test of another
    /// request has ended. Whoever waits for the host holds nothing that others could use.
    async fn wait_for_host(
        &self,
        operation: &Operation<'_>,
        journey: &mut Journey,
        host: &str,
    ) -> Result<(Leave<'_>, Permit), Cause> {
        loop {
            let leave = self.wait_for_leave(operation, journey).await?;
            let turned_away = match self.breakers.of(host).admit(self.timer().now()) {
                Ok(permit) => return Ok((leave, permit)),
                Err(turned_away) => turned_away,
            };
            drop(leave);
            let until = turned_away.until.clone();
            let open = Cause::CircuitOpen {
                host: host.to_owned(),
                failures: turned_away.failures,
                retry_in: match &until {
                    Until::Later(duration) => *duration,
                    Until::Tested(_) => Duration::ZERO,
                },
                last: turned_away.last,
            };
            if !self.may_try_again(operation) {
                return Err(open);
            }
            match until {
                Until::Later(duration) if duration >= self.left(operation) => return Err(open),
                Until::Later(duration) => self.sleep(operation, duration, WaitReason::FailingHost).await?,
                Until::Tested(tested) => {
                    journey.last = Some(open.into());
                    self.guard(operation, journey, tested.cancelled()).await?;
                }
            }
        }
    }

    /// Waits for a proof, for the rate limit and for a place among the requests in flight, in this order: whoever
    /// fetches a token needs a place too.
    async fn wait_for_leave(
        &self,
        operation: &Operation<'_>,
        journey: &mut Journey,
    ) -> Result<Leave<'_>, Cause> {
        let proof = match operation.access {
            Access::Proven => Some(self.prove(operation, journey).await?),
            Access::Anonymous => None,
        };
        let place = self.wait_for_rate_limit(operation, journey).await?;
        let in_flight = self.wait_for_others(operation, journey).await?;
        match proof {
            // It expired, or was refused to another request, while this one waited. What would only be refused is not
            // sent.
            Some(stale) if !self.authenticator.is_current(&stale, self.timer().now()) => {
                drop(in_flight);
                let proof = self.prove(operation, journey).await?;
                let in_flight = self.wait_for_others(operation, journey).await?;
                Ok(Leave { proof: Some(proof), place, in_flight })
            }
            proof => Ok(Leave { proof, place, in_flight }),
        }
    }

    /// A place among the requests in flight. What nobody has asked for takes none, nor does what is only answered when
    /// something happens: few of those would keep all others waiting.
    async fn wait_for_others(
        &self,
        operation: &Operation<'_>,
        journey: &mut Journey,
    ) -> Result<Option<SemaphorePermit<'_>>, Cause> {
        match (operation.call.purpose(), operation.request.pace()) {
            (Purpose::Asked, Pace::Prompt) => {
                let place = self.guard(operation, journey, self.in_flight.acquire()).await?;
                Ok(Some(place.expect("the semaphore is never closed")))
            }
            (Purpose::Ahead, _) | (Purpose::Asked, Pace::Waits) => Ok(None),
        }
    }

    /// Sends, and reads the whole answer. Of a stream of events that was asked for only the head is read.
    async fn exchange(&self, sent: reqwest::Request, accept: Accept, host: &str) -> Result<Received, Cause> {
        let answer = self.sender.send(sent, host).await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        if accept == Accept::Events && status == StatusCode::OK && event_stream::is_event_stream(&headers) {
            return Ok(Received { status, headers, body: Vec::new(), open: Some(answer) });
        }
        match answer::read_body(answer).await {
            Ok(body) => Ok(Received { status, headers, body, open: None }),
            Err(ReadError::Broken(error)) => Err(connection_failure(&error, host)),
            Err(ReadError::TooLarge) => Err(Cause::Unexpected {
                status,
                content_type: answer::content_type(&headers),
                reason: format!("the answer is larger than {} MiB", answer::LARGEST_ANSWER / 1024 / 1024),
                snippet: String::new(),
            }),
        }
    }

    /// Tells a good answer from a refusal, and learns from either.
    fn judge(
        &self,
        operation: &Operation<'_>,
        journey: &mut Journey,
        proof: Option<Proof>,
        received: Received,
    ) -> Result<Answer, Box<Failure>> {
        let Received { status, headers, body, open } = received;
        let wall_clock = self.timer().unix_seconds();
        let local_now = self.timer().now();
        if let Some(revision) = response::revision(&headers) {
            self.revision.fetch_max(revision, Ordering::AcqRel);
        }
        if operation.access == Access::Proven && status != StatusCode::TOO_MANY_REQUESTS {
            self.limiter.admitted(local_now, Budget::read(&headers, wall_clock));
        }
        journey.correlation_id = response::correlation_id(&headers);
        let hidden = [self.authenticator.secret(), proof.as_ref().map(Proof::bare)];
        let redactor = Redactor::new(hidden.into_iter().flatten(), operation.request.body());
        let answer = Answer {
            status,
            headers,
            body,
            open,
            correlation_id: journey
                .correlation_id
                .clone()
                .unwrap_or_else(|| operation.correlation_id.clone()),
            attempts: journey.attempts,
            redactor,
        };
        if status.is_success() {
            return Ok(answer);
        }
        let retry_after = http_date::retry_after(&answer.headers, wall_clock);
        let failed = |cause, retry_after| Err(Box::new(Failure { cause, retry_after, proof }));
        if status.is_redirection() {
            let cause = answer.unexpected("it sends the client elsewhere; check the endpoint");
            return failed(cause, retry_after);
        }
        let value =
            serde_json::from_slice(&answer.body).ok().map(|value| answer.redactor.hide_secrets(value));
        let Some(mut problem) = value.and_then(|value| Problem::read(status, value)) else {
            let cause = answer.unexpected("the body is not a problem document");
            return failed(cause, retry_after);
        };
        problem.retry_after = retry_after.or(problem.retry_after);
        problem.correlation_id = problem.correlation_id.or_else(|| journey.correlation_id.clone());
        journey.correlation_id.clone_from(&problem.correlation_id);
        let retry_after = problem.retry_after;
        failed(Cause::Refused(Box::new(problem)), retry_after)
    }
}

/// What a failed attempt says about the host; `None` if nothing.
fn health(cause: &Cause) -> Option<Health> {
    match cause {
        Cause::Unreachable { .. } | Cause::Untrusted { .. } | Cause::Lost { .. } | Cause::NoAnswer { .. } => {
            Some(Health::Failed(HostFailure::of(cause)))
        }
        Cause::Refused(problem) if problem.has_code("replica_lagging") => Some(Health::Answered),
        Cause::Refused(problem) if problem.status.is_server_error() => {
            Some(Health::Failed(HostFailure::of(cause)))
        }
        Cause::Unexpected { status, .. } if status.is_server_error() => {
            Some(Health::Failed(HostFailure::of(cause)))
        }
        Cause::Refused(_) | Cause::Unexpected { .. } => Some(Health::Answered),
        Cause::Deadline { .. }
        | Cause::RateLimited { .. }
        | Cause::CircuitOpen { .. }
        | Cause::Cancelled
        | Cause::Authentication(_)
        | Cause::NoIdentity { .. }
        | Cause::Layer(_)
        | Cause::RepeatedCursor
        | Cause::BatchItem { .. }
        | Cause::WorkFailed { .. }
        | Cause::StrangeRegion { .. }
        | Cause::Request(_) => None,
    }
}

/// Names a failure of the connection. The library's chain is long and carries the URL; its end says what happened.
pub(crate) fn connection_failure(error: &reqwest::Error, host: &str) -> Cause {
    let mut deepest: &(dyn Error + 'static) = error;
    let mut is_tls = false;
    loop {
        let wrapper = deepest.downcast_ref::<io::Error>();
        // TLS reports a refused certificate or a broken protocol as invalid data.
        is_tls |= wrapper.is_some_and(|error| error.kind() == io::ErrorKind::InvalidData);
        // `source` of an I/O error skips the very error that it wraps.
        let wrapped = wrapper.and_then(io::Error::get_ref).map(|wrapped| wrapped as &(dyn Error + 'static));
        match wrapped.or_else(|| deepest.source()) {
            Some(deeper) => deepest = deeper,
            None => break,
        }
    }
    let (host, reason) = (host.to_owned(), deepest.to_string());
    match (error.is_connect(), is_tls) {
        (true, true) => Cause::Untrusted { host, reason },
        (true, false) => Cause::Unreachable { host, reason },
        (false, _) => Cause::Lost { host, reason },
    }
}
