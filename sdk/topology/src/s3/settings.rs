//! How a bucket is set up, and what to send to have it set up otherwise. Pure.

use std::collections::BTreeMap;

use serde_json::Value as Document;
use sparki_core::Value;
use sparki_derive::{Choice, Model};

use super::{CorsRule, LifecycleRule, PublicAccessBlock, Replication};
use crate::operation::plain;

/// How a bucket is set up: all that can be changed about it but its tags.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Settings {
    pub(crate) is_versioned: bool,
    pub(crate) encryption: Encryption,
    pub(crate) public_access: PublicAccessBlock,
    pub(crate) ownership: ObjectOwnership,
    pub(crate) policy: Option<Document>,
    pub(crate) lifecycle: BTreeMap<String, LifecycleRule>,
    pub(crate) logging: Option<Logging>,
    pub(crate) cors: Vec<CorsRule>,
    pub(crate) replication: Option<Replication>,
}

/// How new objects are encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Encryption {
    /// By keys of S3's own.
    Aes,
    /// By this KMS key.
    Kms {
        /// ARN of the key.
        arn: String,
        /// Whether one key of the bucket spares most requests to KMS.
        bucket_key: bool,
    },
}

/// Who owns new objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum ObjectOwnership {
    /// The owner of the bucket; access control lists count for nothing.
    #[choice("BucketOwnerEnforced")]
    BucketOwnerEnforced,
    /// The owner of the bucket, if whoever stores an object asks for it.
    #[choice("BucketOwnerPreferred")]
    BucketOwnerPreferred,
    /// Whoever stores it.
    #[choice("ObjectWriter")]
    ObjectWriter,
}

/// Where a log of all requests goes.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct Logging {
    /// Name of the bucket that gets the log: in the same region, and another one. Its policy has to let
    /// `logging.s3.amazonaws.com` store objects.
    #[attr(required, validate(len(3..=63)))]
    pub bucket: Value<String>,
    /// What the keys of the log's objects begin with.
    #[attr(optional, default = "", validate(len(..=1024)))]
    pub prefix: Value<String>,
}

/// One setting to be sent.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Setting<'a> {
    Versioning(Versioning),
    Encryption(&'a Encryption),
    PublicAccess(&'a PublicAccessBlock),
    Ownership(ObjectOwnership),
    Policy(Option<&'a Document>),
    Lifecycle(&'a BTreeMap<String, LifecycleRule>),
    Logging(Option<&'a Logging>),
    Cors(&'a [CorsRule]),
    Replication(Option<&'a Replication>),
}

/// Whether versions are kept. A bucket that has begun with it does not go back, it only makes no new ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Versioning {
    Enabled,
    Suspended,
}

impl Settings {
    /// Whether there is nothing to send to have it set up like `wanted`.
    pub(crate) fn is_like(&self, wanted: &Self) -> bool {
        self.changes(wanted).is_empty()
    }

    /// What to send, in order, to a bucket that is set up like `self`: replication needs versions, so it comes after them and
    /// goes before them; and the lock against the public counts before a policy does.
    pub(super) fn changes<'a>(&self, wanted: &'a Self) -> Vec<Setting<'a>> {
        let replication = (self.replication != wanted.replication).then_some(wanted.replication.as_ref());
        let versioning = (self.is_versioned != wanted.is_versioned).then_some(wanted.is_versioned);
        let policy = |settings: &Self| settings.policy.as_ref().map(plain);
        [
            replication.filter(Option::is_none).map(Setting::Replication),
            versioning.filter(|is_on| *is_on).map(|_| Setting::Versioning(Versioning::Enabled)),
            (self.encryption != wanted.encryption).then_some(Setting::Encryption(&wanted.encryption)),
            (self.ownership != wanted.ownership).then_some(Setting::Ownership(wanted.ownership)),
            (self.public_access != wanted.public_access)
                .then_some(Setting::PublicAccess(&wanted.public_access)),
            (policy(self) != policy(wanted)).then_some(Setting::Policy(wanted.policy.as_ref())),
            (self.lifecycle != wanted.lifecycle).then_some(Setting::Lifecycle(&wanted.lifecycle)),
            (self.logging != wanted.logging).then_some(Setting::Logging(wanted.logging.as_ref())),
            (self.cors != wanted.cors).then_some(Setting::Cors(&wanted.cors)),
            replication.filter(Option::is_some).map(Setting::Replication),
            versioning.filter(|is_on| !is_on).map(|_| Setting::Versioning(Versioning::Suspended)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            is_versioned: false,
            encryption: Encryption::Aes,
            public_access: PublicAccessBlock::full(),
            ownership: ObjectOwnership::BucketOwnerEnforced,
            policy: None,
            lifecycle: BTreeMap::new(),
            logging: None,
            cors: Vec::new(),
            replication: None,
        }
    }

    fn replicated() -> Settings {
        let replication = Replication::new("arn:aws:iam::123456789012:role/copy", "arn:aws:s3:::copies");
        Settings { is_versioned: true, replication: Some(replication), ..settings() }
    }

    #[test]
    fn replication_comes_after_versions_and_goes_before_them() {
        let (plain, replicated) = (settings(), replicated());
        let replication = replicated.replication.as_ref();
        assert_eq!(
            plain.changes(&replicated),
            [Setting::Versioning(Versioning::Enabled), Setting::Replication(replication)]
        );
        assert_eq!(
            replicated.changes(&plain),
            [Setting::Replication(None), Setting::Versioning(Versioning::Suspended)]
        );
        assert_eq!(replicated.changes(&replicated), []);
    }

    #[test]
    fn a_policy_that_means_the_same_is_not_sent() {
        let with =
            |policy: &str| Settings { policy: Some(serde_json::from_str(policy).unwrap()), ..settings() };
        let one = with(r#"{"Statement": [{"Action": "s3:GetObject"}]}"#);
        assert_eq!(one.changes(&with(r#"{"Statement": {"Action": ["s3:GetObject"]}}"#)), []);
        assert_eq!(one.changes(&settings()), [Setting::Policy(None)]);
    }
}
