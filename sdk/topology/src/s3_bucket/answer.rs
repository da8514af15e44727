//! From what S3 answers about a bucket to the model. Pure.

use sparki_aws::{Region, Tags};
use sparki_core::{Id, Value};

use super::{PolicyText, S3BucketModel};
use crate::operation::shown_tags;
use crate::s3::{Bucket, Encryption, arn, regional_domain_name, split};

/// The model of a bucket. `reference` is what was planned, or what the state has: it fills in what only the provider
/// knows.
pub(super) fn model(
    bucket: Bucket,
    (region, name): (&Region, &str),
    tags: Tags<'_>,
    reference: &S3BucketModel,
) -> S3BucketModel {
    let arn = arn(region, name);
    let settings = bucket.settings;
    let (policy, require_tls) = split(settings.policy.as_ref(), &arn);
    let (kms_key_arn, bucket_key) = match settings.encryption {
        Encryption::Aes => (Value::Null, reference.bucket_key.clone()),
        Encryption::Kms { arn, bucket_key } => (arn.into(), bucket_key.into()),
    };
    let (tags, tags_all) = shown_tags(tags, Some(&bucket.tags), (&reference.tags, &reference.tags_all));
    S3BucketModel {
        id: Value::Known(Id::new(format!("{region}/{name}"))),
        region: region.clone().into(),
        name: name.into(),
        name_prefix: reference.name_prefix.clone(),
        versioning: settings.is_versioned.into(),
        kms_key_arn,
        bucket_key,
        public_access_block: settings.public_access.into(),
        object_ownership: settings.ownership.into(),
        policy: policy.as_ref().map(PolicyText::new).into(),
        require_tls: require_tls.into(),
        lifecycle_rules: (!settings.lifecycle.is_empty()).then_some(settings.lifecycle).into(),
        logging: settings.logging.into(),
        cors_rules: (!settings.cors.is_empty()).then_some(settings.cors).into(),
        replication: settings.replication.into(),
        force_destroy: reference.force_destroy.clone(),
        deletion_protection: reference.deletion_protection.clone(),
        tags,
        tags_all,
        arn: arn.into(),
        regional_domain_name: regional_domain_name(region, name).into(),
        account_id: reference.account_id.clone(),
        timeouts: reference.timeouts.clone(),
    }
}
