//! What identifies a replica.

use sparki_aws::Region;
use sparki_core::{Identity, Value};
use sparki_derive::Model;

use super::RdsReplicaModel;
use crate::operation::account_of;

/// Identity of an RDS replica: account, region and identifier, of which none can be changed.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct RdsReplicaIdentity {
    /// AWS account of the replica, 12 digits. The one of the credentials if it is not given.
    #[attr(optional)]
    pub account_id: Value<String>,
    /// AWS region of the replica.
    #[attr(required)]
    pub region: Value<Region>,
    /// Identifier of the replica.
    #[attr(required)]
    pub identifier: Value<String>,
}

impl Identity<RdsReplicaModel> for RdsReplicaIdentity {
    fn of(replica: &RdsReplicaModel) -> Self {
        Self {
            account_id: account_of(&replica.arn),
            region: replica.region.clone(),
            identifier: replica.identifier.clone(),
        }
    }
}

impl RdsReplicaIdentity {
    /// The id that import takes.
    pub(super) fn import_id(&self) -> String {
        let region = self.region.known().map_or("", Region::as_str);
        format!("{region}/{}", self.identifier.known().map_or("", String::as_str))
    }
}
