//! `sparki_iam_role`: a role with its trust and its policies.

mod answer;
mod identity;
mod list;
mod look;
mod model;
mod plan;
mod remote;
mod requests;
mod steps;
#[cfg(test)]
mod tests;
mod trust;
mod trust_policy;

pub use identity::IamRoleIdentity;
pub use list::IamRoleFilter;
pub use model::IamRoleModel;
pub use trust::{OidcTrust, PrincipalTrust, Trust};

use sparki_core::{DefaultTimeouts, Resource};

/// Marker of the resource type `sparki_iam_role`.
#[derive(Clone, Copy, Debug)]
pub enum IamRole {}

impl Resource for IamRole {
    const TYPE_NAME: &'static str = "sparki_iam_role";
    /// IAM answers at once; what takes time is until all of it knows what was changed.
    const TIMEOUTS: DefaultTimeouts = DefaultTimeouts::minutes(10, 5, 10, 10);
    type Model = IamRoleModel;
    type Identity = IamRoleIdentity;
}
