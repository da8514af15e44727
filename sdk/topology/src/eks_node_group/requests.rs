//! The requests of `sparki_eks_node_group`. Pure: nothing is sent here.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_eks::operation::create_nodegroup::builders::CreateNodegroupInputBuilder;
use aws_sdk_eks::operation::update_nodegroup_config::builders::UpdateNodegroupConfigInputBuilder;
use aws_sdk_eks::operation::update_nodegroup_version::builders::UpdateNodegroupVersionInputBuilder;
use aws_sdk_eks::types::{
    AmiTypes, CapacityTypes, LaunchTemplateSpecification, NodeRepairConfig, NodegroupScalingConfig,
    NodegroupUpdateConfig, NodegroupUpdateStrategies, Taint as WireTaint, TaintEffect, UpdateLabelsPayload,
    UpdateTaintsPayload,
};
use sparki_aws::Nonce;
use sparki_core::Value;

use super::{EksNodeGroupModel, LaunchTemplate, Taint};

/// The request that makes a node group.
pub(super) fn create(
    group: &EksNodeGroupModel,
    tags: BTreeMap<String, String>,
    attempt: &Nonce,
) -> CreateNodegroupInputBuilder {
    let subnets = group.subnet_ids.known().map(|ids| ids.iter().cloned().collect());
    let taints = group.taints.known().map(|taints| taints.iter().map(wire_taint).collect());
    let initial = group.initial_size.known().or(group.min.known()).copied();
    // Where there is a template, it says how large the disk is.
    let disk_size = group.disk_gib.known().filter(|_| group.launch_template.known().is_none());
    CreateNodegroupInputBuilder::default()
        .set_cluster_name(group.cluster_name.known().cloned())
        .set_nodegroup_name(group.name.known().cloned())
        .set_node_role(group.role_arn.known().cloned())
        .set_subnets(subnets)
        .set_version(group.version.known().cloned())
        .set_release_version(group.release_version.known().cloned())
        .set_instance_types(group.instance_types.known().cloned())
        .set_capacity_type(group.capacity_type.known().map(|kind| CapacityTypes::from(kind.as_str())))
        .set_ami_type(group.ami_type.known().map(|kind| AmiTypes::from(kind.as_str())))
        .set_disk_size(disk_size.copied().map(count))
        .set_launch_template(group.launch_template.known().map(template))
        .scaling_config(sizes(group, initial))
        .set_labels(group.labels.known().map(|labels| labels.clone().into_iter().collect()))
        .set_taints(taints)
        .set_update_config(update_config(group))
        .set_node_repair_config(group.node_repair.known().filter(|wanted| **wanted).map(repair))
        .set_tags(Some(tags.into_iter().collect()))
        .client_request_token(attempt.as_str())
}

/// The request that changes everything but the version; none if nothing of it changes. `running` is the number of
/// machines the group has now: it is moved only as far as the new limits need.
pub(super) fn update(
    prior: &EksNodeGroupModel,
    planned: &EksNodeGroupModel,
    running: Option<i32>,
) -> Option<UpdateNodegroupConfigInputBuilder> {
    let labels = change_labels(&prior.labels, &planned.labels);
    let taints = change_taints(&prior.taints, &planned.taints);
    let scaling = (prior.min != planned.min || prior.max != planned.max).then(|| {
        let running = running.and_then(|running| u32::try_from(running).ok());
        let moved = running.filter(|running| *running != within(planned, *running));
        sizes(planned, moved)
    });
    let settings = |group: &EksNodeGroupModel| {
        let counts = [&group.max_unavailable, &group.max_unavailable_percentage]
            .map(Value::known)
            .map(Option::<&u32>::cloned);
        (counts, group.update_strategy.known().copied())
    };
    let settings = (settings(prior) != settings(planned)).then(|| update_config(planned)).flatten();
    let repair =
        planned.node_repair.known().filter(|wanted| prior.node_repair.known() != Some(*wanted)).map(repair);
    if labels.is_none() && taints.is_none() && scaling.is_none() && settings.is_none() && repair.is_none() {
        return None;
    }
    let request = UpdateNodegroupConfigInputBuilder::default()
        .set_cluster_name(planned.cluster_name.known().cloned())
        .set_nodegroup_name(planned.name.known().cloned())
        .set_labels(labels)
        .set_taints(taints)
        .set_scaling_config(scaling)
        .set_update_config(settings)
        .set_node_repair_config(repair);
    Some(request)
}

/// The request that exchanges the machines for some of another version, with another image or after another version of the
/// launch template, which is `to` if it is another one; none if none of them changes. Without a version AWS would take the
/// cluster's, and without an image its newest, so both are said where they are known.
pub(super) fn upgrade(
    prior: &EksNodeGroupModel,
    planned: &EksNodeGroupModel,
    to: Option<&LaunchTemplate>,
) -> Option<UpdateNodegroupVersionInputBuilder> {
    let other = |prior: &Value<String>, planned: &Value<String>| {
        planned.known().filter(|wanted| prior.known() != Some(*wanted)).cloned()
    };
    let version = other(&prior.version, &planned.version);
    let release = other(&prior.release_version, &planned.release_version);
    if version.is_none() && release.is_none() && to.is_none() {
        return None;
    }
    let stays = || planned.release_version.known().filter(|_| to.is_some() && version.is_none()).cloned();
    let release = release.or_else(stays);
    let request = UpdateNodegroupVersionInputBuilder::default()
        .set_cluster_name(planned.cluster_name.known().cloned())
        .set_nodegroup_name(planned.name.known().cloned())
        .set_version(planned.version.known().cloned())
        .set_release_version(release)
        .set_launch_template(to.map(template))
        .set_force(planned.force_update.known().copied().filter(|force| *force));
    Some(request)
}

fn template(template: &LaunchTemplate) -> LaunchTemplateSpecification {
    LaunchTemplateSpecification::builder()
        .set_id(template.id.known().cloned())
        .set_version(template.version.known().map(u32::to_string))
        .build()
}

/// The wire counts in signed numbers. The validators allow no larger ones than fit.
fn count(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn within(group: &EksNodeGroupModel, size: u32) -> u32 {
    let min = group.min.known().copied().unwrap_or(0);
    let max = group.max.known().copied().unwrap_or(u32::MAX);
    size.min(max).max(min)
}

fn sizes(group: &EksNodeGroupModel, size: Option<u32>) -> NodegroupScalingConfig {
    NodegroupScalingConfig::builder()
        .set_min_size(group.min.known().copied().map(count))
        .set_max_size(group.max.known().copied().map(count))
        .set_desired_size(size.map(|size| count(within(group, size))))
        .build()
}

fn update_config(group: &EksNodeGroupModel) -> Option<NodegroupUpdateConfig> {
    let config = NodegroupUpdateConfig::builder();
    let config = match (group.max_unavailable.known(), group.max_unavailable_percentage.known()) {
        (Some(machines), _) => config.max_unavailable(count(*machines)),
        (None, Some(percentage)) => config.max_unavailable_percentage(count(*percentage)),
        (None, None) => return None,
    };
    let strategy = group.update_strategy.known();
    Some(
        config
            .set_update_strategy(strategy.map(|strategy| NodegroupUpdateStrategies::from(strategy.as_str())))
            .build(),
    )
}

fn repair(wanted: &bool) -> NodeRepairConfig {
    NodeRepairConfig::builder().enabled(*wanted).build()
}

fn wire_taint(taint: &Taint) -> WireTaint {
    WireTaint::builder()
        .set_key(taint.key.known().cloned())
        .set_value(taint.value.known().cloned())
        .set_effect(taint.effect.known().map(|effect| TaintEffect::from(effect.as_str())))
        .build()
}

fn change_labels(
    prior: &Value<BTreeMap<String, String>>,
    planned: &Value<BTreeMap<String, String>>,
) -> Option<UpdateLabelsPayload> {
    let none = BTreeMap::new();
    let (prior, planned) = (prior.known().unwrap_or(&none), planned.known().unwrap_or(&none));
    let set = planned.iter().filter(|(key, value)| prior.get(*key) != Some(*value));
    let set: Vec<_> = set.map(|(key, value)| (key.clone(), value.clone())).collect();
    let remove: Vec<_> = prior.keys().filter(|key| !planned.contains_key(*key)).cloned().collect();
    if set.is_empty() && remove.is_empty() {
        return None;
    }
    let change = UpdateLabelsPayload::builder()
        .set_add_or_update_labels((!set.is_empty()).then(|| set.into_iter().collect()))
        .set_remove_labels((!remove.is_empty()).then_some(remove));
    Some(change.build())
}

/// AWS tells taints apart by key and effect; another value under the same two is an update of the taint.
fn change_taints(
    prior: &Value<BTreeSet<Taint>>,
    planned: &Value<BTreeSet<Taint>>,
) -> Option<UpdateTaintsPayload> {
    let none = BTreeSet::new();
    let (prior, planned) = (prior.known().unwrap_or(&none), planned.known().unwrap_or(&none));
    let is_same = |a: &Taint, b: &Taint| a.key == b.key && a.effect == b.effect;
    let set: Vec<_> = planned.difference(prior).map(wire_taint).collect();
    let gone = prior.iter().filter(|taint| !planned.iter().any(|other| is_same(taint, other)));
    let remove: Vec<_> = gone.map(wire_taint).collect();
    if set.is_empty() && remove.is_empty() {
        return None;
    }
    let change = UpdateTaintsPayload::builder()
        .set_add_or_update_taints((!set.is_empty()).then_some(set))
        .set_remove_taints((!remove.is_empty()).then_some(remove));
    Some(change.build())
}
