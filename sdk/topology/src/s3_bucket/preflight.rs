//! Whether the name of a bucket is held by one that is protected.

use sparki_aws::Aws;
use sparki_core::{Ctx, Diagnostics, Preflight, Proposal, RemoteError};

use super::plan::protection;
use super::{S3Bucket, S3BucketModel};
use crate::s3::check_held;

impl Preflight for S3Bucket {
    async fn preflight(
        ctx: &Ctx<Aws>,
        proposal: Proposal<S3BucketModel>,
    ) -> Result<Diagnostics, RemoteError> {
        let Proposal { prior, planned } = proposal;
        match planned.name.known().filter(|_| prior.is_none() && protection(&planned).is_some()) {
            Some(name) => check_held(ctx, &planned.region, name).await,
            None => Ok(Diagnostics::new()),
        }
    }
}
