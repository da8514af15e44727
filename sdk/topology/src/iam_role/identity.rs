//! What identifies a role.

use sparki_core::{Identity, Value};
use sparki_derive::Model;

use super::IamRoleModel;
use crate::operation::account_of;

/// Identity of an IAM role: account and name. IAM knows no regions.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct IamRoleIdentity {
    /// AWS account of the role, 12 digits. The one of the credentials if it is not given.
    #[attr(optional)]
    pub account_id: Value<String>,
    /// Name of the role.
    #[attr(required)]
    pub name: Value<String>,
}

impl Identity<IamRoleModel> for IamRoleIdentity {
    fn of(role: &IamRoleModel) -> Self {
        Self { account_id: account_of(&role.arn), name: role.name.clone() }
    }
}

impl IamRoleIdentity {
    /// The id that import takes.
    pub(super) fn import_id(&self) -> String {
        self.name.known().cloned().unwrap_or_default()
    }
}
