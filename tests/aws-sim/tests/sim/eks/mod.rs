//! EKS: lifecycles and rules.

mod access_entries;
mod addons;
mod clusters;
mod insights;
mod node_groups;
mod pod_identities;
mod requests;
mod tags;
mod tokens;
mod updates;

pub(crate) use requests::cluster_request;
