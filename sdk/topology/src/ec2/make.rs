//! Making objects of which EC2 does not know by a token that they were asked for already.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_sdk_ec2::config::Builder;
use aws_sdk_ec2::config::retry::RetryConfig;
use sparki_aws::{AwsError, Class, Consistency, Seen};
use sparki_core::RemoteError;

use super::Session;

/// How often something is asked for whose answers are lost.
const ATTEMPTS: u32 = 5;
/// How often something is looked for before it counts as not made: EC2 shows what it made within seconds.
const LOOKS: u32 = 3;

/// The settings of a request that is sent once, so that a lost answer is noticed and not repeated blindly. It counts for
/// the pace that all requests share, as every other one.
pub(crate) fn once() -> Builder {
    Builder::new().retry_config(RetryConfig::adaptive().with_max_attempts(1))
}

/// Makes an object by a request that makes another one each time it is sent. If the answer is lost, `find` looks for what
/// was made all the same, by its tags; only if there is nothing is the request sent again.
pub(crate) async fn make<T, S, F, L, G>(
    session: &Session<'_>,
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
    for left in (0..ATTEMPTS).rev() {
        let error = match session.send(Consistency::Free, doing, send).await? {
            Ok(made) => return Ok(made),
            Err(error) => error,
        };
        let is_lost = error.maybe_applied() || matches!(error.class(), Class::Unavailable | Class::Garbled);
        if !is_lost {
            return Err(error.changing(doing));
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
        // Where that cannot be told, the next run looks again.
        let found = session.wait(doing, Duration::ZERO, look).await;
        if let Some(made) = found.map_err(|error| error.with_maybe_applied(true))? {
            return Ok(made);
        }
        if left == 0 {
            return Err(error.changing(doing).with_maybe_applied(true));
        }
    }
    unreachable!("the last attempt returns")
}
