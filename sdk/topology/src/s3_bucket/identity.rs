//! What identifies a bucket.

use sparki_aws::Region;
use sparki_core::{Identity, Value};
use sparki_derive::Model;

use super::S3BucketModel;

/// Identity of an S3 bucket: account, region and name, of which none can be changed.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct S3BucketIdentity {
    /// AWS account of the bucket, 12 digits. The one of the credentials if it is not given.
    #[attr(optional)]
    pub account_id: Value<String>,
    /// AWS region of the bucket.
    #[attr(required)]
    pub region: Value<Region>,
    /// Name of the bucket.
    #[attr(required)]
    pub name: Value<String>,
}

impl Identity<S3BucketModel> for S3BucketIdentity {
    fn of(bucket: &S3BucketModel) -> Self {
        Self {
            account_id: bucket.account_id.clone(),
            region: bucket.region.clone(),
            name: bucket.name.clone(),
        }
    }
}

impl S3BucketIdentity {
    /// The id that import takes.
    pub(super) fn import_id(&self) -> String {
        let region = self.region.known().map_or("", Region::as_str);
        format!("{region}/{}", self.name.known().map_or("", String::as_str))
    }
}
