//! What identifies a load balancer.

use sparki_aws::Region;
use sparki_core::{Identity, Value};
use sparki_derive::Model;

use super::LoadBalancerModel;
use crate::operation::account_of;

/// Identity of a load balancer: account, region and name, of which none can be changed.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct LoadBalancerIdentity {
    /// AWS account of the load balancer, 12 digits. The one of the credentials if it is not given.
    #[attr(optional)]
    pub account_id: Value<String>,
    /// AWS region of the load balancer.
    #[attr(required)]
    pub region: Value<Region>,
    /// Name of the load balancer.
    #[attr(required)]
    pub name: Value<String>,
}

impl Identity<LoadBalancerModel> for LoadBalancerIdentity {
    fn of(balancer: &LoadBalancerModel) -> Self {
        Self {
            account_id: account_of(&balancer.arn),
            region: balancer.region.clone(),
            name: balancer.name.clone(),
        }
    }
}

impl LoadBalancerIdentity {
    /// The id that import takes.
    pub(super) fn import_id(&self) -> String {
        let region = self.region.known().map_or("", Region::as_str);
        format!("{region}/{}", self.name.known().map_or("", String::as_str))
    }
}
