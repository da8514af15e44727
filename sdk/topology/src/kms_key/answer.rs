//! From AWS's descriptions of a key to the model. Pure.

use std::collections::BTreeMap;

use aws_sdk_kms::types::KeyState;
use sparki_aws::{Region, Tags};
use sparki_core::{Id, Value};

use super::group::{Group, Member};
use super::{KmsKeyModel, Rotation, policy};
use crate::operation::{arn_in, shown_tags};

/// The model of a key. `reference` is what the state has: it decides between two ways of saying the same, and fills in
/// what only the provider knows. Where a region differs from it, that region is shown.
pub(super) fn model(group: &Group, tags: Tags<'_>, reference: &KmsKeyModel) -> KmsKeyModel {
    let alias = match reference.alias.known() {
        Some(alias) if group.members.values().all(|member| member.aliases.contains(alias)) => {
            reference.alias.clone()
        }
        Some(_) | None => Value::Null,
    };
    let known = (&reference.tags, &reference.tags_all);
    let shown = |member: &Member| shown_tags(tags, Some(&member.tags), known);
    let arn = |member: &Member| member.metadata.arn().unwrap_or_default().to_owned();
    let arns = group.members.iter().map(|(region, member)| (region.to_string(), arn(member)));
    KmsKeyModel {
        id: reference.id.clone(),
        alias,
        regions: regions(group, reference).into(),
        primary_region: group.primary.clone().into(),
        description: of_all(group, &reference.description, |member| {
            let text = member.metadata.description().filter(|text| !text.is_empty());
            text.map(str::to_owned).into()
        }),
        rotation: rotation(group.rotation, reference.rotation.known()).into(),
        deletion_window_days: reference.deletion_window_days.clone(),
        policy: of_all(group, &reference.policy, |member| {
            policy::shown(&member.policy, &arn(member), &reference.policy)
        }),
        bypass_policy_lockout_safety_check: reference.bypass_policy_lockout_safety_check.clone(),
        enabled: of_all(group, &reference.enabled, |member| match member.metadata.key_state() {
            Some(KeyState::Enabled) => true.into(),
            Some(KeyState::Disabled) => false.into(),
            Some(_) | None => reference.enabled.clone(),
        }),
        tags: of_all(group, &reference.tags, |member| shown(member).0),
        tags_all: of_all(group, &reference.tags_all, |member| shown(member).1),
        key_id: group.key_id.clone().into(),
        arn: arn(group.first()).into(),
        arns: arns.collect::<BTreeMap<_, _>>().into(),
        deletion_protection: reference.deletion_protection.clone(),
        timeouts: reference.timeouts.clone(),
    }
}

/// The model of a key of which nothing was known before, found by way of a region.
pub(super) fn found(group: &Group, region: &Region, tags: Tags<'_>) -> KmsKeyModel {
    let reference = KmsKeyModel {
        id: Id::new(format!("{region}/{}", group.key_id)).into(),
        alias: group.first().aliases.first().cloned().into(),
        enabled: true.into(),
        ..KmsKeyModel::blank()
    };
    model(group, tags, &reference)
}

/// What a region has that differs from what is known, or else what is known.
fn of_all<T: Clone + PartialEq>(
    group: &Group,
    known: &Value<T>,
    read: impl Fn(&Member) -> Value<T>,
) -> Value<T> {
    group.in_order().map(read).find(|value| value != known).unwrap_or_else(|| known.clone())
}

/// In the order in which they are known; others after them.
fn regions(group: &Group, reference: &KmsKeyModel) -> Vec<Region> {
    let known = reference.regions.known().map_or(&[][..], Vec::as_slice);
    let mut regions: Vec<_> =
        known.iter().filter(|region| group.members.contains_key(region)).cloned().collect();
    let primary = group.members.get_key_value(&group.primary).map(|(region, _)| region);
    let others = primary.into_iter().chain(group.members.keys());
    for region in others {
        if !regions.contains(region) {
            regions.push(region.clone());
        }
    }
    regions
}

/// A key that is not rotated has no period on AWS.
fn rotation((enabled, period): (bool, Option<u32>), known: Option<&Rotation>) -> Rotation {
    let known = known.and_then(|rotation| rotation.period_days.known().copied());
    let period = period.filter(|_| enabled);
    Rotation { enabled: enabled.into(), period_days: period.or(known).unwrap_or(365).into() }
}

/// What is planned, of the key with this ARN, as far as it follows from the plan.
pub(super) fn with_arns(planned: KmsKeyModel, arn: &str) -> KmsKeyModel {
    let regions = planned.regions.known();
    let arns = regions.map(|regions| {
        regions
            .iter()
            .map(|region| (region.to_string(), arn_in(arn, region.as_str())))
            .collect::<BTreeMap<_, _>>()
    });
    KmsKeyModel {
        arns: arns.map_or_else(Value::unknown, Value::Known),
        arn: match planned.primary_region.known() {
            Some(region) => arn_in(arn, region.as_str()).into(),
            None => Value::unknown(),
        },
        ..planned
    }
}
