//! What identifies a key.

use sparki_aws::Region;
use sparki_core::{Identity, Value};
use sparki_derive::Model;

use super::KmsKeyModel;
use crate::operation::account_of;

/// Identity of a KMS key: account, id, and the region by which it was made or imported.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct KmsKeyIdentity {
    /// AWS account of the key, 12 digits. The one of the credentials if it is not given.
    #[attr(optional)]
    pub account_id: Value<String>,
    /// AWS region by which the key was made or imported. For an import any region that has the key will do.
    #[attr(required)]
    pub region: Value<Region>,
    /// AWS's id of the key: `mrk-` and what follows.
    #[attr(required)]
    pub key_id: Value<String>,
}

impl Identity<KmsKeyModel> for KmsKeyIdentity {
    fn of(key: &KmsKeyModel) -> Self {
        let region = |id: &str| id.split_once('/').and_then(|(region, _)| region.parse().ok());
        let region = match &key.id {
            Value::Known(id) => region(id.as_str()).into(),
            Value::Null => Value::Null,
            Value::Unknown(_) => Value::unknown(),
        };
        Self { account_id: account_of(&key.arn), region, key_id: key.key_id.clone() }
    }
}

impl KmsKeyIdentity {
    /// The id that import takes.
    pub(super) fn import_id(&self) -> String {
        let region = self.region.known().map_or("", Region::as_str);
        format!("{region}/{}", self.key_id.known().map_or("", String::as_str))
    }
}
