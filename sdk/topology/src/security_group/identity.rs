//! What identifies a security group.

use sparki_aws::Region;
use sparki_core::{Identity, Value};
use sparki_derive::Model;

use super::SecurityGroupModel;
use crate::operation::account_of;

/// Identity of a security group: account, region and AWS's id, of which none can be changed.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct SecurityGroupIdentity {
    /// AWS account of the group, 12 digits. The one of the credentials if it is not given.
    #[attr(optional)]
    pub account_id: Value<String>,
    /// AWS region of the group.
    #[attr(required)]
    pub region: Value<Region>,
    /// AWS's id of the group.
    #[attr(required)]
    pub security_group_id: Value<String>,
}

impl Identity<SecurityGroupModel> for SecurityGroupIdentity {
    fn of(group: &SecurityGroupModel) -> Self {
        Self {
            account_id: account_of(&group.arn),
            region: group.region.clone(),
            security_group_id: group.security_group_id.clone(),
        }
    }
}

impl SecurityGroupIdentity {
    /// The id that import takes.
    pub(super) fn import_id(&self) -> String {
        let region = self.region.known().map_or("", Region::as_str);
        format!("{region}/{}", self.security_group_id.known().map_or("", String::as_str))
    }
}
