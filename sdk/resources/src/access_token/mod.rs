//! `sparki_access_token`: a token of the control plane that lasts for one run.

mod model;
mod remote;
#[cfg(test)]
mod tests;

pub use model::AccessTokenModel;
pub use remote::Lease;

/// Marker of the ephemeral resource type `sparki_access_token`.
#[derive(Clone, Copy, Debug)]
pub enum AccessToken {}
