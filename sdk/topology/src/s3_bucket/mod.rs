//! `sparki_s3_bucket`: a bucket and how it is set up.

mod answer;
mod identity;
mod list;
mod model;
mod plan;
mod preflight;
mod remote;
mod requests;
#[cfg(test)]
mod tests;

pub use identity::S3BucketIdentity;
pub use list::S3BucketFilter;
pub use model::S3BucketModel;

pub use crate::s3::{
    CorsMethod, CorsRule, LifecycleRule, Logging, NoncurrentTransition, ObjectOwnership, PolicyText,
    PublicAccessBlock, Replication, StorageClass, Transition,
};

use sparki_core::{DefaultTimeouts, Resource};

/// Marker of the resource type `sparki_s3_bucket`.
#[derive(Clone, Copy, Debug)]
pub enum S3Bucket {}

impl Resource for S3Bucket {
    const TYPE_NAME: &'static str = "sparki_s3_bucket";
    /// AWS answers at once, and shows what it was told within a minute. Emptying takes about a second for a thousand
    /// versions.
    const TIMEOUTS: DefaultTimeouts = DefaultTimeouts::minutes(20, 10, 20, 60);
    type Model = S3BucketModel;
    type Identity = S3BucketIdentity;
}
