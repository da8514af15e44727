//! The definition of `sparki_state_backend`.

use std::collections::BTreeMap;

use sparki_aws::Region;
use sparki_core::{Id, Timeouts, Value};
use sparki_derive::Model;

use super::StateBackend;
use crate::operation::key_is_free;
use crate::s3::check_name;

/// A bucket for Terraform's states, made as such a bucket has to be: it keeps versions, encrypts, refuses requests without
/// TLS, lets no one in from the public, and removes versions that are no longer current only after a time. Terraform's lock
/// is a file in the same bucket; or, with `lock_table`, an item of a DynamoDB table, which belongs to the bucket and comes and goes
/// with it.
///
/// Put it into the region that takes over, not into the primary one: a region that is lost must not take the states with it
/// that the failover needs. With `replica` every state is copied to another region as well.
///
/// The configuration that makes the bucket keeps its own state elsewhere, or moves it here once the bucket is there:
/// `terraform init -migrate-state` with what `backend_config` says.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct StateBackendModel {
    /// Region and name of the bucket: `us-west-2/acme-states`.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<StateBackend>>,
    /// AWS region. The provider's if it is not set. Changing it makes a new bucket.
    #[attr(optional, computed, use_state_for_unknown, requires_replace, refine(not_null))]
    pub region: Value<Region>,
    /// Name of the bucket, unique among those of all accounts, 3 to 52 characters. Changing it makes a new bucket.
    #[attr(
        required,
        requires_replace,
        validate(
            len(3..=52),
            pattern(
                "^[a-z0-9][a-z0-9-]*[a-z0-9]$",
                "consist of small letters, digits and hyphens, and start and end with a letter or a digit"
            ),
            custom(check_name)
        )
    )]
    pub name: Value<String>,
    /// ARN of the KMS key that encrypts the states. S3's own keys do if it is not set.
    #[attr(optional, validate(pattern("^arn:[^:]+:kms:", "be the ARN of a KMS key")))]
    pub kms_key_arn: Value<String>,
    /// Days after which versions that are not current any more are removed for good.
    #[attr(optional, default = 90, validate(range(1..=36500)))]
    pub noncurrent_expiration_days: Value<u32>,
    /// How many of the newest of them stay all the same, 1 to 100.
    #[attr(optional, default = 10, validate(range(1..=100)))]
    pub newer_noncurrent_versions: Value<u32>,
    /// A copy of every state in another region: of every one that is written after it is set. None if it is not set. Taking
    /// it away, or moving it, removes the copy; one that is not empty only with `force_destroy`.
    #[attr(optional)]
    pub replica: Value<StateReplica>,
    /// Name of a DynamoDB table for Terraform's locks, for versions of Terraform before 1.10, which know no lock files. It is paid
    /// for by request, can be had back as it was at any time of the last 35 days, is encrypted with `kms_key_arn`, and is protected
    /// from removal as the bucket is. None if it is not set: the lock is a file then. With another name the table is removed and
    /// another one made, so nobody may use it meanwhile.
    #[attr(
        optional,
        validate(
            len(3..=255),
            pattern("^[a-zA-Z0-9_.-]+$", "consist of letters, digits, underscores, hyphens and dots")
        )
    )]
    pub lock_table: Value<String>,
    /// Whether the states are removed with the bucket, every version and every copy, for good. Otherwise a bucket that is
    /// not empty is not removed.
    #[attr(optional, local, default = false)]
    pub force_destroy: Value<bool>,
    /// Whether the bucket is protected from removal. AWS knows nothing of it, but for the table for locks.
    #[attr(optional, local, default = true)]
    pub deletion_protection: Value<bool>,
    /// Tags of the bucket and of what belongs to it, besides the provider's default tags.
    #[attr(optional, shared, validate(len(..=46), keys(len(1..=128)), keys(custom(key_is_free)), each(len(..=256))))]
    pub tags: Value<BTreeMap<String, String>>,
    /// All tags of the bucket: `tags`, and those of the provider's default tags that are not among them.
    #[attr(computed, shared, use_non_null_state_for_unknown, refine(not_null))]
    pub tags_all: Value<BTreeMap<String, String>>,
    /// ARN of the bucket.
    #[attr(computed, use_state_for_unknown, refine(prefix = "arn:"))]
    pub arn: Value<String>,
    /// AWS account of the bucket, 12 digits.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub account_id: Value<String>,
    /// ARN of the bucket with the copies; none without `replica`.
    #[attr(computed, keep_unless_changed(replica))]
    pub replica_arn: Value<String>,
    /// ARN of the IAM role with which S3 makes the copies; none without `replica`. It is named after the bucket.
    #[attr(computed, keep_unless_changed(replica))]
    pub replication_role_arn: Value<String>,
    /// ARN of the table for locks; none without `lock_table`.
    #[attr(computed, keep_unless_changed(lock_table))]
    pub lock_table_arn: Value<String>,
    /// What `terraform init -backend-config` needs besides `key`: `bucket`, `region`, `encrypt`; `dynamodb_table` if there is a
    /// table for locks, else `use_lockfile`; and `kms_key_id` if there is a KMS key.
    #[attr(computed, keep_unless_changed(kms_key_arn, lock_table), refine(not_null))]
    pub backend_config: Value<BTreeMap<String, String>>,
    /// Whether bucket, copy and table are set up as they have to be. False after something else has changed that, or has
    /// removed the bucket and left what belongs to it, and the next apply mends it.
    #[attr(computed, refine(not_null))]
    pub intact: Value<bool>,
    /// How long operations may take. By default 30 minutes to make and to change the bucket, and 60 to remove it.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}

/// Where every state is copied to.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct StateReplica {
    /// AWS region of the copy: another one than the bucket's.
    #[attr(required)]
    pub region: Value<Region>,
    /// Name of the bucket with the copies, 3 to 63 characters; best, the bucket's with an ending.
    #[attr(
        required,
        validate(
            len(3..=63),
            pattern(
                "^[a-z0-9][a-z0-9-]*[a-z0-9]$",
                "consist of small letters, digits and hyphens, and start and end with a letter or a digit"
            ),
            custom(check_name)
        )
    )]
    pub name: Value<String>,
    /// ARN of the KMS key, in the region of the copy, that encrypts it. S3's own keys do if it is not set. Needed if the
    /// bucket itself has a KMS key.
    #[attr(optional, validate(pattern("^arn:[^:]+:kms:", "be the ARN of a KMS key")))]
    pub kms_key_arn: Value<String>,
}
