//! The keys access tokens are signed with: RSA, kept in the database, so that all servers on it have the same; the private
//! ones are sealed.
//!
//! The newest one signs. Those before it stay good, and published, until every token that they have signed has expired.

mod key;
mod keys;
mod published;
pub(crate) mod rotation;
mod take_over;

pub(crate) use keys::SigningKeys;
pub(crate) use published::{KeySet, forget_old, published};
pub(crate) use take_over::seal_plain;
