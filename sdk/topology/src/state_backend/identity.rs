//! What identifies a state backend.

use sparki_aws::Region;
use sparki_core::{Identity, Value};
use sparki_derive::Model;

use super::StateBackendModel;

/// Identity of a bucket for states: account, region and name, of which none can be changed.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct StateBackendIdentity {
    /// AWS account of the bucket, 12 digits. The one of the credentials if it is not given.
    #[attr(optional)]
    pub account_id: Value<String>,
    /// AWS region of the bucket.
    #[attr(required)]
    pub region: Value<Region>,
    /// Name of the bucket.
    #[attr(required)]
    pub name: Value<String>,
}

impl Identity<StateBackendModel> for StateBackendIdentity {
    fn of(backend: &StateBackendModel) -> Self {
        Self {
            account_id: backend.account_id.clone(),
            region: backend.region.clone(),
            name: backend.name.clone(),
        }
    }
}

impl StateBackendIdentity {
    /// The id that import takes.
    pub(super) fn import_id(&self) -> String {
        let region = self.region.known().map_or("", Region::as_str);
        format!("{region}/{}", self.name.known().map_or("", String::as_str))
    }
}
