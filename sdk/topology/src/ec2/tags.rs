//! EC2's tags.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_ec2::types::{Filter, ResourceType, Tag, TagSpecification};
use sparki_aws::{AwsError, Consistency, TagChange};
use sparki_core::{Dynamic, RemoteError};

use super::Session;

/// The tag that EC2 shows as the name of an object.
pub(crate) const NAME: &str = "Name";

/// Tags as text by key.
pub(crate) fn tag_map(tags: &[Tag]) -> HashMap<String, String> {
    let pairs = tags.iter().filter_map(|tag| Some((tag.key()?, tag.value().unwrap_or_default())));
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// The same but for the name, for which objects have an attribute.
pub(crate) fn without_name(mut tags: HashMap<String, String>) -> HashMap<String, String> {
    tags.remove(NAME);
    tags
}

/// The tags that an object is made with.
pub(crate) fn specification(kind: ResourceType, tags: &BTreeMap<String, String>) -> TagSpecification {
    TagSpecification::builder().resource_type(kind).set_tags(Some(wire(tags))).build()
}

/// A filter of what is described.
pub(crate) fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}

/// Changes the tags of an object.
pub(crate) async fn retag(
    session: &Session<'_>,
    doing: &str,
    id: &str,
    change: &TagChange,
) -> Result<(), RemoteError> {
    if !change.set.is_empty() {
        let send = || async {
            let request = session.client.create_tags().resources(id).set_tags(Some(wire(&change.set)));
            request.send().await.map_err(|error| AwsError::from(error).of_what_was_just_made())
        };
        session.change(Consistency::Propagation, doing, send).await?;
    }
    if !change.remove.is_empty() {
        let keys = change.remove.iter().map(|key| Tag::builder().key(key).build()).collect();
        let keys: Vec<_> = keys;
        let send = || async {
            let request = session.client.delete_tags().resources(id).set_tags(Some(keys.clone()));
            request.send().await.map_err(AwsError::from)
        };
        session.change(Consistency::Propagation, doing, send).await?;
    }
    Ok(())
}

/// Refuses the key `Name`, for which there is the attribute `name`.
pub(crate) fn name_is_not_a_tag(key: &Dynamic) -> Result<(), String> {
    if key.as_str() == Some(NAME) {
        return Err("must not be \"Name\"; set the attribute \"name\"".into());
    }
    Ok(())
}

fn wire(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}
