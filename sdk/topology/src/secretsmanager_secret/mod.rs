//! `sparki_secretsmanager_secret`: a secret with its replicas in other regions.

mod answer;
mod identity;
mod import;
mod key_name;
mod list;
mod look;
mod model;
mod plan;
mod remote;
mod replication;
mod requests;
mod restore;
mod steps;
#[cfg(test)]
mod tests;
mod value;

pub use identity::SecretsmanagerSecretIdentity;
pub use key_name::KeyName;
pub use list::SecretsmanagerSecretFilter;
pub use model::{Generate, Replica, Rotation, SecretsmanagerSecretModel};

use sparki_core::{DefaultTimeouts, Resource};

/// Marker of the resource type `sparki_secretsmanager_secret`.
#[derive(Clone, Copy, Debug)]
pub enum SecretsmanagerSecret {}

impl Resource for SecretsmanagerSecret {
    const TYPE_NAME: &'static str = "sparki_secretsmanager_secret";
    /// AWS answers at once; what takes time are replicas.
    const TIMEOUTS: DefaultTimeouts = DefaultTimeouts::minutes(10, 5, 10, 10);
    type Model = SecretsmanagerSecretModel;
    type Identity = SecretsmanagerSecretIdentity;
}
