//! Runs what a resource does, and turns whatever comes of it into something to save and to tell.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{Either, select};
use tokio_util::sync::CancellationToken;

use crate::{
    Call, Config, Ctx, Diagnostic, Diagnostics, Dynamic, Model, Outcome, Path, RemoteError, RemoteErrorKind,
};

/// Runs an operation, turning a panic into an error, so that one fault never takes other operations down.
pub(crate) async fn contained<T>(
    operation: impl Future<Output = Result<T, RemoteError>>,
) -> Result<T, Diagnostics> {
    match AssertUnwindSafe(operation).catch_unwind().await {
        Ok(result) => result.map_err(RemoteError::into_diagnostics),
        Err(panic) => Err(internal_error(panic.as_ref()).into()),
    }
}

/// Carries out an operation that only looks, until the practitioner stops the run: it can be left at any point, and a remote
/// that does not answer must not hold up the end of the run. What changes something is never left this way.
///
/// # Errors
/// Those of the operation, or that it was stopped.
pub(crate) async fn looking<T>(
    stop: &CancellationToken,
    operation: impl Future<Output = Result<T, RemoteError>>,
) -> Result<T, RemoteError> {
    match select(pin!(operation), pin!(stop.cancelled())).await {
        Either::Left((result, _)) => result,
        Either::Right(_) => {
            let error = RemoteError::new(RemoteErrorKind::Cancelled, "failed to look at the object");
            Err(error.with_detail("The run was stopped before the remote answered. Nothing was changed."))
        }
    }
}

/// Whether a failed creation came to an end that is known. One that takes up an earlier one did so only if what was asked for was
/// refused by itself: what keeps anybody from looking, such as credentials that have expired, says nothing of what the earlier
/// one made.
pub(crate) fn ends(error: &RemoteError, call: &Call) -> bool {
    let is_about_it = matches!(error.kind(), RemoteErrorKind::Conflict | RemoteErrorKind::Invalid);
    !error.maybe_applied() && (is_about_it || !call.takes_up())
}

/// The failure to change what a creation has taken up.
pub(crate) fn taken_up(error: RemoteError) -> RemoteError {
    error.with_advice(
        "An earlier run has made the object, and this one could not complete it. Terraform marks it as tainted and plans to \
         replace it. To keep it and have the rest made up for, run: terraform untaint ADDRESS",
    )
}

/// The diagnostic for a panic.
#[must_use]
pub fn internal_error(panic: &(dyn Any + Send)) -> Diagnostic {
    let message = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".into());
    Diagnostic::error(
        "Internal error in the provider",
        format!(
            "The operation came to an unexpected end: {message}. This is a bug in the provider; please report it. \
             What is known to exist has been kept in the state."
        ),
    )
}

/// What to save after an operation: its result, or on failure what was recorded on the way.
pub(super) fn outcome(
    call: &Call,
    result: Result<Option<Dynamic>, Diagnostics>,
    kept: Option<Dynamic>,
) -> Outcome {
    let mut diagnostics = call.take_warnings();
    let state = match result {
        Ok(state) => {
            call.end_intents();
            state
        }
        Err(errors) => {
            call.leave_intents();
            diagnostics.extend(errors);
            call.recorded().or(kept)
        }
    };
    Outcome { state, diagnostics }
}

pub(super) fn refused(diagnostic: Diagnostic, kept: Option<Dynamic>) -> Outcome {
    Outcome { state: kept, diagnostics: diagnostic.into() }
}

/// The warnings of a call, and its errors.
pub(crate) fn told(call: &Call, result: Result<(), Diagnostics>) -> Diagnostics {
    let mut diagnostics = call.take_warnings();
    diagnostics.extend(result.err().into_iter().flatten());
    diagnostics
}

/// What a type's own check says of configuration.
pub(crate) fn checked<M: Model>(config: &Dynamic, check: fn(&Config<M>) -> Diagnostics) -> Diagnostics {
    decode(config).map_or_else(Into::into, |config| check(&Config::new(config)))
}

/// What an operation on configuration is given, if there is a remote and the configuration can be read.
pub(crate) fn ready<R, M>(
    call: &Call,
    limit: Duration,
    config: &Dynamic,
) -> Result<(Ctx<R>, Config<M>), Diagnostic>
where
    R: Send + Sync + 'static,
    M: Model,
{
    let remote = call.remotes.remote::<R>()?;
    Ok((Ctx::new(remote, call.clone(), limit), Config::new(decode(config)?)))
}

/// The model of a dynamic value.
pub(crate) fn decode<M: Model>(value: &Dynamic) -> Result<M, Diagnostic> {
    // Only a value that cannot be read needs to know where it is.
    M::decode(value, &Path::lost()).or_else(|_| M::decode(value, &Path::root())).map_err(|error| {
        let name = error.path.to_string();
        Diagnostic::error("Invalid value", format!("\"{name}\": {}.", error.problem))
            .at(error.path.addressable())
    })
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    fn check<T>(operation: impl Future<Output = Result<T, RemoteError>>) -> Result<T, String> {
        let stop = CancellationToken::new();
        stop.cancel();
        let looked = looking(&stop, operation).now_or_never().expect("it ends at once");
        looked.map_err(|error| format!("{:?}: {error}", error.kind()))
    }

    #[test]
    fn a_look_at_a_remote_that_does_not_answer_ends_when_the_run_is_stopped() {
        assert_eq!(
            check(pending::<Result<(), _>>()).unwrap_err(),
            "Cancelled: failed to look at the object: The run was stopped before the remote answered. Nothing was changed."
        );
        let stop = CancellationToken::new();
        let running = looking(&stop, pending::<Result<(), _>>());
        assert!(running.now_or_never().is_none(), "nobody stopped it");
    }

    #[test]
    fn what_is_known_already_counts_though_the_run_is_stopped() {
        assert_eq!(check(ready(Ok(7))), Ok(7));
    }
}
