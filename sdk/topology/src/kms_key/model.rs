//! The definition of `sparki_kms_key`.

use std::collections::BTreeMap;

use sparki_aws::Region;
use sparki_core::{Id, Timeouts, Value};
use sparki_derive::Model;

use super::KmsKey;
use crate::operation::{PolicyText, key_is_free};

/// A KMS key for encryption that is the same in several AWS regions: a multi-region key with its replicas, under one alias.
///
/// What is encrypted in one region can be decrypted in every other one. Regions come and go in place, and so does the role of
/// the primary, which alone makes replicas and rotates. Even a key of one region is a multi-region key, because AWS cannot
/// make it one later.
///
/// Removing the key schedules its deletion in every region and removes its aliases; until the window is over, AWS can still be
/// told to keep it. AWS begins the window of the primary when that of the last replica is over.
///
/// Making a key has no idempotency token on AWS. So that a lost answer never makes a second one, each key is tagged with the
/// attempt that made it, and before it makes one the provider looks at the tags of the multi-region keys of the region. This
/// needs `kms:ListKeys` and `kms:ListResourceTags`.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct KmsKeyModel {
    /// The region by which the key was made or imported, and its id: `us-east-1/mrk-1234`. It stays when the key moves.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<KmsKey>>,
    /// Name of the key in every region, without `alias/`. Changing it makes the new alias before it removes the old one.
    #[attr(
        required,
        validate(
            len(1..=250),
            pattern("^[a-zA-Z0-9/_-]+$", "consist of letters, digits, slashes, underscores and hyphens"),
            custom(alias_is_free)
        )
    )]
    pub alias: Value<String>,
    /// Regions that have the key. The first one is the primary of a new key, unless `primary_region` says otherwise.
    #[attr(required, validate(len(1..), unique))]
    pub regions: Value<Vec<Region>>,
    /// The region whose key is the primary, one of `regions`. It moves in place. If it is not set, it stays as it is.
    #[attr(optional, computed, use_state_for_unknown, refine(not_null))]
    pub primary_region: Value<Region>,
    /// What the key is for.
    #[attr(optional, validate(len(..=8192)))]
    pub description: Value<String>,
    /// Whether AWS makes new key material from time to time. Every 365 days if it is not set.
    #[attr(optional, default = Rotation::new().enabled(true).period_days(365))]
    pub rotation: Value<Rotation>,
    /// Days between the removal of the key and its deletion, 7 to 30.
    #[attr(optional, local, default = 30, validate(range(7..=30)))]
    pub deletion_window_days: Value<u32>,
    /// Who may do what with the key in every region, as a policy in JSON. If it is not set, the account decides by its
    /// policies in IAM, as by AWS's default.
    #[attr(optional)]
    pub policy: Value<PolicyText>,
    /// Whether a policy is taken by which nobody could change the policy any more. Only AWS's support could help then.
    #[attr(optional, local, default = false)]
    pub bypass_policy_lockout_safety_check: Value<bool>,
    /// Whether the key can be used.
    #[attr(optional, default = true)]
    pub enabled: Value<bool>,
    /// Whether the key is protected from removal, and so from what would make another one. AWS knows nothing of it.
    #[attr(optional, local, default = false)]
    pub deletion_protection: Value<bool>,
    /// Tags of the key in every region, besides the provider's default tags.
    #[attr(optional, shared, validate(len(..=48), keys(len(1..=128)), keys(custom(key_is_free)), each(len(..=256))))]
    pub tags: Value<BTreeMap<String, String>>,
    /// All tags of the key: `tags`, and those of the provider's default tags that are not among them.
    #[attr(computed, shared, use_non_null_state_for_unknown, refine(not_null))]
    pub tags_all: Value<BTreeMap<String, String>>,
    /// AWS's id of the key, the same in every region: `mrk-` and what follows.
    #[attr(computed, use_state_for_unknown, refine(prefix = "mrk-"))]
    pub key_id: Value<String>,
    /// ARN of the primary.
    #[attr(computed, keep_unless_changed(primary_region), refine(prefix = "arn:"))]
    pub arn: Value<String>,
    /// ARN of the key by region.
    #[attr(computed, keep_unless_changed(regions), refine(not_null))]
    pub arns: Value<BTreeMap<String, String>>,
    /// How long operations may take. By default 15 minutes to make and to change the key, and 5 to remove it.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}

/// How often AWS makes new key material.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Rotation {
    /// Whether it does so at all.
    #[attr(optional, default = true)]
    pub enabled: Value<bool>,
    /// Days between two rotations, 90 to 2560.
    #[attr(optional, default = 365, validate(range(90..=2560)))]
    pub period_days: Value<u32>,
}

/// Refuses names that belong to AWS, and names with the prefix that AWS's own tools want.
fn alias_is_free(alias: &sparki_core::Dynamic) -> Result<(), String> {
    match alias.as_str() {
        Some(alias) if alias.starts_with("alias/") => Err("must be given without \"alias/\"".into()),
        Some(alias) if alias.starts_with("aws/") => {
            Err("must not begin with \"aws/\", which is reserved".into())
        }
        Some(_) | None => Ok(()),
    }
}
