//! Resource types on AWS, one folder each.
//!
//! A folder holds `model.rs` (what it is), `plan.rs` (rules, pure), `requests.rs` and `answer.rs` (what is sent and
//! what comes back, pure) and `remote.rs` (how it talks). What the types of one AWS service share stands in a module
//! named after the service, and what those of every service share in `operation`. To add a type, add its folder and its two lines here.

pub mod cloudfront_distribution;
mod eks;
pub mod eks_addon;
pub mod eks_cluster;
pub mod eks_node_group;
pub mod eks_pod_identity;
pub mod load_balancer;
mod operation;
mod s3;
pub mod s3_bucket;
pub mod state_backend;

use sparki_core::{Erased, Registry};

pub use cloudfront_distribution::CloudfrontDistribution;
pub use eks_addon::EksAddon;
pub use eks_cluster::EksCluster;
pub use eks_node_group::EksNodeGroup;
pub use eks_pod_identity::EksPodIdentity;
pub use load_balancer::LoadBalancer;
pub use s3_bucket::S3Bucket;
pub use state_backend::StateBackend;

/// Every resource type on AWS, with the data source of each.
#[must_use]
pub fn registry() -> Registry {
    Registry::new()
        .resource(Erased::<CloudfrontDistribution>::importable().listable())
        .resource(Erased::<EksAddon>::importable().listable().preflighted())
        .resource(Erased::<EksCluster>::importable().listable().preflighted())
        .resource(Erased::<EksNodeGroup>::importable().listable().preflighted())
        .resource(Erased::<EksPodIdentity>::importable().listable())
        .resource(Erased::<LoadBalancer>::importable().listable())
        .resource(Erased::<S3Bucket>::importable().listable())
        .resource(Erased::<StateBackend>::importable().listable())
}
