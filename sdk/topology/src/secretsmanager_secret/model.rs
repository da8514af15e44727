//! The definition of `sparki_secretsmanager_secret`.

use std::collections::BTreeMap;

use sparki_aws::Region;
use sparki_core::{Dynamic, Id, Secret, Timeouts, Value};
use sparki_derive::Model;

use super::{KeyName, SecretsmanagerSecret};
use crate::operation::{PolicyText, key_is_free};

/// A secret in AWS Secrets Manager, with its replicas in other regions.
///
/// The value is given by `value_wo`, made by AWS as `generate` says, or put there by somebody else. It is never stored: neither in
/// plans nor in states. A secret that is imported keeps its value until `value_wo_version` or `generate` is changed.
///
/// A removed secret can be restored until its recovery window is over, and its name is not free before.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(conflicting(value_wo, generate), required_together(value_wo, value_wo_version))]
pub struct SecretsmanagerSecretModel {
    /// Region and name of the secret: `us-east-1/shop/database`.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<SecretsmanagerSecret>>,
    /// AWS region. The provider's if it is not set. Changing it makes a new secret.
    #[attr(optional, computed, use_state_for_unknown, requires_replace, refine(not_null))]
    pub region: Value<Region>,
    /// Name of the secret, unique in each of its regions, 1 to 512 characters. Changing it makes a new secret.
    #[attr(
        required,
        requires_replace,
        validate(len(1..=512), pattern("^[a-zA-Z0-9/_+=.@-]+$", "have no spaces and only the signs /_+=.@-"))
    )]
    pub name: Value<String>,
    /// What the secret is for.
    #[attr(optional, validate(len(..=2048)))]
    pub description: Value<String>,
    /// ARN, id or alias of the KMS key that encrypts the secret in its own region. AWS's own key `aws/secretsmanager` if it is
    /// not set.
    #[attr(optional, validate(len(1..=2048)))]
    pub kms_key_id: Value<KeyName>,
    /// Regions that have a copy of the secret. A copy whose key changes is removed and made again.
    #[attr(optional, validate(keys(custom(is_region))))]
    pub replicas: Value<BTreeMap<String, Replica>>,
    /// The value. It is never stored; raise `value_wo_version` to send another one.
    #[attr(optional, write_only, sensitive, validate(len(1..=65536)))]
    pub value_wo: Value<Secret<String>>,
    /// Counts the values: a change sends `value_wo` again.
    #[attr(optional, unread)]
    pub value_wo_version: Value<i64>,
    /// How AWS makes the value. A change makes a new one, and what reads the secret has to follow.
    #[attr(optional, unread)]
    pub generate: Value<Generate>,
    /// How the value is replaced from time to time. Never if it is not set.
    #[attr(optional)]
    pub rotation: Value<Rotation>,
    /// Who may do what with the secret, as a policy in JSON, besides what policies in IAM allow.
    #[attr(optional)]
    pub policy: Value<PolicyText>,
    /// Whether AWS refuses a policy that lets everybody in.
    #[attr(optional, local, default = true)]
    pub block_public_policy: Value<bool>,
    /// Days in which the secret can be restored after its removal, 7 to 30, or 0 to delete it at once.
    #[attr(optional, local, default = 30, validate(custom(is_window)))]
    pub recovery_window_days: Value<u32>,
    /// Whether a secret of this name that Sparki made, and that waits for its deletion, is restored and used. Otherwise it is in
    /// the way of a new one.
    #[attr(optional, local, default = false)]
    pub restore: Value<bool>,
    /// Whether a replica takes the place of another secret of this name in its region.
    #[attr(optional, local, default = false)]
    pub force_overwrite_replica: Value<bool>,
    /// Whether the secret is protected from removal, and so from what would make another one. AWS knows nothing of it.
    #[attr(optional, local, default = false)]
    pub deletion_protection: Value<bool>,
    /// Tags of the secret, besides the provider's default tags.
    #[attr(optional, shared, validate(len(..=48), keys(len(1..=128)), keys(custom(key_is_free)), each(len(..=256))))]
    pub tags: Value<BTreeMap<String, String>>,
    /// All tags of the secret: `tags`, and those of the provider's default tags that are not among them.
    #[attr(computed, shared, use_non_null_state_for_unknown, refine(not_null))]
    pub tags_all: Value<BTreeMap<String, String>>,
    /// ARN of the secret in its own region.
    #[attr(computed, use_state_for_unknown, refine(prefix = "arn:"))]
    pub arn: Value<String>,
    /// ARN of the secret by region, replicas included.
    #[attr(computed, keep_unless_changed(replicas), refine(not_null))]
    pub arns: Value<BTreeMap<String, String>>,
    /// AWS's id of the current version of the value; none if there is no value.
    #[attr(computed, keep_unless_changed(value_wo_version, generate))]
    pub version_id: Value<String>,
    /// How long operations may take. By default 10 minutes to make, to change and to remove the secret.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}

/// A copy of a secret in another region.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Replica {
    /// ARN, id or alias of the KMS key that encrypts the copy. AWS's own key `aws/secretsmanager` if it is not set.
    #[attr(optional, validate(len(1..=2048)))]
    pub kms_key_id: Value<KeyName>,
}

/// How AWS makes a value.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Generate {
    /// Number of characters, 4 to 4096.
    #[attr(optional, default = 32, validate(range(4..=4096)))]
    pub length: Value<u32>,
    /// Whether it may have small letters.
    #[attr(optional, default = true)]
    pub lowercase: Value<bool>,
    /// Whether it may have capital letters.
    #[attr(optional, default = true)]
    pub uppercase: Value<bool>,
    /// Whether it may have digits.
    #[attr(optional, default = true)]
    pub numbers: Value<bool>,
    /// Whether it may have punctuation.
    #[attr(optional, default = true)]
    pub punctuation: Value<bool>,
    /// Whether it may have spaces.
    #[attr(optional, default = false)]
    pub space: Value<bool>,
    /// Whether it has at least one character of each kind that it may have.
    #[attr(optional, default = true)]
    pub each_kind: Value<bool>,
    /// Characters that it never has, such as `"@/\`.
    #[attr(optional, validate(len(..=4096)))]
    pub exclude_characters: Value<String>,
    /// Counts the values: a change makes a new one.
    #[attr(optional, default = 1)]
    pub version: Value<i64>,
}

/// How a value is replaced from time to time.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(exactly_one_of(automatically_after_days, schedule_expression))]
pub struct Rotation {
    /// ARN of the Lambda function that makes a new value and tells it to whom it concerns.
    #[attr(required, validate(pattern("^arn:[^:]+:lambda:", "be the ARN of a Lambda function")))]
    pub lambda_arn: Value<String>,
    /// Days between two rotations, 1 to 1000.
    #[attr(optional, validate(range(1..=1000)))]
    pub automatically_after_days: Value<u32>,
    /// When to rotate: `rate(10 days)` or `cron(0 8 1 * ? *)`.
    #[attr(optional, validate(len(..=256), pattern("^(rate|cron)\\(.+\\)$", "be rate(...) or cron(...)")))]
    pub schedule_expression: Value<String>,
    /// How long the window is in which a rotation begins, in hours: `3h`.
    #[attr(optional, validate(pattern("^[0-9]{1,2}h$", "be a number of hours such as 3h")))]
    pub duration: Value<String>,
    /// Whether a rotation begins as soon as it is set up or changed.
    #[attr(optional, local, default = false)]
    pub rotate_immediately: Value<bool>,
}

fn is_region(key: &Dynamic) -> Result<(), String> {
    match key.as_str().map(str::parse::<Region>) {
        Some(Err(error)) => Err(error.to_string()),
        Some(Ok(_)) | None => Ok(()),
    }
}

fn is_window(days: &Dynamic) -> Result<(), String> {
    let Dynamic::Number(days) = days else { return Ok(()) };
    match days.to_i64() {
        Some(0 | 7..=30) => Ok(()),
        Some(_) | None => Err("must be between 7 and 30, or 0".into()),
    }
}
