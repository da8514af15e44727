//! Makes the first key of a group, and only one.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_sdk_kms::Client;
use aws_sdk_kms::config::retry::RetryConfig;
use aws_sdk_kms::types::KeyMetadata;
use sparki_aws::{AwsError, Class, Consistency, Nonce, Seen, Tags};
use sparki_core::{RemoteError, RemoteErrorKind};

use super::group::{Session, describe, described, is_live};
use super::{KmsKeyModel, requests};
use crate::operation::Pages;

/// How often a key is asked for before a lack of good answers counts.
const TRIES: usize = 4;
/// How often a key is looked for that may have been made: AWS shows what was made after a few seconds.
const LOOKS: u32 = 4;
/// How ids of multi-region keys begin.
pub(super) const MULTI_REGION: &str = "mrk-";

/// Makes the key, or finds the one that this very attempt has made before.
pub(super) async fn make(
    session: &Session<'_>,
    doing: &str,
    key: &KmsKeyModel,
    (tags, attempt): (&BTreeMap<String, String>, &Nonce),
) -> Result<KeyMetadata, RemoteError> {
    // An earlier process may have died before it knew the outcome.
    if let Some(made) = made_by(session, doing, attempt).await? {
        return Ok(made);
    }
    // The request has no client token, so the SDK must not send it a second time by itself.
    let config = session.client.config().to_builder().retry_config(RetryConfig::disabled());
    let once = Client::from_conf(config.build());
    let request = requests::create(key, tags);
    let (mut last, mut maybe_made) = (None, false);
    for _ in 0..TRIES {
        let send = || async { request.clone().send_with(&once).await.map_err(AwsError::from) };
        let answer = session.send(Consistency::Propagation, doing, send).await;
        let error = match answer.map_err(|error| error.with_maybe_applied(maybe_made))? {
            Ok(answer) => return answer.key_metadata.ok_or_else(|| no_key(doing)),
            Err(error) => error,
        };
        // Whatever ends this, the key of an earlier try may show later.
        maybe_made |= error.maybe_applied();
        last = Some(error.changing(doing).with_maybe_applied(maybe_made));
        if !matches!(error.class(), Class::Unavailable | Class::Garbled) {
            break;
        }
        let made = looked_for(session, doing, attempt).await;
        if let Some(made) = made.map_err(|error| error.with_maybe_applied(maybe_made))? {
            return Ok(made);
        }
    }
    Err(last.unwrap_or_else(|| no_key(doing)))
}

/// Looks for a key that may have been made a moment ago.
async fn looked_for(
    session: &Session<'_>,
    doing: &str,
    attempt: &Nonce,
) -> Result<Option<KeyMetadata>, RemoteError> {
    let looks = AtomicU32::new(0);
    let look = || async {
        let before = looks.fetch_add(1, Ordering::Relaxed);
        Ok(match made_by(session, doing, attempt).await {
            Ok(None) if before + 1 < LOOKS => Seen::Pending("not known".to_owned()),
            found => Seen::Reached(found),
        })
    };
    session.wait(doing, Duration::ZERO, look).await?
}

/// Looks for the key that this attempt made, among the multi-region keys of the region.
async fn made_by(
    session: &Session<'_>,
    doing: &str,
    attempt: &Nonce,
) -> Result<Option<KeyMetadata>, RemoteError> {
    let mut pages = Pages::new();
    while let Some(page) = pages.next(session, doing, |marker| keys(session, marker)).await? {
        let ids = page.into_iter().filter(|id| id.starts_with(MULTI_REGION));
        for id in ids {
            let tags = match super::group::tags(session, doing, &id).await {
                Ok(tags) => tags,
                Err(error) if is_out_of_sight(&error) => continue,
                Err(error) => return Err(error),
            };
            if Tags::made_by(Some(&tags), attempt)
                && let Some(key) = describe(session, doing, &id).await?.filter(is_live)
            {
                return Ok(Some(key));
            }
        }
    }
    Ok(None)
}

/// Whether a key is somebody else's whom the credentials do not let see it, or is gone by now.
pub(super) fn is_out_of_sight(error: &RemoteError) -> bool {
    matches!(error.kind(), RemoteErrorKind::PermissionDenied | RemoteErrorKind::NotFound)
}

/// The ids on a page of the list of keys, and the marker of the next one.
pub(super) async fn keys(
    session: &Session<'_>,
    marker: Option<String>,
) -> Result<(Option<Vec<String>>, Option<String>), AwsError> {
    let request = session.client.list_keys().set_marker(marker);
    let answer = request.send().await.map_err(AwsError::from)?;
    let ids = answer.keys.unwrap_or_default().into_iter().filter_map(|key| key.key_id);
    Ok((Some(ids.collect()), answer.next_marker))
}

/// Waits until a key that was just made can be seen.
pub(super) async fn visible(session: &Session<'_>, doing: &str, key_id: &str) -> Result<(), RemoteError> {
    let look =
        || async { Ok(described(session, key_id).await?.map_or(Seen::Missing, |_| Seen::Reached(()))) };
    session.wait(doing, Duration::ZERO, look).await
}

fn no_key(doing: &str) -> RemoteError {
    RemoteError::new(RemoteErrorKind::Garbled, doing)
        .with_detail("AWS's answer has no key in it.")
        .with_maybe_applied(true)
}
