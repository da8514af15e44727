//! Rules of `sparki_eks_pod_identity`.

use sparki_core::{Diagnostics, Draft, Plan, Value};

use super::{EksPodIdentity, EksPodIdentityModel};

impl Plan for EksPodIdentity {
    fn plan(draft: &mut Draft<'_, EksPodIdentityModel>) -> Diagnostics {
        let planned = draft.planned_mut();
        if planned.target_role_arn.is_null() && planned.external_id.is_unknown() {
            planned.external_id = Value::Null;
        }
        Diagnostics::new()
    }
}
