//! Rules of `sparki_iam_role`.

use serde_json::Value as Json;
use sparki_core::{Config, Diagnostic, Diagnostics, Draft, Path, Plan, Refinement, State, Value};

use super::{IamRole, IamRoleModel};
use crate::operation::{Further, PolicyText, Protected, inherit_tags, lacks_prefix};

/// Characters of a trust policy without white space, by IAM's quota that can be raised up to this.
const LONGEST_TRUST: usize = 4096;
/// Characters of all inline policies of a role without white space.
const LONGEST_INLINE: usize = 10_240;

impl Plan for IamRole {
    fn validate(config: &Config<IamRoleModel>) -> Diagnostics {
        [check_open(config), check_trust(config), check_inline(config)].into_iter().flatten().collect()
    }

    fn plan(draft: &mut Draft<'_, IamRoleModel>) -> Diagnostics {
        inherit_tags(draft, Further::NONE, |it| (&it.tags, &mut it.tags_all));
        let Some(prior) = draft.prior() else { return Diagnostics::new() };
        if lacks_prefix(&draft.planned().name_prefix, &prior.name) {
            draft.planned_mut().name = Value::unknown_but(Refinement::not_null());
            draft.require_replace(Path::attribute("name_prefix"));
        }
        Diagnostics::new()
    }

    fn plan_destroy(prior: &State<IamRoleModel>) -> Diagnostics {
        Protected::check_plan(protection(prior))
    }
}

/// What the role is while it must not be removed.
pub(super) fn protection(role: &IamRoleModel) -> Option<Protected> {
    Protected::on_request("role").by(&role.deletion_protection)
}

/// A role that everybody on AWS may assume.
fn check_open(role: &IamRoleModel) -> Option<Diagnostic> {
    let document = role.assume_role_policy.known()?.canonical()?;
    let is_open = |statement: &Json| {
        let everybody =
            statement["Principal"]["AWS"].as_array().is_some_and(|names| names.contains(&"*".into()));
        statement["Effect"] == "Allow" && everybody && statement["Condition"].is_null()
    };
    document["Statement"].as_array()?.iter().any(is_open).then(|| {
        Diagnostic::warning(
            "Role open to the world",
            "The trust policy lets every principal \"*\" in without a condition, so everybody with an AWS account can \
             assume the role. Name the principals, or add a condition.",
        )
        .at(Path::attribute("assume_role_policy"))
    })
}

fn check_trust(role: &IamRoleModel) -> Option<Diagnostic> {
    let length = length(role.assume_role_policy.known()?);
    (length > LONGEST_TRUST).then(|| {
        Diagnostic::error(
            "Trust policy too long",
            format!(
                "The policy has {length} characters without white space, and IAM takes up to {LONGEST_TRUST}. Trust fewer \
                 principals, or an account instead of its roles."
            ),
        )
        .at(Path::attribute("assume_role_policy"))
    })
}

fn check_inline(role: &IamRoleModel) -> Option<Diagnostic> {
    let length: usize = role.inline_policies.known()?.values().map(length).sum();
    (length > LONGEST_INLINE).then(|| {
        Diagnostic::error(
            "Inline policies too long",
            format!(
                "The policies have {length} characters without white space, and IAM takes up to {LONGEST_INLINE} in all. \
                 Move some of them to policies of their own, and attach these by \"managed_policy_arns\"."
            ),
        )
        .at(Path::attribute("inline_policies"))
    })
}

/// The length of a policy as IAM counts it.
fn length(policy: &PolicyText) -> usize {
    policy.as_str().chars().filter(|sign| !sign.is_whitespace()).count()
}
