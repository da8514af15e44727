//! OIDC trusts: whose word is taken for a service account. A program that shows a token of the issuer, for the right audience and
//! about the right subject, becomes the service account for a while ([`exchange`](crate::auth::exchange)).

mod glob;
mod issuer;
mod model;
mod rules;
mod terms;
mod warnings;

pub(crate) use issuer::{Reach, reach};
pub(crate) use model::{OIDC_TRUST, OidcTrust};
pub(crate) use terms::Terms;
