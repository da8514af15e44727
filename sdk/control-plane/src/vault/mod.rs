//! Secrets at rest: sealed with AES-256-GCM under a data key of their own, which is wrapped by a master key.
//!
//! The master keys are in a file outside the database, as they are or wrapped by AWS KMS ([`keyring`]). What is sealed says where it belongs ([`Place`]):
//! a row that was moved to another object, scope or workspace does not open. Sealed values are in columns `sealed`
//! and `sealed_by` beside the documents they belong to, so that they go when the object goes; [`TABLES`] lists where.

mod envelope;
mod key_file;
mod key_list;
mod keyring;
mod kms;
mod material;
mod open;
mod place;
mod rewrap;
mod store;

pub(crate) use envelope::{Sealed, Unreadable};
pub use key_file::KeyFileError;
pub use keyring::generate;
pub use kms::{KmsError, KmsKey, NotAKmsKey, generate as generate_in_kms};
pub(crate) use material::Material;
pub(crate) use open::Vault;
pub use open::VaultError;
pub(crate) use place::Place;
pub use rewrap::{Rewrapped, rewrap};
