//! `sparki_eks_pod_identity`: the role that pods of a service account have on AWS.

mod answer;
mod identity;
mod list;
mod look;
mod model;
mod plan;
mod remote;
mod requests;
#[cfg(test)]
mod tests;

pub use identity::EksPodIdentityIdentity;
pub use list::EksPodIdentityFilter;
pub use model::EksPodIdentityModel;

use sparki_core::{DefaultTimeouts, Resource};

/// Marker of the resource type `sparki_eks_pod_identity`.
#[derive(Clone, Copy, Debug)]
pub enum EksPodIdentity {}

impl Resource for EksPodIdentity {
    const TYPE_NAME: &'static str = "sparki_eks_pod_identity";
    /// AWS answers at once; what takes time is a cluster that is busy, or a role that is not known everywhere yet.
    const TIMEOUTS: DefaultTimeouts = DefaultTimeouts::minutes(10, 5, 10, 10);
    type Model = EksPodIdentityModel;
    type Identity = EksPodIdentityIdentity;
}
