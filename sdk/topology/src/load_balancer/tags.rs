//! Tags of load balancers and of what belongs to them.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_elasticloadbalancingv2::types::Tag;
use sparki_aws::{AwsError, Consistency, TagChange};
use sparki_core::RemoteError;

use super::Session;

/// Key of the tag that names the load balancer, by ARN, that a target group belongs to.
pub(super) const PART_OF: &str = "sparki:part-of";

/// Key of the tag that has the name of a listener or target group.
pub(super) const NAME: &str = "sparki:name";

/// The most objects whose tags AWS tells at once, as its reference of `DescribeTags` says.
const AT_ONCE: usize = 20;

/// Tags by the ARN of the object.
pub(super) type TagsOf = BTreeMap<String, HashMap<String, String>>;

/// The tags of these objects.
pub(super) async fn describe(session: &Session<'_>, arns: &[String]) -> Result<TagsOf, AwsError> {
    let mut found = TagsOf::new();
    for arns in arns.chunks(AT_ONCE) {
        let request = session.client.describe_tags().set_resource_arns(Some(arns.to_vec()));
        let answer = request.send().await.map_err(AwsError::from)?;
        for described in answer.tag_descriptions.unwrap_or_default() {
            let tags = described.tags.unwrap_or_default().into_iter();
            let tags = tags.filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default())));
            found.insert(described.resource_arn.unwrap_or_default(), tags.collect());
        }
    }
    Ok(found)
}

/// Changes the tags of an object.
pub(super) async fn change(
    session: &Session<'_>,
    (doing, arn): (&str, &str),
    change: TagChange,
) -> Result<(), RemoteError> {
    let TagChange { set, remove } = change;
    let send = || async {
        if !set.is_empty() {
            let request = session.client.add_tags().resource_arns(arn).set_tags(Some(wire(&set)));
            request.send().await.map_err(AwsError::from)?;
        }
        if !remove.is_empty() {
            let keys = Some(remove.iter().cloned().collect());
            let request = session.client.remove_tags().resource_arns(arn).set_tag_keys(keys);
            request.send().await.map_err(AwsError::from)?;
        }
        Ok::<_, AwsError>(())
    };
    session.change(Consistency::Free, doing, send).await
}

pub(super) fn wire(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}
