//! What identifies a distribution.

use sparki_core::{Id, Identity, Value};
use sparki_derive::Model;

use super::{CloudfrontDistribution, CloudfrontDistributionModel};
use crate::operation::account_of;

/// Identity of a CloudFront distribution: account and id, of which neither can be changed.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct CloudfrontDistributionIdentity {
    /// AWS account of the distribution, 12 digits. The one of the credentials if it is not given.
    #[attr(optional)]
    pub account_id: Value<String>,
    /// Id of the distribution.
    #[attr(required)]
    pub id: Value<Id<CloudfrontDistribution>>,
}

impl Identity<CloudfrontDistributionModel> for CloudfrontDistributionIdentity {
    fn of(distribution: &CloudfrontDistributionModel) -> Self {
        Self { account_id: account_of(&distribution.arn), id: distribution.id.clone() }
    }
}

impl CloudfrontDistributionIdentity {
    /// The id that import takes.
    pub(super) fn import_id(&self) -> String {
        self.id.known().map(|id| id.as_str().to_owned()).unwrap_or_default()
    }
}
