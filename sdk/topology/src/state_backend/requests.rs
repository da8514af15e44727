//! How the buckets and the role of a state backend are to be set up. Pure.

use std::collections::BTreeMap;

use serde_json::{Value as Document, json};
use sparki_core::Value;

use super::{StateBackendModel, StateReplica};
use crate::s3::{
    Encryption, LifecycleRule, ObjectOwnership, PublicAccessBlock, Replication, Settings, composed,
};

/// Name of the one lifecycle rule.
pub(super) const RULE: &str = "sparki-states";

/// Days after which uploads in parts are given up.
const UPLOAD_DAYS: u32 = 7;

/// How the bucket with this ARN is to be set up; copies are made with this role and to this bucket.
pub(super) fn settings(backend: &StateBackendModel, arn: &str, copies: Option<Copies<'_>>) -> Settings {
    let replication = copies.zip(backend.replica.known()).map(|(copies, replica)| {
        let replication = Replication::new(copies.role_arn, copies.bucket_arn).delete_markers(true);
        Replication { kms_key_arn: replica.kms_key_arn.clone(), ..replication }
    });
    Settings { replication, ..of_both(backend, (arn, &backend.kms_key_arn)) }
}

/// Where copies go, and with which role.
#[derive(Clone, Copy, Debug)]
pub(super) struct Copies<'a> {
    pub(super) role_arn: &'a str,
    pub(super) bucket_arn: &'a str,
}

/// How the bucket with the copies, which has this ARN, is to be set up.
pub(super) fn replica_settings(backend: &StateBackendModel, replica: &StateReplica, arn: &str) -> Settings {
    of_both(backend, (arn, &replica.kms_key_arn))
}

fn of_both(backend: &StateBackendModel, (arn, key): (&str, &Value<String>)) -> Settings {
    let rule = LifecycleRule {
        noncurrent_expiration_days: backend.noncurrent_expiration_days.clone(),
        newer_noncurrent_versions: backend.newer_noncurrent_versions.clone(),
        ..LifecycleRule::new().enabled(true).abort_incomplete_upload_days(UPLOAD_DAYS)
    };
    let kms = |key: &String| Encryption::Kms { arn: key.clone(), bucket_key: true };
    Settings {
        is_versioned: true,
        encryption: key.known().map_or(Encryption::Aes, kms),
        public_access: PublicAccessBlock::full(),
        ownership: ObjectOwnership::BucketOwnerEnforced,
        policy: composed(None, Some(arn)),
        lifecycle: BTreeMap::from([(RULE.to_owned(), rule)]),
        logging: None,
        cors: Vec::new(),
        replication: None,
    }
}

/// What Terraform's own configuration of the backend needs. Whoever locks in a table locks in nothing else: Terraform before 1.10
/// does not know the other setting.
pub(super) fn backend_config(
    (region, name): (&str, &str),
    lock_table: Option<&String>,
    key: Option<&String>,
) -> BTreeMap<String, String> {
    let lock = match lock_table {
        Some(table) => ("dynamodb_table", table.as_str()),
        None => ("use_lockfile", "true"),
    };
    let always = [("bucket", name), ("region", region), ("encrypt", "true"), lock];
    let key = key.map(|key| ("kms_key_id", key.as_str()));
    always.into_iter().chain(key).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// Name of the role that makes the copies of a bucket.
pub(super) fn role_name(bucket: &str) -> String {
    format!("{bucket}-replication")
}

/// Who may have the role: S3, and only for this bucket of this account.
pub(super) fn trust(bucket_arn: &str, account: Option<&str>) -> Document {
    json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": account.unwrap_or_default()},
            "ArnLike": {"aws:SourceArn": bucket_arn},
        },
    }]})
}

/// What the role may do: read the versions of one bucket, and write copies of them to the other.
pub(super) fn permissions(backend: &StateBackendModel, bucket_arn: &str, replica_arn: &str) -> Document {
    let mut statements = vec![
        json!({
            "Effect": "Allow",
            "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"],
            "Resource": bucket_arn,
        }),
        json!({
            "Effect": "Allow",
            "Action": [
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionTagging",
            ],
            "Resource": format!("{bucket_arn}/*"),
        }),
        json!({
            "Effect": "Allow",
            "Action": ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
            "Resource": format!("{replica_arn}/*"),
        }),
    ];
    let with_key = |action: &str, key: &String| json!({"Effect": "Allow", "Action": action, "Resource": key});
    statements.extend(backend.kms_key_arn.known().map(|key| with_key("kms:Decrypt", key)));
    let replica_key = backend.replica.known().and_then(|replica| replica.kms_key_arn.known());
    statements.extend(replica_key.map(|key| with_key("kms:Encrypt", key)));
    json!({"Version": "2012-10-17", "Statement": statements})
}
