//! The definition of `sparki_elasticache_redis`.

use std::collections::{BTreeMap, BTreeSet};

use sparki_aws::Region;
use sparki_core::{Dynamic, Id, Secret, Timeouts, Value};
use sparki_derive::{Choice, Model};

use super::{ElasticacheRedis, Engine};
use crate::operation::{daily_window, key_is_free, weekly_window};

/// A cluster of Redis OSS or Valkey on AWS: a replication group of ElastiCache in cluster mode, whose keys are spread over
/// shards, with a subnet group and a parameter group of its own.
///
/// It is encrypted, spread over availability zones and backed up unless you say otherwise. Nodes, shards, replicas and the
/// version change in place. It is protected from removal until `deletion_protection` is set to false.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(conflicting(auth_token_wo, user_group_id), required_together(auth_token_wo, auth_token_wo_version))]
pub struct ElasticacheRedisModel {
    /// Region and name of the cluster: `us-east-1/sessions`.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<ElasticacheRedis>>,
    /// AWS region. The provider's if it is not set. Changing it makes a new cluster.
    #[attr(optional, computed, use_state_for_unknown, requires_replace, refine(not_null))]
    pub region: Value<Region>,
    /// Name of the cluster, AWS's `ReplicationGroupId`, unique in the region: 1 to 40 small letters, digits and single
    /// hyphens. The subnet group has the same name, and the parameter group one that begins with it. Changing it makes a
    /// new cluster.
    #[attr(
        required,
        requires_replace,
        validate(
            len(1..=40),
            pattern(
                "^[a-z](-?[a-z0-9])*$",
                "consist of small letters, digits and single hyphens, begin with a letter and not end with a hyphen"
            )
        )
    )]
    pub name: Value<String>,
    /// What the cluster is for.
    #[attr(optional, default = "Managed by Sparki", validate(len(1..=255)))]
    pub description: Value<String>,
    /// What runs on the nodes: `redis` or `valkey`. A cluster goes on from Redis to Valkey in place; going back makes a new
    /// cluster.
    #[attr(optional, default = Engine::Redis, requires_replace_if = leads_back)]
    pub engine: Value<Engine>,
    /// Version of the engine, such as `7.0`, or `7.x` for any 7. By default `7.0` of Redis and `8.0` of Valkey. It is met by
    /// later versions of the same major one, to which AWS may go on by itself, and is never lowered. For a new cluster
    /// `7.x` is the latest one.
    #[attr(
        optional,
        computed,
        use_state_for_unknown,
        refine(not_null),
        validate(pattern("^[0-9]+(\\.([0-9]+|x))?$", "be a version such as \"7.0\" or \"7.x\""))
    )]
    pub engine_version: Value<String>,
    /// Kind of the nodes, such as `cache.r6g.xlarge`.
    #[attr(
        optional,
        default = "cache.r6g.xlarge",
        validate(pattern(
            "^cache\\.[a-z0-9-]+\\.[a-z0-9]+$",
            "be a node type such as \"cache.r6g.xlarge\""
        ))
    )]
    pub node_type: Value<String>,
    /// How many shards the keys are spread over, 1 to 500. They move while the cluster is in use.
    #[attr(optional, default = 3, validate(range(1..=500)))]
    pub shards: Value<i64>,
    /// How many replicas each shard has, 0 to 5.
    #[attr(optional, default = 1, validate(range(0..=5)))]
    pub replicas_per_shard: Value<i64>,
    /// Whether the nodes of a shard are in different availability zones. Takes one replica at least.
    #[attr(optional, default = true)]
    pub multi_az: Value<bool>,
    /// Subnets of the nodes, all of one VPC.
    #[attr(required, validate(len(1..), each(pattern("^subnet-", "be the id of a subnet"))))]
    pub subnet_ids: Value<BTreeSet<String>>,
    /// Security groups of the nodes. The default one of the VPC if it is not set.
    #[attr(
        optional,
        computed,
        use_state_for_unknown,
        validate(len(1..), each(pattern("^sg-", "be the id of a security group")))
    )]
    pub security_group_ids: Value<BTreeSet<String>>,
    /// Port of every node. Changing it makes a new cluster.
    #[attr(optional, default = 6379, requires_replace, validate(range(1..=65_535)))]
    pub port: Value<i64>,
    /// Whether clients have to use TLS: `required`, `preferred` if they may, or `disabled`. It can be changed while the
    /// cluster is in use, from Redis 7 on.
    #[attr(optional, default = Tls::Required)]
    pub tls: Value<Tls>,
    /// Whether what is stored is encrypted. Changing it makes a new cluster.
    #[attr(optional, default = true, requires_replace)]
    pub at_rest_encryption: Value<bool>,
    /// ARN of the KMS key that encrypts what is stored. A key of AWS's if it is not set. Changing it makes a new cluster.
    #[attr(optional, requires_replace, validate(pattern("^arn:[^:]+:kms:", "be the ARN of a KMS key")))]
    pub kms_key_arn: Value<String>,
    /// Password that clients give, 16 to 128 letters, digits and `!&#$^<>-`. It is never stored; raise `auth_token_wo_version` to
    /// send another one, which clients may use beside the old one until every node has it. Needs TLS.
    #[attr(
        optional,
        write_only,
        sensitive,
        validate(
            len(16..=128),
            pattern("^[a-zA-Z0-9!&#$^<>-]*$", "consist of letters, digits and the characters !&#$^<>-")
        )
    )]
    pub auth_token_wo: Value<Secret<String>>,
    /// Counts the passwords: a change sends `auth_token_wo` again.
    #[attr(optional)]
    pub auth_token_wo_version: Value<i64>,
    /// Id of the user group whose users may use the cluster, instead of a password for all. Needs TLS.
    #[attr(
        optional,
        validate(
            len(1..=40),
            pattern("^[a-z][a-z0-9-]*$", "consist of small letters, digits and hyphens")
        )
    )]
    pub user_group_id: Value<String>,
    /// Backups. For 7 days if it is not set.
    #[attr(optional, default = Snapshots::new().retention_days(7))]
    pub snapshots: Value<Snapshots>,
    /// When AWS may maintain the nodes, in UTC: `sun:05:00-sun:06:00`. AWS chooses if it is not set.
    #[attr(optional, computed, use_state_for_unknown, validate(custom(weekly_window)))]
    pub maintenance_window: Value<String>,
    /// Parameters of the engine that differ from AWS's defaults, such as `maxmemory-policy`.
    #[attr(optional, validate(keys(none_of("cluster-enabled"))))]
    pub parameters: Value<BTreeMap<String, String>>,
    /// Whether AWS may go on to later minor versions by itself.
    #[attr(optional, default = true)]
    pub auto_minor_version_upgrade: Value<bool>,
    /// Whether another `node_type`, `engine` or `engine_version` counts at once. Otherwise it does in the next maintenance
    /// window, and the state has it as if it did already. Every other change counts at once.
    #[attr(optional, local, default = true)]
    pub apply_immediately: Value<bool>,
    /// Whether Sparki refuses to remove the cluster. AWS itself does not protect it.
    #[attr(optional, local, default = true)]
    pub deletion_protection: Value<bool>,
    /// Tags of the cluster and its groups, besides the provider's default tags.
    #[attr(optional, shared, validate(len(..=48), keys(len(1..=128)), keys(custom(key_is_free)), each(len(..=256))))]
    pub tags: Value<BTreeMap<String, String>>,
    /// All tags of the cluster: `tags`, and those of the provider's default tags that are not among them.
    #[attr(computed, shared, use_non_null_state_for_unknown, refine(not_null))]
    pub tags_all: Value<BTreeMap<String, String>>,
    /// ARN of the replication group.
    #[attr(computed, use_state_for_unknown, refine(prefix = "arn:"))]
    pub arn: Value<String>,
    /// Host name that clients of the cluster connect to, on `port`.
    #[attr(computed, keep_unless_changed(tls))]
    pub endpoint: Value<String>,
    /// Version that the nodes have, such as `7.0.7`.
    #[attr(computed)]
    pub engine_version_actual: Value<String>,
    /// Names of the nodes, each of which AWS calls a cache cluster.
    #[attr(computed, keep_unless_changed(shards, replicas_per_shard))]
    pub member_clusters: Value<BTreeSet<String>>,
    /// Name of the parameter group.
    #[attr(computed, keep_unless_changed(engine, engine_version, parameters))]
    pub parameter_group_name: Value<String>,
    /// Name of the subnet group.
    #[attr(computed, use_state_for_unknown)]
    pub subnet_group_name: Value<String>,
    /// Status of the cluster: `creating`, `available`, `modifying`, `snapshotting`, `deleting` or `create-failed`.
    #[attr(computed, refine(not_null))]
    pub status: Value<String>,
    /// How long operations may take. By default 60 minutes to make the cluster, 120 to change and 45 to remove it.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}

/// Backups of a cluster.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Snapshots {
    /// How many days AWS keeps the snapshot of each day, 1 to 35, or 0 to make none.
    #[attr(optional, default = 7, validate(range(0..=35)))]
    pub retention_days: Value<i64>,
    /// When AWS makes it, in UTC: `03:00-04:00`, at least an hour and not within the maintenance window. AWS chooses if it is
    /// not set.
    #[attr(optional, validate(custom(daily_window)))]
    pub window: Value<String>,
    /// Name of the snapshot that is made when the cluster is removed. None is made if it is not set.
    #[attr(
        optional,
        local,
        validate(
            len(1..=255),
            pattern("^[a-z](-?[a-z0-9])*$", "consist of small letters, digits and single hyphens")
        )
    )]
    pub final_snapshot_name: Value<String>,
}

/// Whether clients have to use TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum Tls {
    /// They cannot.
    Disabled,
    /// They may.
    Preferred,
    /// They have to.
    Required,
}

/// Whether a cluster would go from Valkey back to Redis, for which AWS has no request.
pub(super) fn leads_back(prior: &Dynamic, planned: &Dynamic) -> bool {
    prior.as_str() == Some(Engine::Valkey.as_str()) && planned.as_str() == Some(Engine::Redis.as_str())
}
