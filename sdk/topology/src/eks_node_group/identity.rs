//! What identifies a node group.

use sparki_aws::Region;
use sparki_core::{Identity, Value};
use sparki_derive::Model;

use super::EksNodeGroupModel;
use crate::operation::account_of;

/// Identity of an EKS node group: account, region, cluster and name, of which none can be changed.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct EksNodeGroupIdentity {
    /// AWS account of the group, 12 digits. The one of the credentials if it is not given.
    #[attr(optional)]
    pub account_id: Value<String>,
    /// AWS region of the group.
    #[attr(required)]
    pub region: Value<Region>,
    /// Name of its cluster.
    #[attr(required)]
    pub cluster_name: Value<String>,
    /// Name of the group.
    #[attr(required)]
    pub name: Value<String>,
}

impl Identity<EksNodeGroupModel> for EksNodeGroupIdentity {
    fn of(group: &EksNodeGroupModel) -> Self {
        Self {
            account_id: account_of(&group.arn),
            region: group.region.clone(),
            cluster_name: group.cluster_name.clone(),
            name: group.name.clone(),
        }
    }
}

impl EksNodeGroupIdentity {
    /// The id that import takes.
    pub(super) fn import_id(&self) -> String {
        let region = self.region.known().map_or("", Region::as_str);
        let names = [&self.cluster_name, &self.name].map(|name| name.known().map_or("", String::as_str));
        format!("{region}/{}", names.join("/"))
    }
}
