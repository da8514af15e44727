//! Rules of `sparki_s3_bucket`.

use sparki_core::{Config, Diagnostic, Diagnostics, Draft, Path, Plan, Refinement, State, Value};

use super::{S3Bucket, S3BucketModel};
use crate::operation::lacks_prefix;

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
        let Some(prior) = draft.prior() else { return Diagnostics::new() };
        if lacks_prefix(&draft.planned().name_prefix, &prior.name) {
            let planned = draft.planned_mut();
            planned.name = Value::unknown_but(Refinement::not_null());
            draft.require_replace(Path::attribute("name_prefix"));
        }
        Diagnostics::new()
    }

    fn plan_destroy(prior: &State<S3BucketModel>) -> Diagnostics {
        if !is_protected(prior) {
            return Diagnostics::new();
        }
        Diagnostic::error("Bucket is protected from removal", PROTECTED)
            .at(Path::attribute("deletion_protection"))
            .into()
    }
}

/// What to do about a protected bucket.
pub(super) const PROTECTED: &str = "\
    \"deletion_protection\" is true, which is the default. To remove or replace the bucket, set it to false, apply, and \
    then go on. If the bucket is to be replaced only because an earlier run was interrupted and left it tainted, keep it \
    with \"terraform untaint\".";

/// Whether the bucket must not be removed.
pub(super) fn is_protected(bucket: &S3BucketModel) -> bool {
    bucket.deletion_protection.known() == Some(&true)
}
