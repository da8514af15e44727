//! Kubernetes clusters: EKS.

mod access_entry;
mod addon;
mod cluster;
mod insights;
mod lookup;
mod node_group;
mod operations;
mod pages;
mod pod_identity;
mod state;
mod tags;
mod updates;
mod versions;

pub(crate) use insights::{Finding, Insights};
pub(crate) use operations::behaviour;
pub(crate) use state::Eks;
