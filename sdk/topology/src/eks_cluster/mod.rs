//! `sparki_eks_cluster`: the control plane of a Kubernetes cluster on AWS.

mod access;
mod access_changes;
mod access_entry;
mod answer;
mod cost;
mod identity;
mod insights;
mod list;
mod model;
mod oidc;
mod plan;
mod preflight;
mod quota;
mod remote;
mod removal;
mod requests;
#[cfg(test)]
mod tests;

pub use access_entry::{AccessEntry, AccessScope, AuthenticationMode, EntryType};
pub use identity::EksClusterIdentity;
pub use list::EksClusterFilter;
pub use model::{EksClusterModel, Endpoint, LogType, SupportType};

use sparki_core::{DefaultTimeouts, Resource};

/// Marker of the resource type `sparki_eks_cluster`.
#[derive(Clone, Copy, Debug)]
pub enum EksCluster {}

impl Resource for EksCluster {
    const TYPE_NAME: &'static str = "sparki_eks_cluster";
    /// AWS takes 8 to 11 minutes to make a cluster, about 10 to upgrade it by one version, and 3 to remove it.
    const TIMEOUTS: DefaultTimeouts = DefaultTimeouts::minutes(30, 5, 60, 20);
    type Model = EksClusterModel;
    type Identity = EksClusterIdentity;
}
