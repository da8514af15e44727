//! Runs what a resource does, and turns whatever comes of it into something to save and to tell.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;

use crate::{Call, Config, Ctx, Diagnostic, Diagnostics, Dynamic, Model, Outcome, Path, RemoteError};

/// Runs an operation, turning a panic into an error, so that one fault never takes other operations down.
pub(crate) async fn contained<T>(
    operation: impl Future<Output = Result<T, RemoteError>>,
) -> Result<T, Diagnostics> {
    match AssertUnwindSafe(operation).catch_unwind().await {
        Ok(result) => result.map_err(RemoteError::into_diagnostics),
        Err(panic) => Err(internal_error(panic.as_ref()).into()),
    }
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
