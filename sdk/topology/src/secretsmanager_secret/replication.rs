//! The copies of a secret in other regions.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput;
use aws_sdk_secretsmanager::types::StatusType;
use sparki_aws::{AwsError, Consistency, Seen};
use sparki_core::RemoteError;

use super::key_name::same_key;
use super::look::{Session, described};
use super::{KeyName, Replica, SecretsmanagerSecretModel, requests};

/// AWS makes a copy within seconds.
const USUAL: Duration = Duration::from_secs(10);

/// Takes the copies to what is planned, and waits for them.
pub(super) async fn change(
    session: &Session<'_>,
    (doing, name): (&str, &str),
    (secret, planned): (&DescribeSecretOutput, &SecretsmanagerSecretModel),
) -> Result<(), RemoteError> {
    let none = BTreeMap::new();
    let wanted = planned.replicas.known().unwrap_or(&none);
    let (mut right, mut wrong) = (BTreeSet::new(), Vec::new());
    for copy in secret.replication_status() {
        let Some(region) = copy.region() else { continue };
        let key =
            |wanted: &Replica| same_key(wanted.kms_key_id.known().map(KeyName::as_str), copy.kms_key_id());
        let is_right = copy.status() != Some(&StatusType::Failed) && wanted.get(region).is_some_and(key);
        if is_right {
            right.insert(region)
        } else {
            wrong.push(region.to_owned());
            true
        };
    }
    remove(session, (doing, name), wrong).await?;
    let missing: Vec<_> = wanted.iter().filter(|(region, _)| !right.contains(region.as_str())).collect();
    if missing.is_empty() {
        return Ok(());
    }
    add(session, (doing, name), (&missing, requests::overwrites(planned))).await?;
    ready(session, (doing, name)).await
}

async fn add(
    session: &Session<'_>,
    (doing, name): (&str, &str),
    (copies, overwrites): (&[(&String, &Replica)], bool),
) -> Result<(), RemoteError> {
    let copies: Vec<_> =
        copies.iter().map(|(region, replica)| requests::wire_replica(region, replica)).collect();
    let send = || async {
        let request = session.client.replicate_secret_to_regions().secret_id(name);
        let request = request.set_add_replica_regions(Some(copies.clone()));
        request.force_overwrite_replica_secret(overwrites).send().await.map_err(AwsError::from)
    };
    session.change_new(doing, send).await.map(|_| ())
}

/// Removes the copies of these regions, and waits until they are gone.
pub(super) async fn remove(
    session: &Session<'_>,
    (doing, name): (&str, &str),
    regions: Vec<String>,
) -> Result<(), RemoteError> {
    if regions.is_empty() {
        return Ok(());
    }
    let send = || async {
        let request = session.client.remove_regions_from_replication().secret_id(name);
        let request = request.set_remove_replica_regions(Some(regions.clone()));
        request.send().await.map_err(AwsError::from)
    };
    session.change(Consistency::Free, doing, send).await?;
    let look = || async {
        let Some(secret) = described(session, name).await? else { return Ok(Seen::Reached(())) };
        let left = secret.replication_status().iter().filter_map(|copy| copy.region());
        let left: Vec<_> = left.filter(|region| regions.iter().any(|gone| gone == region)).collect();
        Ok(if left.is_empty() {
            Seen::Reached(())
        } else {
            Seen::Pending(format!("copies left in {}", left.join(", ")))
        })
    };
    session.wait(doing, Duration::ZERO, look).await
}

/// Waits until every copy is in step with the secret.
pub(super) async fn ready(session: &Session<'_>, (doing, name): (&str, &str)) -> Result<(), RemoteError> {
    let look = || async {
        let Some(secret) = described(session, name).await? else { return Ok(Seen::Missing) };
        Ok(seen(&secret))
    };
    session.wait(doing, USUAL, look).await
}

/// How far the copies of a secret are.
pub(super) fn seen(secret: &DescribeSecretOutput) -> Seen<()> {
    for copy in secret.replication_status() {
        let region = copy.region().unwrap_or("a region");
        match copy.status() {
            Some(StatusType::InSync) => {}
            Some(StatusType::Failed) => {
                let reason = copy.status_message().unwrap_or("AWS gives no reason").trim_end_matches('.');
                return Seen::Failed(format!(
                    "The copy in {region} could not be made. AWS's reason: {reason}. If another secret of this name is in \
                     the way, remove it, or set \"force_overwrite_replica\" to true to replace it."
                ));
            }
            Some(other) => return Seen::Pending(format!("{other} in {region}")),
            None => return Seen::Pending(format!("not known in {region}")),
        }
    }
    Seen::Reached(())
}
