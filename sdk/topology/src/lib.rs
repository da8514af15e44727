//! Resource types on AWS, one folder each.
//!
//! A folder holds `model.rs` (what it is), `plan.rs` (rules, pure), `requests.rs` and `answer.rs` (what is sent and
//! what comes back, pure) and `remote.rs` (how it talks). What the types of one AWS service share stands in a module
//! named after the service, and what those of every service share in `operation`. To add a type, add its folder and its two lines here.

pub mod cloudfront_distribution;
mod cost;
mod ec2;
mod eks;
pub mod eks_addon;
pub mod eks_cluster;
pub mod eks_node_group;
pub mod eks_pod_identity;
mod elasticache;
pub mod elasticache_redis;
pub mod iam_role;
pub mod kms_key;
pub mod load_balancer;
mod operation;
mod quota;
mod rds;
pub mod rds_replica;
mod s3;
pub mod s3_bucket;
pub mod secretsmanager_secret;
pub mod security_group;
pub mod state_backend;
pub mod vpc;
pub mod vpc_peering;

use sparki_core::{Erased, Registry};

pub use cloudfront_distribution::CloudfrontDistribution;
pub use eks_addon::EksAddon;
pub use eks_cluster::EksCluster;
pub use eks_node_group::EksNodeGroup;
pub use eks_pod_identity::EksPodIdentity;
pub use elasticache_redis::ElasticacheRedis;
pub use iam_role::IamRole;
pub use kms_key::KmsKey;
pub use load_balancer::LoadBalancer;
pub use operation::{PolicyText, key_is_free};
pub use rds_replica::RdsReplica;
pub use s3_bucket::S3Bucket;
pub use secretsmanager_secret::SecretsmanagerSecret;
pub use security_group::SecurityGroup;
pub use state_backend::StateBackend;
pub use vpc::Vpc;
pub use vpc_peering::VpcPeering;

/// Every resource type on AWS, with the data source of each.
#[must_use]
pub fn registry() -> Registry {
    Registry::new()
        .resource(Erased::<CloudfrontDistribution>::importable().listable())
        .resource(Erased::<EksAddon>::importable().listable().preflighted())
        .resource(Erased::<EksCluster>::importable().listable().preflighted())
        .resource(Erased::<EksNodeGroup>::importable().listable().preflighted())
        .resource(Erased::<EksPodIdentity>::importable().listable())
        .resource(Erased::<ElasticacheRedis>::importable().listable().preflighted())
        .resource(Erased::<IamRole>::importable().listable())
        .resource(Erased::<KmsKey>::importable().listable().preflighted())
        .resource(Erased::<LoadBalancer>::importable().listable().preflighted())
        .resource(Erased::<RdsReplica>::importable().listable().preflighted())
        .resource(Erased::<S3Bucket>::importable().listable().preflighted())
        .resource(Erased::<SecretsmanagerSecret>::importable().listable())
        .resource(Erased::<SecurityGroup>::importable().listable())
        .resource(Erased::<StateBackend>::importable().listable().preflighted())
        .resource(Erased::<Vpc>::importable().listable().preflighted())
        .resource(Erased::<VpcPeering>::importable().listable().preflighted())
}
