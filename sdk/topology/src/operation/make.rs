//! Making objects of which AWS does not know by a token that they were asked for already.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sparki_aws::{AwsError, Class, Consistency, Seen, ServiceClient};
use sparki_core::RemoteError;

use super::Session;

/// How often something is asked for whose answers are lost.
const ATTEMPTS: u32 = 5;
/// How often something is looked for before it counts as not made: AWS shows what it made within seconds.
const LOOKS: u32 = 4;

/// Looks for what an earlier process has made in the same attempt. Where that cannot be told, the next run looks again.
pub(crate) async fn made_before<C: ServiceClient, T, L, G>(
    session: &Session<'_, C>,
    doing: &str,
    find: L,
) -> Result<Option<T>, RemoteError>
where
    L: Fn() -> G,
    G: Future<Output = Result<Option<T>, AwsError>>,
{
    let found = session.send(Consistency::Propagation, doing, find).await;
    let found = found.and_then(|found| found.map_err(|error| error.reading(doing)));
    found.map_err(|error| error.with_maybe_applied(true))
}

/// Makes an object by a request that makes another one each time it is sent. If the answer is lost, `find` looks for what
/// was made all the same, by its tags; only if there is nothing is the request sent again.
pub(crate) async fn make<C: ServiceClient, T, S, F, L, G>(
    session: &Session<'_, C>,
    doing: &str,
    find: L,
    send: S,
) -> Result<T, RemoteError>
where
    S: Fn() -> F,
    F: Future<Output = Result<Option<T>, AwsError>>,
    L: Fn() -> G,
    G: Future<Output = Result<Option<T>, AwsError>>,
{
    let send = || async {
        let made = send().await.map_err(AwsError::of_what_was_just_made)?;
        made.ok_or_else(|| AwsError::new(Class::Garbled, "AWS's answer does not say what it made"))
    };
    // Whatever ends this, the object of an earlier try may show later.
    let mut maybe_made = false;
    for left in (0..ATTEMPTS).rev() {
        let answer = session.send(Consistency::Free, doing, send).await;
        let error = match answer.map_err(|error| error.with_maybe_applied(maybe_made))? {
            Ok(made) => return Ok(made),
            Err(error) => error,
        };
        maybe_made |= error.maybe_applied() || error.class() == Class::Garbled;
        let is_lost = error.maybe_applied() || matches!(error.class(), Class::Unavailable | Class::Garbled);
        if !is_lost {
            return Err(error.changing(doing).with_maybe_applied(maybe_made));
        }
        let looks = AtomicU32::new(0);
        let look = || async {
            Ok(match find().await? {
                None if looks.fetch_add(1, Ordering::Relaxed) + 1 < LOOKS => {
                    Seen::Pending("not known".to_owned())
                }
                found => Seen::Reached(found),
            })
        };
        let found = session.wait(doing, Duration::ZERO, look).await;
        if let Some(made) = found.map_err(|error| error.with_maybe_applied(maybe_made))? {
            return Ok(made);
        }
        if left == 0 {
            return Err(error.changing(doing).with_maybe_applied(maybe_made));
        }
    }
    unreachable!("the last attempt returns")
}
