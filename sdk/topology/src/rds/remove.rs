//! Removing groups that something may still use.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sparki_aws::{AwsError, Class, Seen};
use sparki_core::RemoteError;

use super::Session;

/// How often to try while something uses a group: for about five minutes. AWS counts an instance that is gone as a user for
/// some moments; what uses it longer is something else, which does not go by itself.
const MOST_TRIES: u32 = 60;

/// Removes a group as soon as nothing uses it any more.
pub(super) async fn remove<T, S, F>(session: &Session<'_>, doing: &str, send: S) -> Result<(), RemoteError>
where
    S: Fn() -> F,
    F: Future<Output = Result<T, AwsError>>,
{
    let tries = AtomicU32::new(0);
    let look = || async {
        match send().await {
            Ok(_) => Ok(Seen::Reached(Ok(()))),
            Err(error) if error.is_not_found() => Ok(Seen::Reached(Ok(()))),
            Err(error) if error.is_transient() => Err(error),
            Err(error)
                if error.class() == Class::Conflict && tries.fetch_add(1, Ordering::Relaxed) < MOST_TRIES =>
            {
                Ok(Seen::Pending("in use".to_owned()))
            }
            Err(error) => Ok(Seen::Reached(Err(error))),
        }
    };
    session.wait(doing, Duration::ZERO, look).await?.map_err(|error| error.changing(doing))
}
