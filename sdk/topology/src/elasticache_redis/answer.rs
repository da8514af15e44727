//! From AWS's description of a cluster to the model. Pure.

use std::collections::BTreeSet;

use aws_sdk_elasticache::types::{
    CacheCluster, MultiAzStatus, NodeGroup, PendingModifiedValues, ReplicationGroup, TransitEncryptionMode,
};
use sparki_aws::{Region, Seen, Tags};
use sparki_core::{Id, Value};

use super::look::Described;
use super::{ElasticacheRedisModel, Engine, Snapshots, Tls};
use crate::elasticache::Version;
use crate::operation::shown_tags;

/// The model of a cluster. `reference` is what was planned, or what the state has: it decides between two ways of
/// saying the same, and fills in what was not asked or is not answered, as stand-ins do not answer everything.
pub(super) fn model(
    described: &Described,
    region: &Region,
    tags: Tags<'_>,
    reference: &ElasticacheRedisModel,
) -> ElasticacheRedisModel {
    let Described { group, node, subnet_ids, parameters, .. } = described;
    let (tags, tags_all) = match &described.tags {
        Some(remote) => shown_tags(tags, Some(remote), (&reference.tags, &reference.tags_all)),
        None => (reference.tags.clone(), reference.tags_all.clone()),
    };
    let node = node.as_ref();
    let text = |text: Option<&str>| Value::from(text.map(str::to_owned));
    let engine = engine(group, node);
    let nodes: BTreeSet<_> = group.member_clusters().iter().cloned().collect();
    let pending = node.and_then(CacheCluster::pending_modified_values);
    let node_type =
        pending.and_then(PendingModifiedValues::cache_node_type).or_else(|| group.cache_node_type());
    ElasticacheRedisModel {
        id: group.replication_group_id().map(|name| Id::new(format!("{region}/{name}"))).into(),
        region: region.clone().into(),
        name: text(group.replication_group_id()),
        description: text(group.description()),
        engine: answered(engine, &reference.engine),
        engine_version: engine_version(node, &reference.engine_version),
        node_type: answered(node_type.map(str::to_owned), &reference.node_type),
        shards: answered(count(group.node_groups().len()), &reference.shards),
        replicas_per_shard: answered(
            replicas(group.node_groups(), reference.replicas_per_shard.known().copied()),
            &reference.replicas_per_shard,
        ),
        multi_az: answered(
            group.multi_az().map(|status| status == &MultiAzStatus::Enabled),
            &reference.multi_az,
        ),
        subnet_ids: answered(subnet_ids.clone(), &reference.subnet_ids),
        security_group_ids: answered(node.and_then(security_groups), &reference.security_group_ids),
        port: answered(port(group, node), &reference.port),
        tls: answered(tls(group), &reference.tls),
        at_rest_encryption: answered(group.at_rest_encryption_enabled(), &reference.at_rest_encryption),
        kms_key_arn: text(group.kms_key_id()),
        auth_token_wo: Value::Null,
        auth_token_wo_version: match group.auth_token_enabled() {
            Some(false) => Value::Null,
            Some(true) | None => reference.auth_token_wo_version.clone(),
        },
        user_group_id: text(group.user_group_ids().first().map(String::as_str)),
        snapshots: snapshots(group, reference.snapshots.known()).into(),
        maintenance_window: answered(
            node.and_then(|node| node.preferred_maintenance_window().map(str::to_owned)),
            &reference.maintenance_window,
        ),
        parameters: match parameters {
            Some(parameters) => (!parameters.is_empty()).then(|| parameters.clone()).into(),
            None => reference.parameters.clone(),
        },
        auto_minor_version_upgrade: answered(
            group.auto_minor_version_upgrade(),
            &reference.auto_minor_version_upgrade,
        ),
        apply_immediately: reference.apply_immediately.clone(),
        deletion_protection: reference.deletion_protection.clone(),
        tags,
        tags_all,
        arn: text(group.arn()),
        endpoint: text(endpoint(group).and_then(|endpoint| endpoint.address())),
        engine_version_actual: answered(
            node.and_then(|node| node.engine_version().map(str::to_owned)),
            &reference.engine_version_actual,
        ),
        member_clusters: Value::Known(nodes),
        parameter_group_name: answered(
            node.and_then(|node| {
                Some(node.cache_parameter_group()?.cache_parameter_group_name()?.to_owned())
            }),
            &reference.parameter_group_name,
        ),
        subnet_group_name: answered(
            node.and_then(|node| node.cache_subnet_group_name().map(str::to_owned)),
            &reference.subnet_group_name,
        ),
        status: text(group.status()),
        timeouts: reference.timeouts.clone(),
    }
}

/// What counts for a cluster of which nothing was known before: the defaults, where AWS does not answer.
pub(super) fn unknown(described: &Described) -> ElasticacheRedisModel {
    let version = described.node.as_ref().and_then(effective_version);
    ElasticacheRedisModel {
        engine_version: version.map(|version| version.to_string()).into(),
        auto_minor_version_upgrade: true.into(),
        apply_immediately: true.into(),
        deletion_protection: true.into(),
        snapshots: Value::Known(Snapshots {
            window: described.group.snapshot_window.clone().into(),
            ..Snapshots::new()
        }),
        ..ElasticacheRedisModel::blank()
    }
}

/// Whether the keys of a replication group are spread over shards.
pub(super) fn is_cluster(group: &ReplicationGroup) -> bool {
    group.cluster_enabled() != Some(false)
}

/// The version that the nodes have, or will have after the maintenance window.
pub(super) fn effective_version(node: &CacheCluster) -> Option<Version> {
    let pending = node.pending_modified_values().and_then(PendingModifiedValues::engine_version);
    pending.or_else(|| node.engine_version())?.parse().ok()
}

/// How far a cluster is on its way to being usable.
pub(super) fn seen(group: Option<ReplicationGroup>) -> Seen<ReplicationGroup> {
    let Some(group) = group else { return Seen::Missing };
    match group.status() {
        Some("available") => match busy(&group) {
            Some(what) => Seen::Pending(what),
            None => Seen::Reached(group),
        },
        Some("create-failed") => Seen::Failed(
            "The cluster has the status create-failed. The events of the replication group in ElastiCache say why; often \
             there is no capacity of this node type in the zones of the subnets. Correct the cause and apply again, which \
             makes it anew."
                .into(),
        ),
        Some("deleting") => {
            Seen::Failed("The cluster has the status deleting: something else is removing it.".into())
        }
        Some(other) => Seen::Pending(other.to_owned()),
        None => Seen::Pending("not known".to_owned()),
    }
}

/// What an available cluster is still busy with.
fn busy(group: &ReplicationGroup) -> Option<String> {
    let pending = group.pending_modified_values();
    if pending.is_some_and(|pending| pending.auth_token_status().is_some()) {
        return Some("available, with a password on its way".to_owned());
    }
    let shard =
        group.node_groups().iter().find(|shard| shard.status().is_some_and(|it| it != "available"))?;
    let (name, status) = (shard.node_group_id().unwrap_or_default(), shard.status().unwrap_or_default());
    Some(format!("available, with the shard {name} {status}"))
}

/// What was answered, or else what is known already.
fn answered<T: Clone>(answer: Option<T>, reference: &Value<T>) -> Value<T> {
    match (answer, reference) {
        (Some(answer), _) => Value::Known(answer),
        (None, Value::Known(value)) => Value::Known(value.clone()),
        (None, Value::Null | Value::Unknown(_)) => Value::Null,
    }
}

fn count(number: usize) -> Option<i64> {
    i64::try_from(number).ok().filter(|number| *number > 0)
}

/// What runs on the nodes, or will after the maintenance window.
fn engine(group: &ReplicationGroup, node: Option<&CacheCluster>) -> Option<Engine> {
    let pending = node.and_then(|node| node.pending_modified_values()?.engine_version());
    let pending = pending.and_then(|version| version.parse::<Version>().ok()).map(Version::engine);
    pending.or_else(|| group.engine()?.parse().ok())
}

/// The version as it was asked for, if the nodes are what was asked for.
fn engine_version(node: Option<&CacheCluster>, reference: &Value<String>) -> Value<String> {
    let Some(actual) = node.and_then(effective_version) else { return reference.clone() };
    match reference.known() {
        Some(text) if text.parse::<Version>().is_ok_and(|wanted| wanted.is_met_by(actual)) => {
            reference.clone()
        }
        Some(_) | None => actual.to_string().into(),
    }
}

/// How many replicas each shard has. Where they have not all as many, it is a number that was not asked for.
fn replicas(shards: &[NodeGroup], wanted: Option<i64>) -> Option<i64> {
    let mut counts = shards.iter().filter_map(|shard| {
        let members = shard.node_group_members().len();
        i64::try_from(members).ok().filter(|members| *members > 0).map(|members| members - 1)
    });
    let first = counts.next()?;
    if Some(first) == wanted {
        Some(counts.find(|count| *count != first).unwrap_or(first))
    } else {
        Some(first)
    }
}

fn security_groups(node: &CacheCluster) -> Option<BTreeSet<String>> {
    let ids: BTreeSet<_> =
        node.security_groups().iter().filter_map(|group| group.security_group_id.clone()).collect();
    (!ids.is_empty()).then_some(ids)
}

fn endpoint(group: &ReplicationGroup) -> Option<&aws_sdk_elasticache::types::Endpoint> {
    let first = || group.node_groups().first().and_then(|shard| shard.primary_endpoint());
    group.configuration_endpoint().or_else(first)
}

fn port(group: &ReplicationGroup, node: Option<&CacheCluster>) -> Option<i64> {
    let of_node = || node?.cache_nodes().first()?.endpoint()?.port();
    let port = endpoint(group).and_then(|endpoint| endpoint.port()).or_else(of_node)?;
    Some(i64::from(port)).filter(|port| *port > 0)
}

fn tls(group: &ReplicationGroup) -> Option<Tls> {
    Some(match (group.transit_encryption_enabled()?, group.transit_encryption_mode()) {
        (false, _) => Tls::Disabled,
        (true, Some(TransitEncryptionMode::Preferred)) => Tls::Preferred,
        (true, _) => Tls::Required,
    })
}

/// The window counts only where it was chosen.
fn snapshots(group: &ReplicationGroup, reference: Option<&Snapshots>) -> Snapshots {
    let reference = reference.cloned().unwrap_or_default();
    let window = match &reference.window {
        Value::Known(_) => answered(group.snapshot_window().map(str::to_owned), &reference.window),
        Value::Null | Value::Unknown(_) => Value::Null,
    };
    Snapshots {
        retention_days: answered(group.snapshot_retention_limit().map(i64::from), &reference.retention_days),
        window,
        final_snapshot_name: reference.final_snapshot_name,
    }
}
