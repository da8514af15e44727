//! What identifies an add-on.

use sparki_aws::Region;
use sparki_core::{Identity, Value};
use sparki_derive::Model;

use super::EksAddonModel;
use crate::operation::account_of;

/// Identity of an EKS add-on: account, region, cluster and name, of which none can be changed.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct EksAddonIdentity {
    /// AWS account of the add-on, 12 digits. The one of the credentials if it is not given.
    #[attr(optional)]
    pub account_id: Value<String>,
    /// AWS region of the add-on.
    #[attr(required)]
    pub region: Value<Region>,
    /// Name of its cluster.
    #[attr(required)]
    pub cluster_name: Value<String>,
    /// Name of the add-on.
    #[attr(required)]
    pub name: Value<String>,
}

impl Identity<EksAddonModel> for EksAddonIdentity {
    fn of(addon: &EksAddonModel) -> Self {
        Self {
            account_id: account_of(&addon.arn),
            region: addon.region.clone(),
            cluster_name: addon.cluster_name.clone(),
            name: addon.name.clone(),
        }
    }
}

impl EksAddonIdentity {
    /// The id that import takes.
    pub(super) fn import_id(&self) -> String {
        let region = self.region.known().map_or("", Region::as_str);
        let names = [&self.cluster_name, &self.name].map(|name| name.known().map_or("", String::as_str));
        format!("{region}/{}", names.join("/"))
    }
}
