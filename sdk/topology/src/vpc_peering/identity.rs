//! What identifies a peering.

use sparki_aws::Region;
use sparki_core::{Identity, Value};
use sparki_derive::Model;

use super::VpcPeeringModel;
use crate::operation::account_of;

/// Identity of a peering: account, region of the requester and AWS's id, of which none can be changed.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct VpcPeeringIdentity {
    /// AWS account of the peering, 12 digits. The one of the credentials if it is not given.
    #[attr(optional)]
    pub account_id: Value<String>,
    /// AWS region of the side that asked for the peering.
    #[attr(required)]
    pub region: Value<Region>,
    /// AWS's id of the peering.
    #[attr(required)]
    pub vpc_peering_connection_id: Value<String>,
}

impl Identity<VpcPeeringModel> for VpcPeeringIdentity {
    fn of(peering: &VpcPeeringModel) -> Self {
        let region = match &peering.requester {
            Value::Known(requester) => requester.region.clone(),
            Value::Null => Value::Null,
            Value::Unknown(_) => Value::unknown(),
        };
        Self {
            account_id: account_of(&peering.arn),
            region,
            vpc_peering_connection_id: peering.vpc_peering_connection_id.clone(),
        }
    }
}

impl VpcPeeringIdentity {
    /// The id that import takes.
    pub(super) fn import_id(&self) -> String {
        let region = self.region.known().map_or("", Region::as_str);
        format!("{region}/{}", self.vpc_peering_connection_id.known().map_or("", String::as_str))
    }
}
