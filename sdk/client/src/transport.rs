//! The life of one operation: prove, wait, send, judge, and again.

use std::borrow::Cow;
use std::future::Future;
use std::num::NonZeroU32;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::StatusCode;
use tokio::sync::Semaphore;
use tracing::{debug, info};
use uuid::Uuid;

use crate::answer::Answer;
use crate::auth::{Authenticator, Grant, Proof, Renewal, TokenAnswer};
use crate::breaker::Breakers;
use crate::call::{Call, Purpose};
use crate::config::Settings;
use crate::credentials::ConfigError;
use crate::endpoint::Endpoint;
use crate::error::{Cause, ClientError};
use crate::layers::Sender;
use crate::limiter::{Limiter, Place};
use crate::loader::Loader;
use crate::region;
use crate::request::{Accept, Effect, Request};
use crate::retry::{self, Verdict};
use crate::timer::Timer;
use crate::tls::{self, Encryption};
use crate::waiting::{Announcer, WaitReason, Waiting};

/// Stands for a time limit that the clock cannot hold: thirty years.
const ENDLESS: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

/// What all operations of a client share.
#[derive(Debug)]
pub(crate) struct Transport {
    pub(crate) settings: Settings,
    pub(crate) sender: Sender,
    pub(crate) authenticator: Authenticator,
    pub(crate) limiter: Limiter,
    pub(crate) breakers: Breakers,
    pub(crate) announcer: Announcer,
    pub(crate) in_flight: Semaphore,
    /// The highest `Sparki-Revision` seen; 0 if none.
    pub(crate) revision: AtomicU64,
    pub(crate) loader: Loader,
}

/// Whether a request proves who the client is; the one that fetches the proof cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Proven,
    Anonymous,
}

/// One operation, as it was asked for.
pub(crate) struct Operation<'a> {
    pub(crate) request: &'a Request,
    pub(crate) call: &'a Call,
    pub(crate) access: Access,
    pub(crate) limit: Duration,
    ends: Instant,
    pub(crate) correlation_id: String,
}

/// How far an operation has come.
pub(crate) struct Journey {
    pub(crate) endpoint: Endpoint,
    /// How often the request was sent.
    pub(crate) attempts: u32,
    /// How often of those it was sent again because of where it went or what it proved: these do not count as tries.
    extra: u32,
    pub(crate) in_doubt: bool,
    renewed: bool,
    redirected: bool,
    pub(crate) correlation_id: Option<String>,
    pub(crate) last: Option<Box<Failure>>,
}

/// A failed attempt.
pub(crate) struct Failure {
    pub(crate) cause: Cause,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) proof: Option<Proof>,
}

impl From<Cause> for Box<Failure> {
    fn from(cause: Cause) -> Self {
        Self::new(Failure { cause, retry_after: None, proof: None })
    }
}

impl Transport {
    pub(crate) fn new(settings: Settings) -> Result<Self, ConfigError> {
        let encryption = if settings.endpoint.is_plain() { Encryption::None } else { Encryption::Tls };
        Ok(Self {
            sender: Sender::new(tls::build(&settings, encryption)?, &settings.layers),
            authenticator: Authenticator::new(settings.credential.clone())?,
            limiter: Limiter::new(settings.rate_limit.clone()),
            breakers: Breakers::new(settings.breaker.clone()),
            announcer: Announcer::new(settings.on_wait.clone()),
            in_flight: Semaphore::new(settings.max_concurrency.get().min(Semaphore::MAX_PERMITS)),
            revision: AtomicU64::new(0),
            loader: Loader::new(&settings),
            settings,
        })
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn timer(&self) -> &dyn Timer {
        self.settings.timer.as_ref()
    }

    /// Sends a request until it is answered well, or refused for good. The answer has a 2xx status.
    pub(crate) async fn execute(
        &self,
        request: &Request,
        call: &Call,
        access: Access,
    ) -> Result<Answer, ClientError> {
        let limit = call.deadline_or(self.settings.operation_timeout).min(ENDLESS);
        let operation = Operation {
            request,
            call,
            access,
            limit,
            ends: self.timer().now() + limit,
            correlation_id: call
                .chosen_correlation_id()
                .or(self.settings.correlation_id.as_deref())
                .map_or_else(|| Uuid::now_v7().to_string(), str::to_owned),
        };
        let mut journey = Journey {
            endpoint: self.settings.endpoint.clone(),
            attempts: 0,
            extra: 0,
            in_doubt: false,
            renewed: false,
            redirected: false,
            correlation_id: None,
            last: None,
        };
        self.travel(&operation, &mut journey).await.map_err(|cause| {
            let correlation_id = if let Cause::Authentication(error) = &cause {
                // Only what signs in was sent, under an id of its own.
                error.correlation_id().map(str::to_owned)
            } else {
                journey.correlation_id.take()
            };
            let correlation_id = correlation_id.unwrap_or_else(|| operation.correlation_id.clone());
            ClientError::new(call.shown_action(), cause)
                .sent(Some(correlation_id), journey.attempts)
                .in_doubt(journey.in_doubt)
        })
    }

    async fn travel(&self, operation: &Operation<'_>, journey: &mut Journey) -> Result<Answer, Cause> {
        loop {
            let sent = journey.attempts;
            let failure = match self.attempt(operation, journey).await {
                Ok(answer) => return Ok(answer),
                // There was no leave to send, and waiting for it is over.
                Err(failure) if journey.attempts == sent => return Err(failure.cause),
                Err(failure) => failure,
            };
            if operation.request.effect() == Effect::Mutates && retry::leaves_doubt(&failure.cause) {
                journey.in_doubt = true;
            }
            if self.is_renewed(&failure, journey) || self.is_sent_on(&failure, journey)? {
                journey.extra += 1;
                continue;
            }
            let tries = journey.attempts.saturating_sub(journey.extra);
            let backoff = self.settings.retry.backoff(tries, self.timer().jitter());
            let pause = backoff.max(failure.retry_after.unwrap_or_default());
            if retry::is_throttle(&failure.cause) {
                // The limiter holds this request back together with all others.
                self.limiter.throttled(self.timer().now(), pause);
            }
            let has_tries = self.may_try_again(operation) && tries < self.settings.retry.max_attempts.get();
            // Whether a stream that does not begin is asked for again, whoever follows it decides.
            let no_stream = operation.request.accept() == Accept::Events
                && matches!(failure.cause, Cause::NoAnswer { .. });
            let verdict = retry::verdict(&failure.cause, operation.request.repeat());
            if verdict == Verdict::GiveUp || !has_tries || no_stream {
                return Err(failure.cause);
            }
            debug!(
                path = operation.request.template(),
                attempt = journey.attempts,
                pause_seconds = pause.as_secs_f64(),
                reason = %failure.cause,
                "trying again"
            );
            if !retry::is_throttle(&failure.cause) {
                if pause >= self.left(operation) {
                    return Err(failure.cause);
                }
                self.sleep(operation, pause, WaitReason::NextAttempt).await?;
            }
            journey.last = Some(failure);
        }
    }

    pub(crate) async fn prove(
        &self,
        operation: &Operation<'_>,
        journey: &mut Journey,
    ) -> Result<Proof, Cause> {
        let proven = self.authenticator.prove(self.timer().now(), || {
            let grant = self.authenticator.grant().expect("only what is exchanged is fetched");
            let action = match &grant {
                Grant::Secret(_) => "get an access token".into(),
                Grant::Identity(oidc) => Cow::from(oidc.errand()),
            };
            self.fetch_token(grant, operation.call.inner(action, self.left(operation)))
        });
        self.guard(operation, journey, proven).await?.map_err(Cause::Authentication)
    }

    /// Boxed because fetching a token is itself an operation, without a token.
    pub(crate) fn fetch_token<'a>(
        &'a self,
        grant: Grant<'a>,
        call: Call,
    ) -> BoxFuture<'a, Result<TokenAnswer, ClientError>> {
        async move {
            let request = match grant {
                Grant::Secret(request) => *request,
                Grant::Identity(oidc) => {
                    let token = oidc.subject_token(&self.settings).await;
                    oidc.exchange(&token.map_err(|cause| ClientError::new(call.shown_action(), cause))?)
                }
            };
            let answer = self.execute(&request, &call, Access::Anonymous).await?;
            let (correlation_id, attempts) = (answer.correlation_id.clone(), answer.attempts);
            answer.decode::<TokenAnswer>().map(|response| response.value).map_err(|cause| {
                ClientError::new(call.shown_action(), cause.without_snippet())
                    .sent(Some(correlation_id), attempts)
            })
        }
        .boxed()
    }

    /// Whether a token was refused, be it expired or revoked, and another one can be had, which is tried once.
    fn is_renewed(&self, failure: &Failure, journey: &mut Journey) -> bool {
        let Cause::Refused(problem) = &failure.cause else { return false };
        let is_refused = problem.status == StatusCode::UNAUTHORIZED;
        let (true, false, Some(proof)) = (is_refused, journey.renewed, &failure.proof) else { return false };
        journey.renewed = true;
        self.authenticator.forget(proof) == Renewal::Possible
    }

    pub(crate) async fn wait_for_rate_limit(
        &self,
        operation: &Operation<'_>,
        journey: &mut Journey,
    ) -> Result<Place<'_>, Cause> {
        loop {
            let place = match self.limiter.reserve(self.timer().now(), self.left(operation)) {
                Ok(place) => place,
                Err(wait) => {
                    return Err(match journey.last.take() {
                        Some(failure) if retry::is_throttle(&failure.cause) => failure.cause,
                        Some(_) | None => Cause::RateLimited { wait },
                    });
                }
            };
            let wait = place.wait();
            if wait.is_zero() {
                return Ok(place);
            }
            let seconds = wait.as_secs_f64();
            if wait >= Duration::from_secs(1) {
                info!(seconds, path = operation.request.template(), "waiting for the rate limit");
            } else {
                debug!(seconds, path = operation.request.template(), "waiting for the rate limit");
            }
            self.sleep(operation, wait, WaitReason::RateLimit).await?;
            if !self.limiter.is_closed(self.timer().now()) {
                return Ok(place);
            }
        }
    }

    /// Whether a read-only region named the primary and the request now goes there, once. The primary must be reached as
    /// the endpoint is (https stays https, loopback stays loopback), and belong to whoever runs the endpoint.
    ///
    /// # Errors
    ///
    /// Fails if nothing says that it does.
    fn is_sent_on(&self, failure: &Failure, journey: &mut Journey) -> Result<bool, Cause> {
        let Cause::Refused(problem) = &failure.cause else { return Ok(false) };
        if problem.status != StatusCode::MISDIRECTED_REQUEST || !problem.has_code("region_read_only") {
            return Ok(false);
        }
        let Some(Ok(primary)) = problem.extra("primary_endpoint").map(Endpoint::parse) else {
            return Ok(false);
        };
        let is_like_it = primary.is_plain() == journey.endpoint.is_plain() && primary != journey.endpoint;
        if !is_like_it || journey.redirected {
            return Ok(false);
        }
        let host = primary.authority();
        let settings = &self.settings;
        let is_named = settings.regions.iter().any(|region| region.authority() == host);
        if !is_named && !region::are_of_one(&settings.endpoint, &primary) {
            return Err(Cause::StrangeRegion { host, problem: problem.clone() });
        }
        info!(
            region = journey.endpoint.authority(),
            primary = host,
            "the region only reads; the write goes on"
        );
        journey.redirected = true;
        journey.endpoint = primary;
        Ok(true)
    }

    /// Whether an operation that does not succeed at once is waited for.
    pub(crate) fn may_try_again(&self, operation: &Operation<'_>) -> bool {
        match operation.call.purpose() {
            Purpose::Asked => self.settings.retry.max_attempts > NonZeroU32::MIN,
            Purpose::Ahead => false,
        }
    }

    pub(crate) fn left(&self, operation: &Operation<'_>) -> Duration {
        operation.ends.saturating_duration_since(self.timer().now())
    }

    pub(crate) async fn sleep(
        &self,
        operation: &Operation<'_>,
        duration: Duration,
        reason: WaitReason,
    ) -> Result<(), Cause> {
        let path = operation.request.template().to_owned();
        self.pause(operation.call, Waiting { duration, reason, path }).await
    }

    /// Waits, until the call is cancelled.
    pub(crate) async fn pause(&self, call: &Call, waiting: Waiting) -> Result<(), Cause> {
        let duration = waiting.duration;
        self.announcer.waits(self.timer().now(), waiting);
        tokio::select! {
            biased;
            () = call.cancel().cancelled() => Err(Cause::Cancelled),
            () = self.timer().sleep(duration) => Ok(()),
        }
    }

    /// Waits for something before sending, until the operation is cancelled or its time is up.
    pub(crate) async fn guard<T>(
        &self,
        operation: &Operation<'_>,
        journey: &mut Journey,
        awaited: impl Future<Output = T>,
    ) -> Result<T, Cause> {
        tokio::select! {
            biased;
            () = operation.call.cancel().cancelled() => Err(Cause::Cancelled),
            done = tokio::time::timeout(self.left(operation), awaited) => {
                done.map_err(|_| Cause::Deadline { limit: operation.limit, last: journey.take_last() })
            }
        }
    }
}

impl Journey {
    pub(crate) fn take_last(&mut self) -> Option<Box<Cause>> {
        self.last.take().map(|failure| Box::new(failure.cause))
    }
}
