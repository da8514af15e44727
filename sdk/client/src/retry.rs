//! When a request is sent again, and after how long.

use std::num::NonZeroU32;
use std::time::Duration;

use http::StatusCode;

use crate::error::Cause;
use crate::request::Repeat;

/// When and how often to repeat a request.
#[derive(Clone, Debug)]
pub struct RetrySettings {
    /// Attempts per operation, the first included; by default 4.
    pub max_attempts: NonZeroU32,
    /// Upper bound of the first back-off, doubled with every further attempt; by default 500 ms.
    pub base_delay: Duration,
    /// Upper bound of any back-off; by default 20 s. A longer `Retry-After` is honoured all the same.
    pub max_delay: Duration,
}

impl Default for RetrySettings {
    fn default() -> Self {
        Self {
            max_attempts: const { NonZeroU32::new(4).expect("4 is not 0") },
            base_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(20),
        }
    }
}

impl RetrySettings {
    /// Full jitter: anything between nothing and the exponential bound, so that clients that failed together
    /// do not come back together. `jitter` is 0 to 1.
    pub(crate) fn backoff(&self, failed_attempts: u32, jitter: f64) -> Duration {
        let doublings = failed_attempts.saturating_sub(1).min(31);
        let bound = self.base_delay.saturating_mul(1 << doublings).min(self.max_delay);
        bound.mul_f64(jitter.clamp(0.0, 1.0))
    }
}

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Retry,
    GiveUp,
}

/// Decides by what failed and by what a repeat would do.
///
/// What was certainly not carried out (no connection, 429) may always be sent again; anything else only if the
/// repeat is harmless.
pub(crate) fn verdict(cause: &Cause, repeat: Repeat) -> Verdict {
    let if_harmless = match repeat {
        Repeat::Harmless => Verdict::Retry,
        Repeat::Risky => Verdict::GiveUp,
    };
    match cause {
        Cause::Unreachable { .. } => Verdict::Retry,
        Cause::Lost { .. } | Cause::NoAnswer { .. } => if_harmless,
        Cause::Refused(problem) if problem.has_code("quota_exceeded") => Verdict::GiveUp,
        Cause::Refused(problem) => match problem.status {
            // A server that fails cannot know whether it will fail again, so that its `retryable` says nothing.
            status if is_transient(status) => if_harmless,
            _ if problem.retryable == Some(false) => Verdict::GiveUp,
            StatusCode::TOO_MANY_REQUESTS => Verdict::Retry,
            // The first attempt of this very request may still be at work after its answer was lost.
            StatusCode::CONFLICT
                if problem.has_code("operation_in_progress") && problem.retryable == Some(true) =>
            {
                if_harmless
            }
            _ => Verdict::GiveUp,
        },
        Cause::Unexpected { status, .. } => match *status {
            StatusCode::TOO_MANY_REQUESTS => Verdict::Retry,
            status if is_transient(status) => if_harmless,
            _ => Verdict::GiveUp,
        },
        Cause::Untrusted { .. }
        | Cause::Deadline { .. }
        | Cause::RateLimited { .. }
        // Whoever may wait for the host has done so.
        | Cause::CircuitOpen { .. }
        | Cause::Cancelled
        | Cause::Authentication(_)
        | Cause::NoIdentity { .. }
        | Cause::Layer(_)
        | Cause::RepeatedCursor
        | Cause::BatchItem { .. }
        | Cause::WorkFailed { .. }
        | Cause::StrangeRegion { .. }
        | Cause::Request(_) => Verdict::GiveUp,
    }
}

/// Whether the request may have taken effect although the attempt failed.
pub(crate) fn leaves_doubt(cause: &Cause) -> bool {
    match cause {
        Cause::Lost { .. } | Cause::NoAnswer { .. } | Cause::Layer(_) => true,
        Cause::Refused(problem) => problem.status.is_server_error() && !problem.has_code("replica_lagging"),
        Cause::Unexpected { status, .. } => status.is_success() || status.is_server_error(),
        // Whether these came while the request was under way, only the sender knows.
        Cause::Cancelled | Cause::Deadline { .. } => false,
        Cause::Unreachable { .. }
        | Cause::Untrusted { .. }
        | Cause::RateLimited { .. }
        | Cause::CircuitOpen { .. }
        | Cause::Authentication(_)
        | Cause::NoIdentity { .. }
        | Cause::RepeatedCursor
        | Cause::BatchItem { .. }
        | Cause::WorkFailed { .. }
        | Cause::StrangeRegion { .. }
        | Cause::Request(_) => false,
    }
}

/// Whether the rate limit is what failed the attempt.
pub(crate) fn is_throttle(cause: &Cause) -> bool {
    match cause {
        Cause::Refused(problem) => {
            problem.status == StatusCode::TOO_MANY_REQUESTS && !problem.has_code("quota_exceeded")
        }
        Cause::Unexpected { status, .. } => *status == StatusCode::TOO_MANY_REQUESTS,
        Cause::Unreachable { .. }
        | Cause::Untrusted { .. }
        | Cause::Lost { .. }
        | Cause::NoAnswer { .. }
        | Cause::Deadline { .. }
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
        | Cause::Request(_) => false,
    }
}

/// Whether the failure may pass: every server error but those that say what the server will never do.
fn is_transient(status: StatusCode) -> bool {
    const NEVER: [StatusCode; 3] = [
        StatusCode::NOT_IMPLEMENTED,
        StatusCode::HTTP_VERSION_NOT_SUPPORTED,
        StatusCode::NETWORK_AUTHENTICATION_REQUIRED,
    ];
    status.is_server_error() && !NEVER.contains(&status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;

    fn refused(status: u16, body: &str) -> Cause {
        let status = StatusCode::from_u16(status).unwrap();
        Cause::Refused(Box::new(Problem::read(status, serde_json::from_str(body).unwrap()).unwrap()))
    }

    fn check_verdict(cause: &Cause, harmless: Verdict, risky: Verdict) {
        assert_eq!(
            (verdict(cause, Repeat::Harmless), verdict(cause, Repeat::Risky)),
            (harmless, risky),
            "{cause}"
        );
    }

    #[test]
    fn what_was_not_carried_out_may_always_be_repeated() {
        let unreachable = Cause::Unreachable { host: "h:1".into(), reason: "refused".into() };
        check_verdict(&unreachable, Verdict::Retry, Verdict::Retry);
        check_verdict(&refused(429, r#"{"code":"rate_limited"}"#), Verdict::Retry, Verdict::Retry);
    }

    #[test]
    fn what_may_have_been_carried_out_is_repeated_only_if_harmless() {
        let lost = Cause::Lost { host: "h:1".into(), reason: "reset".into() };
        check_verdict(&lost, Verdict::Retry, Verdict::GiveUp);
        check_verdict(&refused(503, r#"{"code":"replica_lagging"}"#), Verdict::Retry, Verdict::GiveUp);
        for body in [r#"{"code":"internal"}"#, r#"{"code":"internal","retryable":false}"#] {
            check_verdict(&refused(500, body), Verdict::Retry, Verdict::GiveUp);
        }
        let in_progress = refused(409, r#"{"code":"operation_in_progress","retryable":true}"#);
        check_verdict(&in_progress, Verdict::Retry, Verdict::GiveUp);
    }

    #[test]
    fn what_will_not_change_is_not_repeated() {
        check_verdict(&refused(501, r#"{"code":"internal"}"#), Verdict::GiveUp, Verdict::GiveUp);
        check_verdict(&refused(422, r#"{"code":"validation_failed"}"#), Verdict::GiveUp, Verdict::GiveUp);
        check_verdict(&refused(429, r#"{"code":"quota_exceeded"}"#), Verdict::GiveUp, Verdict::GiveUp);
        let in_progress = refused(409, r#"{"code":"operation_in_progress","retryable":false}"#);
        check_verdict(&in_progress, Verdict::GiveUp, Verdict::GiveUp);
        check_verdict(&Cause::Cancelled, Verdict::GiveUp, Verdict::GiveUp);
    }

    #[test]
    fn doubt_is_left_by_lost_answers_and_server_errors() {
        assert!(leaves_doubt(&Cause::Lost { host: "h:1".into(), reason: "reset".into() }));
        assert!(leaves_doubt(&refused(500, r#"{"code":"internal"}"#)));
        assert!(!leaves_doubt(&refused(503, r#"{"code":"replica_lagging"}"#)));
        assert!(!leaves_doubt(&refused(409, r#"{"code":"in_use"}"#)));
    }

    #[test]
    fn backoff_is_bounded_exponential_with_full_jitter() {
        let settings = RetrySettings::default();
        let milliseconds = |attempt, jitter| settings.backoff(attempt, jitter).as_millis();
        assert_eq!(
            [1, 2, 3, 6, 7, 400].map(|attempt| milliseconds(attempt, 1.0)),
            [500, 1_000, 2_000, 16_000, 20_000, 20_000]
        );
        assert_eq!(milliseconds(2, 0.25), 250);
        assert_eq!(milliseconds(2, 0.0), 0);
    }
}
