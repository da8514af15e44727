//! From IAM's description of a role to the model. Pure.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_iam::types::{Role, Tag};
use sparki_aws::Tags;
use sparki_core::{FromText, Id, Value};

use super::look::{Found, decoded};
use super::{IamRoleModel, trust_policy};
use crate::operation::{PolicyText, shown_tags};

/// The model of a role. `reference` is what the state has: it decides between two ways of saying the same, and fills in
/// what only the provider knows.
pub(super) fn model(found: &Found, tags: Tags<'_>, reference: &IamRoleModel) -> IamRoleModel {
    let Found { role, managed, inline } = found;
    let text = |text: Option<&str>| Value::from(text.filter(|text| !text.is_empty()).map(str::to_owned));
    let document = role.assume_role_policy_document().map(decoded).unwrap_or_default();
    let known = (&reference.trust, &reference.assume_role_policy);
    let (trust, assume_role_policy) = trust_policy::shown(PolicyText::from_text(&document), known);
    let known = reference.inline_policies.known();
    let inline = inline.iter().map(|(name, document)| {
        let document = PolicyText::from_text(document);
        let known = known.and_then(|known| known.get(name)).filter(|known| known.means(&document)).cloned();
        (name.clone(), known.unwrap_or(document))
    });
    let inline: BTreeMap<_, _> = inline.collect();
    let (tags, tags_all) = shown_tags(tags, Some(&tags_of(role)), (&reference.tags, &reference.tags_all));
    let boundary = role.permissions_boundary().and_then(|boundary| boundary.permissions_boundary_arn());
    let seconds = role.max_session_duration().and_then(|seconds| u32::try_from(seconds).ok());
    IamRoleModel {
        id: Id::new(role.role_name()).into(),
        name: role.role_name().into(),
        name_prefix: reference.name_prefix.clone(),
        iam_path: role.path().into(),
        description: text(role.description()),
        trust,
        assume_role_policy,
        inline_policies: (!inline.is_empty()).then_some(inline).into(),
        managed_policy_arns: (!managed.is_empty()).then(|| managed.clone()).into(),
        permissions_boundary: text(boundary),
        max_session_seconds: seconds.map_or_else(|| reference.max_session_seconds.clone(), Value::Known),
        force_detach: reference.force_detach.clone(),
        tags,
        tags_all,
        arn: role.arn().into(),
        unique_id: role.role_id().into(),
        deletion_protection: reference.deletion_protection.clone(),
        timeouts: reference.timeouts.clone(),
    }
}

/// What is planned, of a role that is there: what was asked for and not refused is so, even where IAM does not show it yet.
pub(super) fn applied(planned: IamRoleModel, role: &Role) -> IamRoleModel {
    IamRoleModel {
        id: Id::new(role.role_name()).into(),
        name: role.role_name().into(),
        arn: role.arn().into(),
        unique_id: role.role_id().into(),
        ..planned
    }
}

/// The tags of a role.
pub(super) fn tags_of(role: &Role) -> HashMap<String, String> {
    let tag = |tag: &Tag| (tag.key().to_owned(), tag.value().to_owned());
    role.tags().iter().map(tag).collect()
}
