//! `sparki_eks_node_group`: the machines of a Kubernetes cluster on AWS.

mod answer;
mod cost;
mod identity;
mod list;
mod machine;
mod model;
mod plan;
mod preflight;
mod quota;
mod remote;
mod requests;
mod room;
mod supply;
mod template;
mod template_plan;
mod template_remote;
#[cfg(test)]
mod tests;
mod vcpus;

pub use identity::EksNodeGroupIdentity;
pub use list::EksNodeGroupFilter;
pub use machine::{Condition, Disk, DiskType, HttpTokens, LaunchTemplate, Metadata};
pub use model::{CapacityType, Effect, EksNodeGroupModel, Taint, UpdateStrategy};

use sparki_core::{DefaultTimeouts, Resource};

/// Marker of the resource type `sparki_eks_node_group`.
#[derive(Clone, Copy, Debug)]
pub enum EksNodeGroup {}

impl Resource for EksNodeGroup {
    const TYPE_NAME: &'static str = "sparki_eks_node_group";
    /// AWS takes 2 minutes to make a group and 4 to remove it; an upgrade drains one node after the other.
    const TIMEOUTS: DefaultTimeouts = DefaultTimeouts::minutes(30, 5, 60, 30);
    type Model = EksNodeGroupModel;
    type Identity = EksNodeGroupIdentity;
}
