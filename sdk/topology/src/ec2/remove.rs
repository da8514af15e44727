//! Removing objects that others may still hold on to.

use std::future::Future;
use std::time::Duration;

use sparki_aws::{AwsError, Class, Consistency, Seen};
use sparki_core::RemoteError;

use super::{Holders, Session};

/// Sends a removal once more where nothing holds on to the object; one that is gone already is no error.
pub(crate) async fn gone<T, S, F>(session: &Session<'_>, doing: &str, send: S) -> Result<(), RemoteError>
where
    S: Fn() -> F,
    F: Future<Output = Result<T, AwsError>>,
{
    match session.send(Consistency::Free, doing, send).await? {
        Ok(_) => Ok(()),
        Err(error) if error.is_not_found() => Ok(()),
        Err(error) => Err(error.changing(doing)),
    }
}

/// Removes an object as soon as nothing holds on to it any more. An error after the operation's own limit names what
/// does.
pub(crate) async fn remove<T, S, F>(
    session: &Session<'_>,
    doing: &str,
    holders: &Holders<'_>,
    send: S,
) -> Result<(), RemoteError>
where
    S: Fn() -> F,
    F: Future<Output = Result<T, AwsError>>,
{
    let look = || async {
        match send().await {
            Ok(_) => Ok(Seen::Reached(())),
            Err(error) if error.is_not_found() => Ok(Seen::Reached(())),
            Err(error) if error.class() == Class::Conflict => {
                holders.tidy(session).await?;
                Ok(Seen::Pending(holders.told(session, &error).await?))
            }
            Err(error) => Err(error),
        }
    };
    session.wait(doing, Duration::ZERO, look).await
}
