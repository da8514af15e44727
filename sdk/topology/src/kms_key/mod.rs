//! `sparki_kms_key`: one key in several regions.

mod aliases;
mod answer;
mod cost;
mod given;
mod group;
mod identity;
mod list;
mod make;
mod model;
mod plan;
mod policy;
mod preflight;
mod remote;
mod requests;
mod settings;
mod steps;
#[cfg(test)]
mod tests;

pub use identity::KmsKeyIdentity;
pub use list::KmsKeyFilter;
pub use model::{KmsKeyModel, Rotation};

use sparki_core::{DefaultTimeouts, Resource};

/// Marker of the resource type `sparki_kms_key`.
#[derive(Clone, Copy, Debug)]
pub enum KmsKey {}

impl Resource for KmsKey {
    const TYPE_NAME: &'static str = "sparki_kms_key";
    /// AWS makes a replica in less than a minute, and moves the primary role in about one.
    const TIMEOUTS: DefaultTimeouts = DefaultTimeouts::minutes(15, 5, 15, 5);
    type Model = KmsKeyModel;
    type Identity = KmsKeyIdentity;
}
