//! Token exchange (RFC 8693): a CI shows the token that its own system gave it, and gets an access token of a service account.
//!
//! The token is checked like any JWT: signed by the issuer that a trust names, with a key the issuer publishes, for the trust's
//! audience, and in its time. Its subject and claims decide which trust it comes under. It may be shown as often as it is good.

mod claims;
mod fetch;
mod issuers;
mod swap;

pub(crate) use issuers::Issuers;
pub(crate) use swap::{Exchange, swap};
