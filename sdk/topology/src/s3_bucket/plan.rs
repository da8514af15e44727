//! Rules of `sparki_s3_bucket`.

use sparki_core::{Config, Diagnostic, Diagnostics, Draft, Path, Plan, Refinement, State, Value};

use super::{S3Bucket, S3BucketModel};
use crate::operation::{Further, Protected, inherit_tags, lacks_prefix};

impl Plan for S3Bucket {
    fn validate(config: &Config<S3BucketModel>) -> Diagnostics {
        let without_versions = config.versioning.known() == Some(&false);
        if !without_versions || config.replication.known().is_none() {
            return Diagnostics::new();
        }
        Diagnostic::error(
            "Replication without versions",
            "\"replication\" is set and \"versioning\" is false, and S3 copies only where versions are kept. Set \
             \"versioning\" to true, or leave out one of them.",
        )
        .at(Path::attribute("replication"))
        .into()
    }

    fn plan(draft: &mut Draft<'_, S3BucketModel>) -> Diagnostics {
        inherit_tags(draft, Further::NONE, |it| (&it.tags, &mut it.tags_all));
        let Some(prior) = draft.prior() else { return Diagnostics::new() };
        if lacks_prefix(&draft.planned().name_prefix, &prior.name) {
            let planned = draft.planned_mut();
            planned.name = Value::unknown_but(Refinement::not_null());
            draft.require_replace(Path::attribute("name_prefix"));
        }
        Diagnostics::new()
    }

    fn plan_destroy(prior: &State<S3BucketModel>) -> Diagnostics {
        Protected::check_plan(protection(prior))
    }
}

/// What the bucket is while it must not be removed.
pub(super) fn protection(bucket: &S3BucketModel) -> Option<Protected> {
    Protected::by_default("bucket").by(&bucket.deletion_protection)
}
