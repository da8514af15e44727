//! The requests of `sparki_secretsmanager_secret`. Pure: nothing is sent here.

use std::collections::BTreeMap;

use aws_sdk_secretsmanager::operation::create_secret::builders::CreateSecretInputBuilder;
use aws_sdk_secretsmanager::operation::get_random_password::builders::GetRandomPasswordInputBuilder;
use aws_sdk_secretsmanager::operation::rotate_secret::builders::RotateSecretInputBuilder;
use aws_sdk_secretsmanager::types::{ReplicaRegionType, RotationRulesType, Tag};
use sparki_aws::Nonce;
use sparki_core::{Secret, Value};

use super::{Generate, KeyName, Replica, Rotation, SecretsmanagerSecretModel};

/// The request that makes a secret with its replicas.
pub(super) fn create(
    secret: &SecretsmanagerSecretModel,
    value: Option<&Secret<String>>,
    (tags, attempt): (&BTreeMap<String, String>, &Nonce),
) -> CreateSecretInputBuilder {
    let replicas = secret.replicas.known().into_iter().flatten();
    let replicas: Vec<_> = replicas.map(|(region, replica)| wire_replica(region, replica)).collect();
    CreateSecretInputBuilder::default()
        .set_name(secret.name.known().cloned())
        .set_description(secret.description.known().cloned())
        .set_kms_key_id(wire_key(&secret.kms_key_id))
        .set_secret_string(value.map(|value| value.expose().clone()))
        .set_add_replica_regions((!replicas.is_empty()).then_some(replicas))
        .force_overwrite_replica_secret(overwrites(secret))
        .set_tags(Some(wire_tags(tags)))
        .client_request_token(token(attempt))
}

/// The request for a value.
pub(super) fn random(generate: &Generate) -> GetRandomPasswordInputBuilder {
    let without = |kind: &Value<bool>| kind.known().map(|is_wanted| !is_wanted);
    GetRandomPasswordInputBuilder::default()
        .set_password_length(generate.length.known().map(|length| i64::from(*length)))
        .set_exclude_characters(generate.exclude_characters.known().cloned())
        .set_exclude_lowercase(without(&generate.lowercase))
        .set_exclude_uppercase(without(&generate.uppercase))
        .set_exclude_numbers(without(&generate.numbers))
        .set_exclude_punctuation(without(&generate.punctuation))
        .set_include_space(generate.space.known().copied())
        .set_require_each_included_type(generate.each_kind.known().copied())
}

/// The request that sets up the rotation of a secret, or changes it.
pub(super) fn rotate(name: &str, rotation: &Rotation) -> RotateSecretInputBuilder {
    let rules = RotationRulesType::builder()
        .set_automatically_after_days(rotation.automatically_after_days.known().map(|days| i64::from(*days)))
        .set_schedule_expression(rotation.schedule_expression.known().cloned())
        .set_duration(rotation.duration.known().cloned());
    RotateSecretInputBuilder::default()
        .secret_id(name)
        .set_rotation_lambda_arn(rotation.lambda_arn.known().cloned())
        .rotation_rules(rules.build())
        .rotate_immediately(rotation.rotate_immediately.known().copied().unwrap_or(false))
}

/// A copy as it is asked for.
pub(super) fn wire_replica(region: &str, replica: &Replica) -> ReplicaRegionType {
    ReplicaRegionType::builder().region(region).set_kms_key_id(wire_key(&replica.kms_key_id)).build()
}

fn wire_key(key: &Value<KeyName>) -> Option<String> {
    key.known().map(|key| key.as_str().to_owned())
}

/// Whether replicas take the place of other secrets.
pub(super) fn overwrites(secret: &SecretsmanagerSecretModel) -> bool {
    secret.force_overwrite_replica.known().copied().unwrap_or(false)
}

/// The client token of an attempt, which becomes the id of the version: 32 to 64 characters.
pub(super) fn token(attempt: &Nonce) -> String {
    format!("{:0>32}", attempt.as_str())
}

/// Tags as they are sent.
pub(super) fn wire_tags(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}
