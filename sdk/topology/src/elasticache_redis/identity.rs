//! What identifies a cluster.

use sparki_aws::Region;
use sparki_core::{Identity, Value};
use sparki_derive::Model;

use super::ElasticacheRedisModel;
use crate::operation::account_of;

/// Identity of an ElastiCache cluster: account, region and name, of which none can be changed.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ElasticacheRedisIdentity {
    /// AWS account of the cluster, 12 digits. The one of the credentials if it is not given.
    #[attr(optional)]
    pub account_id: Value<String>,
    /// AWS region of the cluster.
    #[attr(required)]
    pub region: Value<Region>,
    /// Name of the cluster.
    #[attr(required)]
    pub name: Value<String>,
}

impl Identity<ElasticacheRedisModel> for ElasticacheRedisIdentity {
    fn of(cluster: &ElasticacheRedisModel) -> Self {
        Self {
            account_id: account_of(&cluster.arn),
            region: cluster.region.clone(),
            name: cluster.name.clone(),
        }
    }
}

impl ElasticacheRedisIdentity {
    /// The id that import takes.
    pub(super) fn import_id(&self) -> String {
        let region = self.region.known().map_or("", Region::as_str);
        format!("{region}/{}", self.name.known().map_or("", String::as_str))
    }
}
