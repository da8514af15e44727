//! Rules of `sparki_kms_key`.

use sparki_core::{Config, Diagnostic, Diagnostics, Draft, Path, Plan, State, Value};

use super::{KmsKey, KmsKeyModel, answer, policy};
use crate::operation::{Further, Protected, inherit_tags};

impl Plan for KmsKey {
    fn validate(config: &Config<KmsKeyModel>) -> Diagnostics {
        [check_primary(config), check_policy(config)].into_iter().flatten().collect()
    }

    fn plan(draft: &mut Draft<'_, KmsKeyModel>) -> Diagnostics {
        inherit_tags(draft, Further::NONE, |it| (&it.tags, &mut it.tags_all));
        let Some(prior) = draft.prior().map(|prior| (**prior).clone()) else {
            let planned = draft.planned_mut();
            if planned.primary_region.is_unknown()
                && let Some(first) = planned.regions.known().and_then(|regions| regions.first())
            {
                planned.primary_region = first.clone().into();
            }
            return Diagnostics::new();
        };
        if let Some(arn) = prior.arn.known() {
            let planned = draft.planned_mut();
            if planned.arns.is_unknown() || planned.arn.is_unknown() {
                *planned = answer::with_arns(planned.clone(), arn);
            }
        }
        let planned = draft.planned();
        [check_primary(planned), check_disabled(&prior, planned)].into_iter().flatten().collect()
    }

    fn plan_destroy(prior: &State<KmsKeyModel>) -> Diagnostics {
        Protected::check_plan(protection(prior))
    }
}

/// What the key is while it must not be removed.
pub(super) fn protection(key: &KmsKeyModel) -> Option<Protected> {
    Protected::on_request("key").by(&key.deletion_protection)
}

/// The primary is one of the keys.
fn check_primary(key: &KmsKeyModel) -> Option<Diagnostic> {
    let (primary, regions) = (key.primary_region.known()?, key.regions.known()?);
    (!regions.contains(primary)).then(|| {
        Diagnostic::error(
            "Primary region without a key",
            format!(
                "The primary is the key in {primary}, which is not among \"regions\". Add {primary} to \"regions\", or set \
                 \"primary_region\" to one of them; the primary moves before its old region loses the key."
            ),
        )
        .at(Path::attribute("primary_region"))
    })
}

/// Somebody must be able to change the policy.
fn check_policy(key: &KmsKeyModel) -> Option<Diagnostic> {
    let document = key.policy.known()?;
    let is_allowed = match key.bypass_policy_lockout_safety_check {
        Value::Known(bypasses) => bypasses,
        Value::Null => false,
        Value::Unknown(_) => true,
    };
    (!is_allowed && policy::locks_out(document)).then(|| {
        Diagnostic::error(
            "Policy that locks everybody out",
            "The policy lets nobody change it (\"kms:PutKeyPolicy\"), so the key could never be managed again. Add a \
             statement that allows \"kms:*\" to the root of the account, \"arn:aws:iam::<account>:root\", or to a role of \
             administrators. If this is what you want, set \"bypass_policy_lockout_safety_check\" to true.",
        )
        .at(Path::attribute("policy"))
    })
}

/// AWS neither replicates nor rotates a key that is disabled.
fn check_disabled(prior: &KmsKeyModel, planned: &KmsKeyModel) -> Option<Diagnostic> {
    if prior.enabled.known() != Some(&false) || planned.enabled.known() != Some(&false) {
        return None;
    }
    let (had, wanted) = (prior.regions.known()?, planned.regions.known()?);
    let name = if wanted.iter().any(|region| !had.contains(region)) {
        "regions"
    } else if prior.rotation != planned.rotation {
        "rotation"
    } else if prior.primary_region != planned.primary_region {
        "primary_region"
    } else {
        return None;
    };
    Some(
        Diagnostic::error(
            "Disabled key cannot change",
            format!(
                "The key is disabled, and AWS does not change the {name:?} of such a key. Set \"enabled\" to true, apply, \
                 and disable it again afterwards."
            ),
        )
        .at(Path::attribute(name)),
    )
}
