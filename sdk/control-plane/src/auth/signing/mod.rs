//! The keys access tokens are signed with: RSA, kept in the database, so that all servers on it have the same.
//!
//! The newest one signs. Those before it stay good, and published, until every token that they have signed has expired.

mod key;
mod keys;
mod published;
pub(crate) mod rotation;

pub(crate) use keys::SigningKeys;
pub(crate) use published::{KeySet, forget_old, published};
