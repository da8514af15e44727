//! The tags of a distribution.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_cloudfront::types::{Tag, TagKeys, Tags as WireTags};
use sparki_aws::{AwsError, Consistency, TagChange};
use sparki_core::RemoteError;

use super::Session;

/// The tags of the distribution with this ARN; none if there is no such distribution.
pub(super) async fn read(session: &Session<'_>, arn: &str) -> Result<HashMap<String, String>, AwsError> {
    let request = session.client.list_tags_for_resource().resource(arn);
    match request.send().await.map_err(AwsError::from) {
        Ok(answer) => {
            let tags = answer.tags.and_then(|tags| tags.items).unwrap_or_default().into_iter();
            Ok(tags.map(|tag| (tag.key, tag.value.unwrap_or_default())).collect())
        }
        Err(error) if error.is_not_found() => Ok(HashMap::new()),
        Err(error) => Err(error),
    }
}

/// Changes the tags of the distribution with this ARN.
pub(super) async fn change(
    session: &Session<'_>,
    (doing, arn): (&str, &str),
    change: TagChange,
) -> Result<(), RemoteError> {
    let TagChange { set, remove } = change;
    let send = || async {
        if !set.is_empty() {
            let request = session.client.tag_resource().resource(arn).tags(wire(&set));
            request.send().await.map_err(AwsError::from)?;
        }
        if !remove.is_empty() {
            let keys = TagKeys::builder().set_items(Some(remove.iter().cloned().collect())).build();
            let request = session.client.untag_resource().resource(arn).tag_keys(keys);
            request.send().await.map_err(AwsError::from)?;
        }
        Ok::<_, AwsError>(())
    };
    session.change(Consistency::Free, doing, send).await
}

pub(super) fn wire(tags: &BTreeMap<String, String>) -> WireTags {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    let tags = tags.iter().map(|pair| tag(pair).expect("the key is set")).collect();
    WireTags::builder().set_items(Some(tags)).build()
}
