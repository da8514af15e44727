//! From AWS's description of a node group to the model. Pure.

use std::collections::BTreeSet;

use aws_sdk_eks::types::{Nodegroup, NodegroupIssueCode, NodegroupStatus, Taint as WireTaint};
use sparki_aws::{Region, Seen, Tags};
use sparki_core::{Id, Value};

use super::template::Machines;
use super::{EksNodeGroupModel, Taint};
use crate::eks::told;
use crate::operation::shown_tags;

/// The model of a node group. `reference` is what was planned, or what the state has: it fills in what only the
/// provider knows, and what an endpoint does not answer, as stand-ins do not answer everything.
pub(super) fn model(
    (group, machines): (&Nodegroup, Machines),
    region: &Region,
    tags: Tags<'_>,
    reference: &EksNodeGroupModel,
) -> EksNodeGroupModel {
    let scaling = group.scaling_config();
    let size = |size: Option<i32>| Value::from(size.and_then(|size| u32::try_from(size).ok()));
    let text = |text: Option<&str>| Value::from(text.map(str::to_owned));
    let (tags, tags_all) = shown_tags(tags, group.tags(), (&reference.tags, &reference.tags_all));
    let labels = group.labels().filter(|labels| !labels.is_empty());
    let (max_unavailable, max_unavailable_percentage) = match group.update_config() {
        Some(config) => (size(config.max_unavailable()), size(config.max_unavailable_percentage())),
        None => (reference.max_unavailable.clone(), reference.max_unavailable_percentage.clone()),
    };
    let strategy = group.update_config().and_then(|config| config.update_strategy()?.as_str().parse().ok());
    let repair = group.node_repair_config().map(|config| config.enabled().unwrap_or(false));
    let id = match (group.cluster_name(), group.nodegroup_name()) {
        (Some(cluster), Some(name)) => Value::Known(Id::new(format!("{region}/{cluster}/{name}"))),
        (Some(_) | None, _) => Value::Null,
    };
    EksNodeGroupModel {
        id,
        region: region.clone().into(),
        cluster_name: text(group.cluster_name()),
        name: text(group.nodegroup_name()),
        name_prefix: reference.name_prefix.clone(),
        role_arn: text(group.node_role()),
        subnet_ids: Value::Known(group.subnets().iter().cloned().collect()),
        version: text(group.version()),
        release_version: text(group.release_version()),
        instance_types: Value::Known(group.instance_types().to_vec()),
        capacity_type: group.capacity_type().and_then(|kind| kind.as_str().parse().ok()).into(),
        ami_type: text(group.ami_type().map(|kind| kind.as_str())),
        disk_gib: machines.disk_gib,
        disk: machines.disk,
        metadata: machines.metadata,
        security_group_ids: machines.security_group_ids,
        machine_tags: machines.machine_tags,
        min: size(scaling.and_then(|scaling| scaling.min_size())),
        max: size(scaling.and_then(|scaling| scaling.max_size())),
        initial_size: reference.initial_size.clone(),
        labels: labels.map(|labels| labels.clone().into_iter().collect()).into(),
        taints: taints(group.taints()),
        max_unavailable,
        max_unavailable_percentage,
        update_strategy: strategy.map_or_else(|| reference.update_strategy.clone(), Value::Known),
        force_update: reference.force_update.clone(),
        node_repair: repair.map_or_else(|| reference.node_repair.clone(), Value::Known),
        tags,
        tags_all,
        arn: text(group.nodegroup_arn()),
        launch_template: machines.launch_template,
        status: text(group.status().map(NodegroupStatus::as_str)),
        desired_size: size(scaling.and_then(|scaling| scaling.desired_size())),
        deletion_protection: reference.deletion_protection.clone(),
        timeouts: reference.timeouts.clone(),
    }
}

/// What to do where EC2 starts no machine.
const NO_MACHINES: &str = "If EC2 has no machine left of these \"instance_types\", name further ones, or \"subnet_ids\" in other \
                           availability zones.";

/// How far a node group is on its way to being usable.
pub(super) fn seen(group: Option<Nodegroup>) -> Seen<Nodegroup> {
    let Some(group) = group else { return Seen::Missing };
    match group.status() {
        Some(NodegroupStatus::Active) => Seen::Reached(group),
        Some(
            status @ (NodegroupStatus::CreateFailed
            | NodegroupStatus::DeleteFailed
            | NodegroupStatus::Degraded),
        ) => Seen::Failed(unhealthy(&group, status)),
        Some(NodegroupStatus::Deleting) => {
            Seen::Failed("The node group has the status DELETING: something else is removing it.".into())
        }
        Some(other) => Seen::Pending(other.as_str().to_owned()),
        None => Seen::Pending("not known".to_owned()),
    }
}

/// The same after a change that AWS says it has carried out. That the group is degraded is another matter then.
pub(super) fn seen_changed(group: Option<Nodegroup>) -> Seen<Nodegroup> {
    match group {
        Some(group) if group.status() == Some(&NodegroupStatus::Degraded) => Seen::Reached(group),
        other => seen(other),
    }
}

/// What is wrong with a group that is degraded.
pub(super) fn degraded(group: &Nodegroup) -> Option<String> {
    let status = group.status().filter(|status| **status == NodegroupStatus::Degraded)?;
    Some(unhealthy(group, status))
}

/// How far a node group is on its way to being gone.
pub(super) fn seen_leaving(group: Option<Nodegroup>) -> Seen<()> {
    let Some(group) = group else { return Seen::Reached(()) };
    match group.status() {
        Some(status @ NodegroupStatus::DeleteFailed) => Seen::Failed(unhealthy(&group, status)),
        Some(other) => Seen::Pending(other.as_str().to_owned()),
        None => Seen::Pending("not known".to_owned()),
    }
}

fn unhealthy(group: &Nodegroup, status: &NodegroupStatus) -> String {
    let issues = group.health().map(|health| health.issues()).unwrap_or_default();
    let reason = told(&format!("The node group has the status {status}"), issues);
    let lacks_machines = issues.iter().any(|issue| {
        issue.code() == Some(&NodegroupIssueCode::AsgInstanceLaunchFailures)
            || issue.message().is_some_and(|message| message.contains("InsufficientInstanceCapacity"))
    });
    if lacks_machines { format!("{reason} {NO_MACHINES}") } else { reason }
}

fn taints(taints: &[WireTaint]) -> Value<BTreeSet<Taint>> {
    let taints: BTreeSet<_> = taints
        .iter()
        .map(|taint| Taint {
            key: taint.key().map(str::to_owned).into(),
            value: taint.value().filter(|value| !value.is_empty()).map(str::to_owned).into(),
            effect: taint.effect().and_then(|effect| effect.as_str().parse().ok()).into(),
        })
        .collect();
    (!taints.is_empty()).then_some(taints).into()
}
