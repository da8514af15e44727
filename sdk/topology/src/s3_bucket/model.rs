//! The definition of `sparki_s3_bucket`.

use std::collections::BTreeMap;

use sparki_aws::Region;
use sparki_core::{Id, Timeouts, Value};
use sparki_derive::Model;

use super::S3Bucket;
use crate::operation::key_is_free;
use crate::s3::{
    CorsRule, LifecycleRule, Logging, ObjectOwnership, PolicyText, PublicAccessBlock, Replication, check_name,
};

/// An S3 bucket and how it is set up.
///
/// Without further settings a bucket keeps versions, encrypts, lets no one in from the public, and refuses requests
/// without TLS. It is protected from removal until `deletion_protection` is set to false, and one that is not empty is
/// removed only with `force_destroy`.
///
/// Making a bucket needs the permission `s3:TagResource` besides `s3:CreateBucket`: the tags come with the name, so that
/// a bucket whose answer was lost is found again and nobody else's is taken for it.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(exactly_one_of(name_prefix, name))]
pub struct S3BucketModel {
    /// Region and name of the bucket: `us-east-1/logs`.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub id: Value<Id<S3Bucket>>,
    /// AWS region. The provider's if it is not set. Changing it makes a new bucket.
    #[attr(optional, computed, use_state_for_unknown, requires_replace, refine(not_null))]
    pub region: Value<Region>,
    /// Name of the bucket, unique among those of all accounts, 3 to 63 characters. Changing it makes a new bucket.
    #[attr(
        optional,
        computed,
        use_state_for_unknown,
        requires_replace,
        refine(not_null),
        validate(
            len(3..=63),
            pattern(
                "^[a-z0-9][a-z0-9.-]*[a-z0-9]$",
                "consist of small letters, digits, hyphens and dots, and start and end with a letter or a digit"
            ),
            custom(check_name)
        )
    )]
    pub name: Value<String>,
    /// What the name begins with, 1 to 51 characters; the rest is made up. A prefix that the name does not have makes a new
    /// bucket.
    #[attr(
        optional,
        local,
        validate(
            len(1..=51),
            pattern(
                "^[a-z0-9][a-z0-9.-]*$",
                "consist of small letters, digits, hyphens and dots, and start with a letter or a digit"
            )
        )
    )]
    pub name_prefix: Value<String>,
    /// Whether earlier versions of objects are kept. Once they were, those that there are stay when it is set to false.
    #[attr(optional, default = true)]
    pub versioning: Value<bool>,
    /// ARN of the KMS key that encrypts new objects. S3's own keys do if it is not set.
    #[attr(optional, validate(pattern("^arn:[^:]+:kms:", "be the ARN of a KMS key")))]
    pub kms_key_arn: Value<String>,
    /// Whether one key of the bucket, under the KMS key, spares most requests to KMS. It counts only with a KMS key.
    #[attr(optional, default = true)]
    pub bucket_key: Value<bool>,
    /// What keeps the bucket from the public, whatever policies and access control lists say. All of it if it is not set.
    #[attr(optional, default = PublicAccessBlock::full())]
    pub public_access_block: Value<PublicAccessBlock>,
    /// Who owns new objects: `BucketOwnerEnforced` for the owner of the bucket, with which access control lists count for
    /// nothing, `BucketOwnerPreferred` or `ObjectWriter`.
    #[attr(optional, default = ObjectOwnership::BucketOwnerEnforced)]
    pub object_ownership: Value<ObjectOwnership>,
    /// Policy of the bucket, as JSON. Order and notation make no difference.
    #[attr(optional)]
    pub policy: Value<PolicyText>,
    /// Whether requests without TLS are refused, by a statement that is added to the policy.
    #[attr(optional, default = true)]
    pub require_tls: Value<bool>,
    /// What becomes of objects as they grow old: rules by name.
    #[attr(optional, validate(len(..=1000), keys(len(1..=255))))]
    pub lifecycle_rules: Value<BTreeMap<String, LifecycleRule>>,
    /// Where a log of all requests goes. There is none if it is not set.
    #[attr(optional)]
    pub logging: Value<Logging>,
    /// Which other origins may use the bucket from a browser. The first rule that fits counts.
    #[attr(optional, validate(len(..=100)))]
    pub cors_rules: Value<Vec<CorsRule>>,
    /// Where new objects are copied to. Nowhere if it is not set. It needs `versioning`.
    #[attr(optional)]
    pub replication: Value<Replication>,
    /// Whether all that is in the bucket is removed with it, every version, for good. Otherwise a bucket that is not empty
    /// is not removed.
    #[attr(optional, local, default = false)]
    pub force_destroy: Value<bool>,
    /// Whether the bucket is protected from removal. AWS knows nothing of it.
    #[attr(optional, local, default = true)]
    pub deletion_protection: Value<bool>,
    /// Tags of the bucket, besides the provider's default tags.
    #[attr(optional, shared, validate(len(..=48), keys(len(1..=128)), keys(custom(key_is_free)), each(len(..=256))))]
    pub tags: Value<BTreeMap<String, String>>,
    /// All tags of the bucket: `tags`, and those of the provider's default tags that are not among them.
    #[attr(computed, shared, use_non_null_state_for_unknown, refine(not_null))]
    pub tags_all: Value<BTreeMap<String, String>>,
    /// ARN of the bucket.
    #[attr(computed, use_state_for_unknown, refine(prefix = "arn:"))]
    pub arn: Value<String>,
    /// Host name of the bucket in its region, for origins of CloudFront and the like.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub regional_domain_name: Value<String>,
    /// AWS account of the bucket, 12 digits.
    #[attr(computed, use_state_for_unknown, refine(not_null))]
    pub account_id: Value<String>,
    /// How long operations may take. By default 20 minutes to make and to change the bucket, and 60 to remove it.
    #[attr(optional, local)]
    pub timeouts: Value<Timeouts>,
}
