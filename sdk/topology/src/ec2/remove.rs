//! Removing objects that others may still hold on to.

use std::future::Future;
use std::time::Duration;

use sparki_aws::{AwsError, Class, Seen};
use sparki_core::RemoteError;

use super::{Holders, Session};

/// Removes an object as soon as nothing is in it any more, and first what pods have left behind in it. An error after the
/// operation's own limit names what there is.
pub(crate) async fn remove<T, S, F>(
    session: &Session<'_>,
    doing: &str,
    holders: Holders<'_>,
    send: S,
) -> Result<(), RemoteError>
where
    S: Fn() -> F,
    F: Future<Output = Result<T, AwsError>>,
{
    let held = |refusal: AwsError| async move {
        holders.tidy(session).await?;
        holders.told(session, &refusal).await
    };
    once_free(session, doing, held, send).await
}

/// Ends something as soon as nothing depends on it any more. An error after the operation's own limit says what `held`
/// makes of AWS's refusal.
pub(crate) async fn once_free<T, S, F, H, G>(
    session: &Session<'_>,
    doing: &str,
    held: H,
    send: S,
) -> Result<(), RemoteError>
where
    S: Fn() -> F,
    F: Future<Output = Result<T, AwsError>>,
    H: Fn(AwsError) -> G,
    G: Future<Output = Result<String, AwsError>>,
{
    let look = || async {
        match send().await {
            Ok(_) => Ok(Seen::Reached(())),
            Err(error) if error.is_not_found() => Ok(Seen::Reached(())),
            Err(error) if error.class() == Class::Conflict => Ok(Seen::Pending(held(error).await?)),
            Err(error) => Err(error),
        }
    };
    session.wait_changed(doing, Duration::ZERO, look).await
}
