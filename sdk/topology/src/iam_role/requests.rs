//! The requests of `sparki_iam_role`. Pure: nothing is sent here.

use std::collections::BTreeMap;

use aws_sdk_iam::operation::create_role::builders::CreateRoleInputBuilder;
use aws_sdk_iam::types::Tag;
use sparki_aws::Nonce;

use super::{IamRoleModel, trust_policy};
use crate::operation::PolicyText;

/// How much of the mark of an attempt follows the prefix of a name.
const SUFFIX: usize = 20;

/// The request that makes a role of this name, without its policies.
pub(super) fn create(
    role: &IamRoleModel,
    name: &str,
    tags: &BTreeMap<String, String>,
) -> CreateRoleInputBuilder {
    let seconds = role.max_session_seconds.known().and_then(|seconds| i32::try_from(*seconds).ok());
    CreateRoleInputBuilder::default()
        .role_name(name)
        .set_path(role.iam_path.known().cloned())
        .set_description(role.description.known().cloned())
        .assume_role_policy_document(trust(role).as_str())
        .set_max_session_duration(seconds)
        .set_permissions_boundary(role.permissions_boundary.known().cloned())
        .set_tags(Some(wire_tags(tags)))
}

/// The trust policy, in whichever form it is planned. Configuration has one of them.
pub(super) fn trust(role: &IamRoleModel) -> PolicyText {
    match (role.trust.known(), role.assume_role_policy.known()) {
        (Some(trust), _) => trust_policy::policy(trust),
        (None, Some(policy)) => policy.clone(),
        (None, None) => PolicyText::new(&serde_json::json!({})),
    }
}

/// The name of a new role. After a prefix follows what tells this attempt from others, so that it finds its role again.
pub(super) fn name(role: &IamRoleModel, attempt: &Nonce) -> String {
    if let Some(name) = role.name.known() {
        return name.clone();
    }
    let prefix = role.name_prefix.known().map_or("", String::as_str);
    let signs: Vec<_> = attempt.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
    let suffix = &signs[signs.len().saturating_sub(SUFFIX)..];
    prefix.chars().chain(suffix.iter().copied()).collect()
}

/// Tags as they are sent.
pub(super) fn wire_tags(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    let tag = |(key, value)| Tag::builder().key(key).value(value).build();
    tags.iter().map(|tag_of| tag(tag_of).expect("key and value are given")).collect()
}
