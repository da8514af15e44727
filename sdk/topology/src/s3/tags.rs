//! The tags of a bucket, which AWS takes only as a whole.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_s3::types::{Tag, Tagging};
use sparki_aws::{AwsError, TagChange};
use sparki_core::RemoteError;

use super::Session;
use super::setup::sent;

/// The tags of a bucket; `None` if there is no such bucket.
pub(crate) async fn tags(
    session: &Session<'_>,
    name: &str,
) -> Result<Option<HashMap<String, String>>, AwsError> {
    match session.client.get_bucket_tagging().bucket(name).send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(Some(answer.tag_set.into_iter().map(|tag| (tag.key, tag.value)).collect())),
        Err(error) if error.code() == Some("NoSuchTagSet") => Ok(Some(HashMap::new())),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Gives a bucket other tags. Those that nobody here knows of stay.
pub(crate) async fn retag(
    session: &Session<'_>,
    (doing, name): (&str, &str),
    there: &HashMap<String, String>,
    change: TagChange,
) -> Result<(), RemoteError> {
    if change.is_empty() {
        return Ok(());
    }
    let kept = there.iter().filter(|(key, _)| !change.remove.contains(*key));
    let mut tags: BTreeMap<String, String> = kept.map(|(key, value)| (key.clone(), value.clone())).collect();
    tags.extend(change.set);
    replace(session, (doing, name), &tags).await
}

/// Has a bucket have these tags and no others.
pub(super) async fn replace(
    session: &Session<'_>,
    (doing, name): (&str, &str),
    tags: &BTreeMap<String, String>,
) -> Result<(), RemoteError> {
    sent(session, doing, || async {
        if tags.is_empty() {
            let request = session.client.delete_bucket_tagging().bucket(name);
            return request.send().await.map(|_| ()).map_err(AwsError::from);
        }
        let tagging = Tagging::builder().set_tag_set(Some(wire(tags))).build().expect("the tags are set");
        let request = session.client.put_bucket_tagging().bucket(name).tagging(tagging);
        request.send().await.map(|_| ()).map_err(AwsError::from)
    })
    .await
}

pub(super) fn wire(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    tags.iter().map(|pair| tag(pair).expect("key and value are set")).collect()
}
