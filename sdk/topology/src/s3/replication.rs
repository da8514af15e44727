//! Copies of all objects in another bucket.

use aws_sdk_s3::types::{
    DeleteMarkerReplication, DeleteMarkerReplicationStatus, Destination, EncryptionConfiguration,
    ReplicationConfiguration, ReplicationRule, ReplicationRuleFilter, ReplicationRuleStatus,
    SourceSelectionCriteria, SseKmsEncryptedObjects, SseKmsEncryptedObjectsStatus,
    StorageClass as WireStorageClass,
};
use sparki_core::Value;
use sparki_derive::Model;

use super::StorageClass;

/// Id of the one rule that is made.
const RULE: &str = "sparki";

/// Where new objects are copied to. What was in the bucket before is not copied.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Replication {
    /// ARN of the IAM role with which S3 reads this bucket and writes the other one.
    #[attr(required, validate(pattern("^arn:[^:]+:iam::[0-9]{12}:role/", "be the ARN of an IAM role")))]
    pub role_arn: Value<String>,
    /// ARN of the bucket that gets the copies, in any region. It has to have versions as well.
    #[attr(required, validate(pattern("^arn:[^:]+:s3:::", "be the ARN of a bucket")))]
    pub destination_bucket_arn: Value<String>,
    /// What the keys of the copied objects begin with. All objects if it is not set.
    #[attr(optional, validate(len(1..=1024)))]
    pub prefix: Value<String>,
    /// ARN of the KMS key, in the region of the other bucket, that encrypts the copies. Needed for objects that are
    /// encrypted by a KMS key themselves: without it those are not copied.
    #[attr(optional, validate(pattern("^arn:[^:]+:kms:", "be the ARN of a KMS key")))]
    pub kms_key_arn: Value<String>,
    /// Storage of the copies. The one of the object if it is not set.
    #[attr(optional)]
    pub storage_class: Value<StorageClass>,
    /// Whether the marks of removed objects are copied too.
    #[attr(optional, default = true)]
    pub delete_markers: Value<bool>,
}

impl Replication {
    pub(super) fn wire(&self) -> ReplicationConfiguration {
        let key = self.kms_key_arn.known().cloned();
        let encryption =
            key.clone().map(|key| EncryptionConfiguration::builder().replica_kms_key_id(key).build());
        let encrypted = SseKmsEncryptedObjects::builder().status(SseKmsEncryptedObjectsStatus::Enabled);
        let criteria = key.map(|_| {
            let encrypted = encrypted.build().expect("the status is set");
            SourceSelectionCriteria::builder().sse_kms_encrypted_objects(encrypted).build()
        });
        let class = self.storage_class.known().map(|class| WireStorageClass::from(class.as_str()));
        let destination = Destination::builder()
            .bucket(text(&self.destination_bucket_arn))
            .set_storage_class(class)
            .set_encryption_configuration(encryption)
            .build()
            .expect("the bucket is set");
        let markers = match self.delete_markers.known() {
            Some(false) => DeleteMarkerReplicationStatus::Disabled,
            Some(true) | None => DeleteMarkerReplicationStatus::Enabled,
        };
        let rule = ReplicationRule::builder()
            .id(RULE)
            .priority(1)
            .status(ReplicationRuleStatus::Enabled)
            .filter(ReplicationRuleFilter::builder().prefix(text(&self.prefix)).build())
            .delete_marker_replication(DeleteMarkerReplication::builder().status(markers).build())
            .set_source_selection_criteria(criteria)
            .destination(destination)
            .build()
            .expect("the status is set");
        let configuration = ReplicationConfiguration::builder().role(text(&self.role_arn)).rules(rule);
        configuration.build().expect("role and rules are set")
    }

    /// The replication of a bucket. Several rules, or one that is turned off, are none that is known here, which shows as
    /// drift.
    pub(super) fn of(configuration: &ReplicationConfiguration) -> Option<Self> {
        let [rule] = configuration.rules() else { return None };
        if *rule.status() != ReplicationRuleStatus::Enabled {
            return None;
        }
        let destination = rule.destination();
        let key = destination.and_then(|it| it.encryption_configuration()?.replica_kms_key_id());
        let markers = rule.delete_marker_replication().and_then(|it| it.status());
        let known = |text: Option<&str>| Value::from(text.filter(|it| !it.is_empty()).map(str::to_owned));
        Some(Self {
            role_arn: known(Some(configuration.role())),
            destination_bucket_arn: known(destination.map(Destination::bucket)),
            prefix: known(rule.filter().and_then(|filter| filter.prefix())),
            kms_key_arn: known(key),
            storage_class: destination.and_then(|it| it.storage_class()?.as_str().parse().ok()).into(),
            delete_markers: (markers == Some(&DeleteMarkerReplicationStatus::Enabled)).into(),
        })
    }
}

fn text(value: &Value<String>) -> String {
    value.known().cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replication_comes_back_as_it_was_sent() {
        let plain = Replication::new("arn:aws:iam::123456789012:role/copy", "arn:aws:s3:::copies");
        let plain = plain.delete_markers(true);
        assert_eq!(Replication::of(&plain.wire()), Some(plain.clone()));
        let full = plain
            .prefix("state/")
            .kms_key_arn("arn:aws:kms:us-west-2:123456789012:key/1")
            .storage_class(StorageClass::StandardIa)
            .delete_markers(false);
        assert_eq!(Replication::of(&full.wire()), Some(full));
    }

    #[test]
    fn a_rule_that_is_turned_off_copies_nothing() {
        let plain = Replication::new("arn:aws:iam::123456789012:role/copy", "arn:aws:s3:::copies");
        let mut configuration = plain.wire();
        configuration.rules[0].status = ReplicationRuleStatus::Disabled;
        assert_eq!(Replication::of(&configuration), None);
    }
}
