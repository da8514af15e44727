//! What identifies a VPC.

use sparki_aws::Region;
use sparki_core::{Identity, Value};
use sparki_derive::Model;

use super::VpcModel;
use crate::operation::account_of;

/// Identity of a VPC: account, region and AWS's id, of which none can be changed.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct VpcIdentity {
    /// AWS account of the VPC, 12 digits. The one of the credentials if it is not given.
    #[attr(optional)]
    pub account_id: Value<String>,
    /// AWS region of the VPC.
    #[attr(required)]
    pub region: Value<Region>,
    /// AWS's id of the VPC.
    #[attr(required)]
    pub vpc_id: Value<String>,
}

impl Identity<VpcModel> for VpcIdentity {
    fn of(vpc: &VpcModel) -> Self {
        Self { account_id: account_of(&vpc.arn), region: vpc.region.clone(), vpc_id: vpc.vpc_id.clone() }
    }
}

impl VpcIdentity {
    /// The id that import takes.
    pub(super) fn import_id(&self) -> String {
        let region = self.region.known().map_or("", Region::as_str);
        format!("{region}/{}", self.vpc_id.known().map_or("", String::as_str))
    }
}
