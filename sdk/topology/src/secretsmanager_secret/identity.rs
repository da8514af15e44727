//! What identifies a secret.

use sparki_aws::Region;
use sparki_core::{Identity, Value};
use sparki_derive::Model;

use super::SecretsmanagerSecretModel;
use crate::operation::account_of;

/// Identity of a secret: account, region and name, of which none can be changed.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct SecretsmanagerSecretIdentity {
    /// AWS account of the secret, 12 digits. The one of the credentials if it is not given.
    #[attr(optional)]
    pub account_id: Value<String>,
    /// AWS region of the secret, not of a replica.
    #[attr(required)]
    pub region: Value<Region>,
    /// Name of the secret.
    #[attr(required)]
    pub name: Value<String>,
}

impl Identity<SecretsmanagerSecretModel> for SecretsmanagerSecretIdentity {
    fn of(secret: &SecretsmanagerSecretModel) -> Self {
        Self { account_id: account_of(&secret.arn), region: secret.region.clone(), name: secret.name.clone() }
    }
}

impl SecretsmanagerSecretIdentity {
    /// The id that import takes.
    pub(super) fn import_id(&self) -> String {
        let region = self.region.known().map_or("", Region::as_str);
        format!("{region}/{}", self.name.known().map_or("", String::as_str))
    }
}
