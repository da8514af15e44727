//! The definition of `sparki_rds_replica`.

use std::collections::{BTreeMap, BTreeSet};

use sparki_aws::Region;
use sparki_core::{Dynamic, Id, Timeouts, Value};
use sparki_derive::Model;

use super::{ConnectionPools, RdsReplica};
use crate::operation::{daily_window, key_is_free, weekly_window};

/// A read replica on Amazon RDS of a database that something else owns, in its region or in another one.
///
/// Class, storage, version and settings change in place, and `promoted` makes it a database of its own, for good. It is
/// protected from removal until `deletion_protection` is set to false.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(requires(monitoring_role_arn, monitoring_interval_seconds))]
pub struct RdsReplicaModel {
    /// Region and identifier of the replica: `us-east-1/shop-reader`.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<RdsReplica>>,
    /// AWS region. The provider's if it is not set. Changing it makes a new replica.
    #[attr(optional, computed, use_state_for_unknown, requires_replace, refine(not_null))]
    pub region: Value<Region>,
    /// Identifier of the replica, unique in the region: 1 to 63 small letters, digits and single hyphens. Its groups have
    /// names that begin with it. Changing it makes a new replica.
    #[attr(
        required,
        requires_replace,
        validate(
            len(1..=63),
            pattern(
                "^[a-z](-?[a-z0-9])*$",
                "consist of small letters, digits and single hyphens, begin with a letter and not end with a hyphen"
            )
        )
    )]
    pub identifier: Value<String>,
    /// The database that is replicated: its identifier, or its ARN if it is in another region. Changing it makes a new
    /// replica, unless the replica is promoted and follows none any more.
    #[attr(required, validate(len(1..)))]
    pub source: Value<String>,
    /// Class of the machine, such as `db.r6i.2xlarge`. That of the source if it is not set.
    #[attr(
        optional,
        computed,
        use_state_for_unknown,
        validate(pattern("^db\\.[a-z0-9-]+\\.[a-z0-9]+$", "be a class such as \"db.r6i.2xlarge\""))
    )]
    pub instance_class: Value<String>,
    /// Version of the engine, such as `15.7`, or `15` for any 15. That of the source if it is not set. It is met by later
    /// versions of the same major one, to which AWS may go on by itself, and is never lowered. Other major versions come
    /// from the source.
    #[attr(
        optional,
        computed,
        use_state_for_unknown,
        validate(pattern("^[0-9]+(\\.[0-9]+)*$", "be a version such as \"15.7\""))
    )]
    pub engine_version: Value<String>,
    /// Whether a standby in another availability zone takes over if the machine fails.
    #[attr(optional, default = false)]
    pub multi_az: Value<bool>,
    /// Kind of the storage: `gp2`, `gp3`, `io1` or `io2`. That of the source if it is not set.
    #[attr(optional, computed, use_state_for_unknown, validate(one_of("gp2", "gp3", "io1", "io2")))]
    pub storage_type: Value<String>,
    /// Size of the storage in GiB. That of the source if it is not set. It can only grow, and is met by storage that has
    /// grown beyond it.
    #[attr(optional, computed, use_state_for_unknown, validate(range(20..=65_536)))]
    pub storage_gib: Value<i64>,
    /// Up to how many GiB AWS lets the storage grow by itself when it fills up. It does not grow if it is not set.
    #[attr(optional, validate(range(22..=65_536)))]
    pub max_storage_gib: Value<i64>,
    /// Operations per second that the storage is made for. AWS's baseline if it is not set.
    #[attr(optional, computed, keep_unless_changed(storage_type, storage_gib), validate(range(0..=256_000)))]
    pub iops: Value<i64>,
    /// ARN of the KMS key that encrypts the replica. That of the source if it is not set, which a replica of an encrypted
    /// database in another region cannot use. Changing it makes a new replica.
    #[attr(
        optional,
        computed,
        use_state_for_unknown,
        requires_replace,
        validate(pattern("^arn:[^:]+:kms:", "be the ARN of a KMS key"))
    )]
    pub kms_key_arn: Value<String>,
    /// Subnets of the replica, in two availability zones at least, which a replica in another region needs. Those of the
    /// source if it is not set. Setting or taking them away makes a new replica.
    #[attr(
        optional,
        requires_replace_if = comes_or_goes,
        validate(len(2..), each(pattern("^subnet-", "be the id of a subnet")))
    )]
    pub subnet_ids: Value<BTreeSet<String>>,
    /// Security groups of the replica. The default one of the VPC if it is not set.
    #[attr(
        optional,
        computed,
        use_state_for_unknown,
        validate(len(1..), each(pattern("^sg-", "be the id of a security group")))
    )]
    pub security_group_ids: Value<BTreeSet<String>>,
    /// Port of the replica. That of the source if it is not set. Changing it restarts the replica.
    #[attr(optional, computed, use_state_for_unknown, validate(range(1150..=65_535)))]
    pub port: Value<i64>,
    /// Parameters of the engine that differ from AWS's defaults, in a parameter group of the replica's own. Set these or
    /// `parameter_group_name`.
    #[attr(optional, validate(len(1..)))]
    pub parameters: Value<BTreeMap<String, String>>,
    /// Name of a parameter group that something else owns. If neither is set, that of the source, or AWS's default one in another
    /// region than the source's.
    #[attr(optional, computed, keep_unless_changed(parameters, engine_version), validate(len(1..=255)))]
    pub parameter_group_name: Value<String>,
    /// When AWS may maintain the replica, in UTC: `sun:05:00-sun:06:00`. AWS chooses if it is not set.
    #[attr(optional, computed, use_state_for_unknown, validate(custom(weekly_window)))]
    pub maintenance_window: Value<String>,
    /// When AWS makes the backup of each day, in UTC: `03:00-03:30`, not within the maintenance window. That of the source
    /// if it is not set.
    #[attr(optional, computed, use_state_for_unknown, validate(custom(daily_window)))]
    pub backup_window: Value<String>,
    /// How many days AWS keeps backups, 1 to 35, or 0 to make none. Without backups it cannot be replicated itself. Replicas
    /// of SQL Server, and of PostgreSQL before 14.1, cannot have any: set 0.
    #[attr(optional, default = 30, validate(range(0..=35)))]
    pub backup_retention_days: Value<i64>,
    /// Seconds between two measurements of the machine: 1, 5, 10, 15, 30 or 60, or 0 for none. Takes a role.
    #[attr(optional, default = 0, validate(custom(is_interval)))]
    pub monitoring_interval_seconds: Value<i64>,
    /// ARN of the IAM role with which RDS sends the measurements to CloudWatch.
    #[attr(optional, validate(pattern("^arn:[^:]+:iam::[0-9]{12}:role/", "be the ARN of an IAM role")))]
    pub monitoring_role_arn: Value<String>,
    /// Whether Performance Insights is on.
    #[attr(optional, default = false)]
    pub performance_insights: Value<bool>,
    /// How many days Performance Insights keeps what it knows: 7, a multiple of 31 up to 713, or 731. AWS's default if it is
    /// not set. Takes `performance_insights`.
    #[attr(optional, computed, keep_unless_changed(performance_insights), validate(custom(is_retention)))]
    pub performance_insights_retention_days: Value<i64>,
    /// Whether the replica can be reached from outside its VPC.
    #[attr(optional, default = false)]
    pub publicly_accessible: Value<bool>,
    /// Whether users may sign on with IAM.
    #[attr(optional, default = false)]
    pub iam_database_authentication: Value<bool>,
    /// Whether AWS may go on to later minor versions by itself.
    #[attr(optional, default = true)]
    pub auto_minor_version_upgrade: Value<bool>,
    /// Whether the replica is a database of its own, which does not follow its source any more. It never goes back.
    #[attr(optional, default = false)]
    pub promoted: Value<bool>,
    /// Whether changes that interrupt the replica count at once. Otherwise they do in the next maintenance window, and the
    /// state has them as if they did already.
    #[attr(optional, local, default = true)]
    pub apply_immediately: Value<bool>,
    /// Whether the replica is protected from removal, here and by AWS.
    #[attr(optional, default = true)]
    pub deletion_protection: Value<bool>,
    /// Whether a last snapshot is made of a promoted replica when it is removed. AWS makes none of one that still follows
    /// its source, which has all of its data.
    #[attr(optional, local, default = true)]
    pub final_snapshot: Value<bool>,
    /// Name of that snapshot. A promoted replica with `final_snapshot` is not removed before it is set.
    #[attr(
        optional,
        local,
        validate(
            len(1..=255),
            pattern("^[a-zA-Z](-?[a-zA-Z0-9])*$", "consist of letters, digits and single hyphens")
        )
    )]
    pub final_snapshot_name: Value<String>,
    /// Who connects to the replica, so that plans are checked for more connections than it takes. Nothing on AWS follows from it.
    #[attr(optional, local)]
    pub connection_pools: Value<ConnectionPools>,
    /// Tags of the replica and its groups, besides the provider's default tags.
    #[attr(optional, shared, validate(len(..=48), keys(len(1..=128)), keys(custom(key_is_free)), each(len(..=256))))]
    pub tags: Value<BTreeMap<String, String>>,
    /// All tags of the replica: `tags`, and those of the provider's default tags that are not among them.
    #[attr(computed, shared, use_non_null_state_for_unknown, refine(not_null))]
    pub tags_all: Value<BTreeMap<String, String>>,
    /// ARN of the replica.
    #[attr(computed, use_state_for_unknown, refine(prefix = "arn:"))]
    pub arn: Value<String>,
    /// Host name of the replica.
    #[attr(computed, use_state_for_unknown)]
    pub endpoint: Value<String>,
    /// What runs: `postgres`, `mysql` or another engine of RDS.
    #[attr(computed, use_state_for_unknown)]
    pub engine: Value<String>,
    /// Version that the replica has, such as `15.7`.
    #[attr(computed)]
    pub engine_version_actual: Value<String>,
    /// Name of the subnet group.
    #[attr(computed, use_state_for_unknown)]
    pub subnet_group_name: Value<String>,
    /// How replication goes: `replicating`, `error`, `stopped`, `terminated`; none if it is promoted.
    #[attr(computed)]
    pub replication_status: Value<String>,
    /// Status of the instance: `creating`, `available`, `modifying`, `failed` and many more.
    #[attr(computed, refine(not_null))]
    pub status: Value<String>,
    /// How long operations may take. By default 90 minutes to make and to change the replica, and 40 to remove it.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}

/// An instance is in a subnet group from the beginning or not at all.
pub(super) fn comes_or_goes(prior: &Dynamic, planned: &Dynamic) -> bool {
    prior.is_null() != planned.is_null()
}

/// Refuses what RDS does not measure in.
fn is_interval(value: &Dynamic) -> Result<(), String> {
    let intervals = [0, 1, 5, 10, 15, 30, 60].map(Dynamic::from);
    if matches!(value, Dynamic::Number(_)) && !intervals.contains(value) {
        return Err("must be 0, 1, 5, 10, 15, 30 or 60".to_owned());
    }
    Ok(())
}

/// Refuses what Performance Insights does not keep what it knows for.
fn is_retention(value: &Dynamic) -> Result<(), String> {
    let mut days = [7, 731].into_iter().chain((1..=23).map(|months: i64| months * 31));
    if matches!(value, Dynamic::Number(_)) && !days.any(|days| Dynamic::from(days) == *value) {
        return Err("must be 7, a multiple of 31 up to 713, or 731".to_owned());
    }
    Ok(())
}
