//! Rules of `sparki_eks_pod_identity`.

use sparki_core::{Diagnostics, Draft, Plan, State, Value};

use super::{EksPodIdentity, EksPodIdentityModel};
use crate::operation::{Further, Protected, inherit_tags};

impl Plan for EksPodIdentity {
    fn plan(draft: &mut Draft<'_, EksPodIdentityModel>) -> Diagnostics {
        inherit_tags(draft, Further::NONE, |it| (&it.tags, &mut it.tags_all));
        let planned = draft.planned_mut();
        if planned.target_role_arn.is_null() && planned.external_id.is_unknown() {
            planned.external_id = Value::Null;
        }
        Diagnostics::new()
    }

    fn plan_destroy(prior: &State<EksPodIdentityModel>) -> Diagnostics {
        Protected::check_plan(protection(prior))
    }
}

/// What the association is while it must not be removed.
pub(super) fn protection(identity: &EksPodIdentityModel) -> Option<Protected> {
    Protected::on_request("pod identity").by(&identity.deletion_protection)
}
