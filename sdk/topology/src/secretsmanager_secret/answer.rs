//! From AWS's description of a secret to the model. Pure.

use std::collections::BTreeMap;

use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use aws_sdk_secretsmanager::types::{ReplicationStatusType, StatusType};
use sparki_aws::{Region, Tags};
use sparki_core::{FromText, Id, Value};

use super::key_name::foreign;
use super::look::{Found, tags_of};
use super::{KeyName, Replica, Rotation, SecretsmanagerSecretModel};
use crate::operation::{PolicyText, arn_in, shown_tags};

/// The label of the version that is handed out.
const CURRENT: &str = "AWSCURRENT";

/// The model of a secret. `reference` is what the state has: it decides between two ways of saying the same, and fills in
/// what only the provider knows.
pub(super) fn model(
    found: &Found,
    region: &Region,
    tags: Tags<'_>,
    reference: &SecretsmanagerSecretModel,
) -> SecretsmanagerSecretModel {
    let Found { secret, policy } = found;
    let text = |text: Option<&str>| Value::from(text.filter(|text| !text.is_empty()).map(str::to_owned));
    let known = (&reference.tags, &reference.tags_all);
    let (tags, tags_all) = shown_tags(tags, Some(&tags_of(secret)), known);
    let known = reference.replicas.known();
    let replicas = copies(secret).map(|(region, copy)| {
        let known = known.and_then(|known| known.get(&region)).and_then(|known| known.kms_key_id.known());
        (region, Replica { kms_key_id: shown_key(copy.kms_key_id(), known) })
    });
    let replicas: BTreeMap<_, _> = replicas.collect();
    let model = SecretsmanagerSecretModel {
        id: secret.name().map(|name| Id::new(format!("{region}/{name}"))).into(),
        region: region.clone().into(),
        name: text(secret.name()),
        description: text(secret.description()),
        kms_key_id: shown_key(secret.kms_key_id(), reference.kms_key_id.known()),
        replicas: (!replicas.is_empty()).then_some(replicas).into(),
        rotation: rotation(secret, reference.rotation.known()).into(),
        policy: policy.as_deref().map(|policy| known_policy(policy, reference)).into(),
        tags,
        tags_all,
        arn: text(secret.arn()),
        version_id: text(current(secret)),
        value_wo: Value::Null,
        ..reference.clone()
    };
    with_arns(model)
}

/// What is planned, of a secret that is there: what was asked for and not refused is so, even where AWS does not show it yet.
pub(super) fn applied(
    planned: SecretsmanagerSecretModel,
    region: &Region,
    (arn, version): (Option<&str>, Option<&str>),
) -> SecretsmanagerSecretModel {
    let name = planned.name.known().cloned().unwrap_or_default();
    let version_id = match planned.version_id {
        Value::Unknown(_) => version.map(str::to_owned).into(),
        known @ (Value::Known(_) | Value::Null) => known,
    };
    with_arns(SecretsmanagerSecretModel {
        id: Id::new(format!("{region}/{name}")).into(),
        region: region.clone().into(),
        arn: arn.map(str::to_owned).into(),
        version_id,
        value_wo: Value::Null,
        ..planned
    })
}

/// The same with the ARN of every region, as far as these are known.
pub(super) fn with_arns(secret: SecretsmanagerSecretModel) -> SecretsmanagerSecretModel {
    let (Some(arn), Some(own)) = (secret.arn.known(), secret.region.known()) else { return secret };
    let regions = match &secret.replicas {
        Value::Known(replicas) => replicas.keys().cloned().collect(),
        Value::Null => Vec::new(),
        Value::Unknown(_) => return SecretsmanagerSecretModel { arns: Value::unknown(), ..secret },
    };
    let regions = regions.into_iter().chain([own.to_string()]);
    let arns: BTreeMap<_, _> = regions.map(|region| (region.clone(), arn_in(arn, &region))).collect();
    SecretsmanagerSecretModel { arns: arns.into(), ..secret }
}

/// The copies of a secret by region. One that failed is none.
fn copies(secret: &DescribeSecretOutput) -> impl Iterator<Item = (String, &ReplicationStatusType)> {
    let copies = secret.replication_status().iter();
    let copies = copies.filter(|copy| copy.status() != Some(&StatusType::Failed));
    copies.filter_map(|copy| Some((copy.region()?.to_owned(), copy)))
}

/// The key that AWS answers. Its own is none, unless that is how it is known.
fn shown_key(found: Option<&str>, known: Option<&KeyName>) -> Value<KeyName> {
    match (foreign(found), known) {
        (None, Some(known)) if foreign(Some(known.as_str())).is_none() => known.clone().into(),
        (found, _) => found.map(KeyName::from_text).into(),
    }
}

/// The id of the version that is handed out; none if there is no value.
pub(super) fn current(secret: &DescribeSecretOutput) -> Option<&str> {
    let mut versions = secret.version_ids_to_stages().into_iter().flatten();
    let is_current = |(_, stages): &(&String, &Vec<String>)| stages.iter().any(|stage| stage == CURRENT);
    versions.find(is_current).map(|(id, _)| id.as_str())
}

/// The rotation that AWS carries out; none if it is off.
pub(super) fn rotation(secret: &DescribeSecretOutput, known: Option<&Rotation>) -> Option<Rotation> {
    if secret.rotation_enabled() != Some(true) {
        return None;
    }
    let rules = secret.rotation_rules();
    let expression = rules.and_then(|rules| rules.schedule_expression()).map(str::to_owned);
    let days = rules.and_then(|rules| rules.automatically_after_days());
    // AWS answers days besides an expression as well.
    let days = days.filter(|_| expression.is_none()).and_then(|days| u32::try_from(days).ok());
    Some(Rotation {
        lambda_arn: secret.rotation_lambda_arn().map(str::to_owned).into(),
        automatically_after_days: days.into(),
        schedule_expression: expression.into(),
        duration: rules.and_then(|rules| rules.duration()).map(str::to_owned).into(),
        rotate_immediately: known.map_or(false.into(), |known| known.rotate_immediately.clone()),
    })
}

fn known_policy(policy: &str, reference: &SecretsmanagerSecretModel) -> PolicyText {
    let policy = PolicyText::from_text(policy);
    reference.policy.known().filter(|known| known.means(&policy)).cloned().unwrap_or(policy)
}
