//! What identifies an association.

use sparki_aws::Region;
use sparki_core::{Identity, Value};
use sparki_derive::Model;

use super::EksPodIdentityModel;
use crate::operation::account_of;

/// Identity of an EKS Pod Identity association: account, region, cluster, namespace and service account, of which none
/// can be changed.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct EksPodIdentityIdentity {
    /// AWS account of the cluster, 12 digits. The one of the credentials if it is not given.
    #[attr(optional)]
    pub account_id: Value<String>,
    /// AWS region of the cluster.
    #[attr(required)]
    pub region: Value<Region>,
    /// Name of the cluster.
    #[attr(required)]
    pub cluster_name: Value<String>,
    /// Namespace of the service account.
    #[attr(required)]
    pub namespace: Value<String>,
    /// Name of the service account.
    #[attr(required)]
    pub service_account: Value<String>,
}

impl Identity<EksPodIdentityModel> for EksPodIdentityIdentity {
    fn of(association: &EksPodIdentityModel) -> Self {
        Self {
            account_id: account_of(&association.arn),
            region: association.region.clone(),
            cluster_name: association.cluster_name.clone(),
            namespace: association.namespace.clone(),
            service_account: association.service_account.clone(),
        }
    }
}

impl EksPodIdentityIdentity {
    /// The id that import takes.
    pub(super) fn import_id(&self) -> String {
        let region = self.region.known().map_or("", Region::as_str);
        let names = [&self.cluster_name, &self.namespace, &self.service_account];
        format!("{region}/{}", names.map(|name| name.known().map_or("", String::as_str)).join("/"))
    }
}
