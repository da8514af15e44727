//! Removes a bucket.

use std::time::Duration;

use aws_sdk_s3::types::ObjectIdentifier;
use sparki_aws::{AwsError, Consistency, Seen};
use sparki_core::{RemoteError, RemoteErrorKind};

use super::empty::{empty, versions};
use super::{Session, look};

/// What to do with the objects in a bucket that is removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contents {
    /// They keep the bucket from being removed.
    Keep,
    /// They are removed first, every version of them.
    Remove,
}

/// How many objects an error counts at most.
const COUNTED: i32 = 100;

/// Removes a bucket. One that is gone already is no error.
pub(crate) async fn remove(
    session: &Session<'_>,
    (doing, name): (&str, &str),
    contents: Contents,
) -> Result<(), RemoteError> {
    loop {
        let send =
            || async { session.client.delete_bucket().bucket(name).send().await.map_err(AwsError::from) };
        match session.send(Consistency::Free, doing, send).await? {
            Ok(_) => break,
            Err(error) if error.is_not_found() => return Ok(()),
            Err(error) if error.code() == Some("BucketNotEmpty") => match contents {
                Contents::Keep => return Err(full(session, (doing, name), &error).await),
                // What is stored meanwhile is found when the removal is tried again.
                Contents::Remove => {
                    if empty(session, (doing, name)).await? == 0 {
                        return Err(error
                            .changing(doing)
                            .with_advice("Nothing shows in the bucket. Try again in a while."));
                    }
                }
            },
            Err(error) => return Err(error.changing(doing)),
        }
    }
    let gone = || async {
        let is_there = look::is_there(session, name).await?;
        Ok(if is_there { Seen::Pending("being removed".into()) } else { Seen::Reached(()) })
    };
    session.wait(doing, Duration::ZERO, gone).await
}

/// Refuses to go on if there is something in a bucket. One that is gone already is as good as an empty one.
pub(crate) async fn check_empty(
    session: &Session<'_>,
    (doing, name): (&str, &str),
) -> Result<(), RemoteError> {
    let found = versions(session, (doing, name), COUNTED).await?;
    if found.is_empty() { Ok(()) } else { Err(holding(doing, &found)) }
}

/// The error for a bucket that AWS refuses to remove because something is in it.
async fn full(session: &Session<'_>, (doing, name): (&str, &str), refusal: &AwsError) -> RemoteError {
    match versions(session, (doing, name), COUNTED).await {
        Ok(found) => holding(doing, &found),
        Err(_) => refusal.changing(doing),
    }
}

/// The error for a bucket with something in it, which says what that is.
fn holding(doing: &str, found: &[ObjectIdentifier]) -> RemoteError {
    let more = if found.len() >= COUNTED as usize { "at least " } else { "" };
    let example = found.first().map(|object| format!(", such as {:?}", object.key())).unwrap_or_default();
    RemoteError::new(RemoteErrorKind::Conflict, doing).with_detail(format!(
        "The bucket is not empty: it holds {more}{} objects, versions and marks of removed objects{example}. Remove them \
         first; or set \"force_destroy\" to true, apply, and then remove the bucket, which removes all of it for good.",
        found.len()
    ))
}
