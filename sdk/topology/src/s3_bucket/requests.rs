//! How a bucket is to be set up. Pure.

use sparki_core::Value;

use super::{PolicyText, S3BucketModel};
use crate::s3::{Encryption, ObjectOwnership, PublicAccessBlock, Settings, composed};

/// How the bucket with this ARN is to be set up.
pub(super) fn settings(bucket: &S3BucketModel, arn: &str) -> Settings {
    let is_on = |value: &Value<bool>| value.known().copied().unwrap_or(true);
    let encryption = match bucket.kms_key_arn.known() {
        Some(key) => Encryption::Kms { arn: key.clone(), bucket_key: is_on(&bucket.bucket_key) },
        None => Encryption::Aes,
    };
    let own = bucket.policy.known().and_then(PolicyText::document);
    Settings {
        is_versioned: is_on(&bucket.versioning),
        encryption,
        public_access: bucket.public_access_block.known().cloned().unwrap_or_else(PublicAccessBlock::full),
        ownership: ownership(bucket),
        policy: composed(own.as_ref(), is_on(&bucket.require_tls).then_some(arn)),
        lifecycle: bucket.lifecycle_rules.known().cloned().unwrap_or_default(),
        logging: bucket.logging.known().cloned(),
        cors: bucket.cors_rules.known().cloned().unwrap_or_default(),
        replication: bucket.replication.known().cloned(),
    }
}

/// Who is to own new objects.
pub(super) fn ownership(bucket: &S3BucketModel) -> ObjectOwnership {
    bucket.object_ownership.known().copied().unwrap_or(ObjectOwnership::BucketOwnerEnforced)
}
