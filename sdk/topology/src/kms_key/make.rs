//! Makes the first key of a group, and only one.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_kms::Client;
use aws_sdk_kms::types::KeyMetadata;
use sparki_aws::{AwsError, Class, Nonce, Seen, Tags, without_retries};
use sparki_core::RemoteError;

use super::group::{Session, described, is_live, tagged};
use super::{KmsKeyModel, requests};
use crate::operation;

/// How ids of multi-region keys begin.
pub(super) const MULTI_REGION: &str = "mrk-";

/// Makes the key, and no second one if the answer is lost.
pub(super) async fn make(
    session: &Session<'_>,
    doing: &str,
    key: &KmsKeyModel,
    (tags, attempt): (&BTreeMap<String, String>, &Nonce),
) -> Result<KeyMetadata, RemoteError> {
    // The request has no client token, so the SDK must not send it a second time by itself.
    let config = session.client.config().to_builder().retry_config(without_retries());
    let once = Client::from_conf(config.build());
    let request = requests::create(key, tags);
    let send = || async {
        let sent = request.clone().send_with(&once).await;
        sent.map(|answer| answer.key_metadata).map_err(AwsError::from)
    };
    operation::make(session, doing, || made_by(session, attempt), send).await
}

/// Looks for the key that this attempt made, among the multi-region keys of the region.
pub(super) async fn made_by(session: &Session<'_>, attempt: &Nonce) -> Result<Option<KeyMetadata>, AwsError> {
    let keys = session.client.list_keys().into_paginator().items().send();
    let keys = keys.collect::<Result<Vec<_>, _>>().await.map_err(AwsError::from)?;
    let ids = keys.iter().filter_map(|key| key.key_id()).filter(|id| id.starts_with(MULTI_REGION));
    for id in ids {
        let tags = match tagged(session, id).await {
            Ok(tags) => tags,
            // It is somebody else's whom the credentials do not let see it, or is gone by now.
            Err(error) if matches!(error.class(), Class::AccessDenied | Class::NotFound) => continue,
            Err(error) => return Err(error),
        };
        if Tags::made_by(Some(&tags), attempt)
            && let Some(key) = described(session, id).await?.filter(is_live)
        {
            return Ok(Some(key));
        }
    }
    Ok(None)
}

/// Waits until a key that was just made can be seen.
pub(super) async fn visible(session: &Session<'_>, doing: &str, key_id: &str) -> Result<(), RemoteError> {
    let look =
        || async { Ok(described(session, key_id).await?.map_or(Seen::Missing, |_| Seen::Reached(()))) };
    session.wait(doing, Duration::ZERO, look).await
}
