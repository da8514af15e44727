//! Rules of `sparki_state_backend`.

use sparki_core::{Config, Diagnostic, Diagnostics, Draft, Path, Plan, State, Value};

use super::{StateBackend, StateBackendModel, StateReplica};
use crate::operation::{Further, Protected, inherit_tags};

impl Plan for StateBackend {
    fn validate(config: &Config<StateBackendModel>) -> Diagnostics {
        let Some(replica) = config.replica.known() else { return Diagnostics::new() };
        [check_place(config, replica), check_key(config, replica)].into_iter().flatten().collect()
    }

    fn plan(draft: &mut Draft<'_, StateBackendModel>) -> Diagnostics {
        let count = 1 + usize::from(!draft.planned().lock_table.is_null());
        inherit_tags(draft, Further { keys: &[], count }, |it| (&it.tags, &mut it.tags_all));
        let planned = draft.planned_mut();
        planned.intact = true.into();
        let (copied, locked) = (!planned.replica.is_null(), !planned.lock_table.is_null());
        let parts = [
            (&mut planned.replica_arn, copied),
            (&mut planned.replication_role_arn, copied),
            (&mut planned.lock_table_arn, locked),
        ];
        for (arn, is_wanted) in parts {
            if !is_wanted {
                *arn = Value::Null;
            } else if arn.is_null() {
                // Something else removed it, and it is made again.
                *arn = Value::unknown();
            }
        }
        let same = planned
            .replica
            .known()
            .is_some_and(|it| it.region.known().is_some() && it.region.known() == planned.region.known());
        if same { vec![same_region()].into_iter().collect() } else { Diagnostics::new() }
    }

    fn plan_destroy(prior: &State<StateBackendModel>) -> Diagnostics {
        Protected::check_plan(protection(prior))
    }
}

/// Two buckets have two names.
fn check_place(config: &StateBackendModel, replica: &StateReplica) -> Option<Diagnostic> {
    let name = config.name.known()?;
    (replica.name.known() == Some(name)).then(|| {
        Diagnostic::error(
            "Copy in the same bucket",
            format!("The bucket and its copy are both named {name:?}. Give the copy another name."),
        )
        .at(Path::attribute("replica").then("name"))
    })
}

/// Objects under a KMS key are copied only to where there is one too.
fn check_key(config: &StateBackendModel, replica: &StateReplica) -> Option<Diagnostic> {
    (config.kms_key_arn.known().is_some() && replica.kms_key_arn.is_null()).then(|| {
        Diagnostic::error(
            "Copy without a key",
            "\"kms_key_arn\" is set and that of \"replica\" is not. S3 copies what a KMS key encrypts only under a key in \
             the region of the copy. Set it, best to a replica of the same multi-region key.",
        )
        .at(Path::attribute("replica").then("kms_key_arn"))
    })
}

/// A copy beside the original is lost with it.
fn same_region() -> Diagnostic {
    Diagnostic::error(
        "Copy in the same region",
        "The bucket and its copy are in the same region, so whatever takes one takes both. Set \"region\" of \"replica\" \
         to another one.",
    )
    .at(Path::attribute("replica").then("region"))
}

/// What the state bucket is while it must not be removed.
pub(super) fn protection(bucket: &StateBackendModel) -> Option<Protected> {
    Protected::by_default("state bucket").losing(LOSS).by(&bucket.deletion_protection)
}

/// What is lost with the bucket.
const LOSS: &str = "What was made with these states could not be managed any more without them. ";
