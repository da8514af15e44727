//! The requests of `sparki_kms_key`. Pure: nothing is sent here.

use std::collections::BTreeMap;

use aws_sdk_kms::operation::create_key::builders::CreateKeyInputBuilder;
use aws_sdk_kms::operation::replicate_key::builders::ReplicateKeyInputBuilder;
use aws_sdk_kms::types::Tag;
use sparki_aws::Region;

use super::KmsKeyModel;

/// The request that makes the first key of a group.
pub(super) fn create(key: &KmsKeyModel, tags: &BTreeMap<String, String>) -> CreateKeyInputBuilder {
    CreateKeyInputBuilder::default()
        .multi_region(true)
        .set_description(key.description.known().cloned())
        .set_policy(key.policy.known().map(|policy| policy.as_str().to_owned()))
        .bypass_policy_lockout_safety_check(bypasses(key))
        .set_tags(Some(wire_tags(tags)))
}

/// The request that makes the key of one more region. It goes to the primary's.
pub(super) fn replicate(
    key: &KmsKeyModel,
    (key_id, region): (&str, &Region),
    tags: &BTreeMap<String, String>,
) -> ReplicateKeyInputBuilder {
    ReplicateKeyInputBuilder::default()
        .key_id(key_id)
        .replica_region(region.as_str())
        .set_description(key.description.known().cloned())
        .set_policy(key.policy.known().map(|policy| policy.as_str().to_owned()))
        .bypass_policy_lockout_safety_check(bypasses(key))
        .set_tags(Some(wire_tags(tags)))
}

/// Whether a policy is taken that AWS would refuse.
pub(super) fn bypasses(key: &KmsKeyModel) -> bool {
    key.bypass_policy_lockout_safety_check.known().copied().unwrap_or(false)
}

/// Tags as they are sent.
pub(super) fn wire_tags(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    let tag = |(key, value)| Tag::builder().tag_key(key).tag_value(value).build();
    tags.iter().map(|tag_of| tag(tag_of).expect("key and value are given")).collect()
}
