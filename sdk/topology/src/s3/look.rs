//! What there is to see of a bucket.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_s3::types::{
    BucketVersioningStatus, LifecycleRule as WireLifecycleRule, ServerSideEncryption,
    ServerSideEncryptionRule,
};
use serde_json::Value as Document;
use sparki_aws::{AwsError, Class};
use sparki_core::Value;

use super::settings::{Encryption, Logging, ObjectOwnership, Settings};
use super::{CorsRule, LifecycleRule, PublicAccessBlock, Replication, Session, tags};

/// A bucket as it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bucket {
    pub(crate) settings: Settings,
    pub(crate) tags: HashMap<String, String>,
}

/// Looks at a bucket; `None` if it does not exist. S3 answers each setting by itself.
pub(crate) async fn look(session: &Session<'_>, name: &str) -> Result<Option<Bucket>, AwsError> {
    if !is_there(session, name).await? {
        return Ok(None);
    }
    let Some(tags) = tags::tags(session, name).await? else { return Ok(None) };
    let client = &session.client;
    let versioning = client.get_bucket_versioning().bucket(name).send().await.map_err(AwsError::from);
    let encryption = client.get_bucket_encryption().bucket(name).send().await.map_err(AwsError::from);
    let access = client.get_public_access_block().bucket(name).send().await.map_err(AwsError::from);
    let ownership = client.get_bucket_ownership_controls().bucket(name).send().await.map_err(AwsError::from);
    let policy = client.get_bucket_policy().bucket(name).send().await.map_err(AwsError::from);
    let lifecycle = client.get_bucket_lifecycle_configuration().bucket(name);
    let lifecycle = lifecycle.send().await.map_err(AwsError::from);
    let logging = client.get_bucket_logging().bucket(name).send().await.map_err(AwsError::from);
    let cors = client.get_bucket_cors().bucket(name).send().await.map_err(AwsError::from);
    let replication = client.get_bucket_replication().bucket(name).send().await.map_err(AwsError::from);

    let status = set(versioning)?.and_then(|answer| answer.status);
    let rules = set(encryption)?.and_then(|answer| answer.server_side_encryption_configuration);
    let access = set(access)?.and_then(|answer| answer.public_access_block_configuration);
    let controls = set(ownership)?.and_then(|answer| answer.ownership_controls);
    let owner =
        controls.and_then(|it| it.rules.first().and_then(|rule| rule.object_ownership.as_str().parse().ok()));
    let logging = set(logging)?.and_then(|answer| answer.logging_enabled);
    let replication = set(replication)?.and_then(|answer| answer.replication_configuration);
    let settings = Settings {
        is_versioned: status == Some(BucketVersioningStatus::Enabled),
        encryption: rules.as_ref().and_then(|it| it.rules.first()).map_or(Encryption::Aes, encryption_of),
        public_access: access.as_ref().map_or_else(PublicAccessBlock::none, PublicAccessBlock::of),
        // What buckets had before there was such a setting.
        ownership: owner.unwrap_or(ObjectOwnership::ObjectWriter),
        policy: set(policy)?.and_then(|answer| answer.policy).as_deref().and_then(document),
        lifecycle: lifecycle_of(&set(lifecycle)?.and_then(|answer| answer.rules).unwrap_or_default()),
        logging: logging
            .map(|it| Logging { bucket: it.target_bucket.into(), prefix: Value::Known(it.target_prefix) }),
        cors: set(cors)?.and_then(|it| it.cors_rules).unwrap_or_default().iter().map(CorsRule::of).collect(),
        replication: replication.as_ref().and_then(Replication::of),
    };
    Ok(Some(Bucket { settings, tags }))
}

/// Whether there is a bucket of this name in the region. One in another region, or one that the credentials may not see,
/// is an error.
pub(super) async fn is_there(session: &Session<'_>, name: &str) -> Result<bool, AwsError> {
    match region_of(session, name).await? {
        Some(region) if region == session.region.as_str() => Ok(true),
        Some(region) => {
            let problem = format!("The bucket is in {region}, not in {}", session.region);
            Err(AwsError::new(Class::Invalid, problem))
        }
        None => Ok(false),
    }
}

/// The region of a bucket; `None` if it does not exist. Most regions know only their own buckets.
pub(crate) async fn region_of(session: &Session<'_>, name: &str) -> Result<Option<String>, AwsError> {
    match session.client.get_bucket_location().bucket(name).send().await.map_err(AwsError::from) {
        Ok(answer) => Ok(Some(meant(answer.location_constraint().map(|place| place.as_str())).to_owned())),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The region that S3 means: the oldest two have other names there.
fn meant(place: Option<&str>) -> &str {
    match place {
        None | Some("" | "US") => "us-east-1",
        Some("EU") => "eu-west-1",
        Some(region) => region,
    }
}

/// What was answered; nothing if the bucket has no such setting, which S3 calls not found.
fn set<T>(answer: Result<T, AwsError>) -> Result<Option<T>, AwsError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

fn encryption_of(rule: &ServerSideEncryptionRule) -> Encryption {
    match rule.apply_server_side_encryption_by_default() {
        Some(default) if *default.sse_algorithm() != ServerSideEncryption::Aes256 => Encryption::Kms {
            arn: default.kms_master_key_id().unwrap_or("alias/aws/s3").to_owned(),
            bucket_key: rule.bucket_key_enabled() == Some(true),
        },
        Some(_) | None => Encryption::Aes,
    }
}

fn document(policy: &str) -> Option<Document> {
    serde_json::from_str(policy).ok()
}

fn lifecycle_of(rules: &[WireLifecycleRule]) -> BTreeMap<String, LifecycleRule> {
    rules.iter().map(|rule| (rule.id().unwrap_or_default().to_owned(), LifecycleRule::of(rule))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_regions_have_other_names() {
        let regions = [None, Some(""), Some("EU"), Some("eu-north-1")].map(meant);
        assert_eq!(regions, ["us-east-1", "us-east-1", "eu-west-1", "eu-north-1"]);
    }
}
