//! The request that makes a cluster. Pure: nothing is sent here.

use std::collections::BTreeMap;

use aws_sdk_elasticache::operation::create_replication_group::builders::CreateReplicationGroupInputBuilder;
use aws_sdk_elasticache::types::TransitEncryptionMode;
use sparki_core::{Secret, Value};

use super::{ElasticacheRedisModel, Tls};
use crate::elasticache::Session;

/// What a new cluster gets besides what its model says.
pub(super) struct Given<'a> {
    /// The version that the wanted one stands for.
    pub(super) version: &'a str,
    pub(super) subnet_group: &'a str,
    pub(super) parameter_group: &'a str,
    pub(super) tags: &'a BTreeMap<String, String>,
    pub(super) token: Option<&'a Secret<String>>,
}

/// The request that makes a cluster. It may hold a password: it must not be printed.
pub(super) fn create(
    cluster: &ElasticacheRedisModel,
    given: &Given<'_>,
) -> CreateReplicationGroupInputBuilder {
    let snapshots = cluster.snapshots.known().cloned().unwrap_or_default();
    let tls = cluster.tls.known().copied().unwrap_or(Tls::Required);
    CreateReplicationGroupInputBuilder::default()
        .set_replication_group_id(cluster.name.known().cloned())
        .set_replication_group_description(cluster.description.known().cloned())
        .set_engine(cluster.engine.known().map(ToString::to_string))
        .engine_version(given.version)
        .set_cache_node_type(cluster.node_type.known().cloned())
        .set_num_node_groups(number(&cluster.shards))
        .set_replicas_per_node_group(number(&cluster.replicas_per_shard))
        // Clusters of shards have no other way.
        .automatic_failover_enabled(true)
        .set_multi_az_enabled(cluster.multi_az.known().copied())
        .cache_subnet_group_name(given.subnet_group)
        .cache_parameter_group_name(given.parameter_group)
        .set_security_group_ids(cluster.security_group_ids.known().map(|ids| ids.iter().cloned().collect()))
        .set_port(number(&cluster.port))
        .transit_encryption_enabled(tls != Tls::Disabled)
        .set_transit_encryption_mode((tls == Tls::Preferred).then_some(TransitEncryptionMode::Preferred))
        .set_at_rest_encryption_enabled(cluster.at_rest_encryption.known().copied())
        .set_kms_key_id(cluster.kms_key_arn.known().cloned())
        .set_auth_token(given.token.map(|token| token.expose().clone()))
        .set_user_group_ids(cluster.user_group_id.known().map(|id| vec![id.clone()]))
        .set_snapshot_retention_limit(number(&snapshots.retention_days))
        .set_snapshot_window(snapshots.window.known().cloned())
        .set_preferred_maintenance_window(cluster.maintenance_window.known().cloned())
        .set_auto_minor_version_upgrade(cluster.auto_minor_version_upgrade.known().copied())
        .set_tags(Some(Session::wire_tags(given.tags)))
}

/// A number as requests have it. Validators keep all of them small.
pub(super) fn number(value: &Value<i64>) -> Option<i32> {
    value.known().and_then(|number| i32::try_from(*number).ok())
}
