//! What AWS does and moto does not, by the stand-in: statuses that take their time, updates with ids, rules of versions.

mod access_entries;
mod addons;
mod buckets;
mod caches;
mod clusters;
mod costs;
mod default_tags;
mod distributions;
mod held_names;
mod insights;
mod keys;
mod launch_templates;
mod lock_tables;
mod lost_regions;
mod node_groups;
mod pod_identities;
mod preflights;
mod quotas;
mod replicas;
mod roles;
mod roles_just_made;
mod room;
mod secrets;
mod security_groups;
mod shortages;
mod stand_in;
mod taken_up;
mod vpc_peerings;
mod vpcs;

use std::collections::BTreeSet;
use std::sync::Arc;

use sparki_aws::Aws;
use sparki_core::{Planned, Reconcile, State};
use sparki_topology::eks_cluster::EksClusterModel;
use sparki_topology::{EksCluster, EksNodeGroup};

use crate::support::{cluster, node_group, operation};

/// A cluster that can be removed, of this name and version.
async fn with_cluster(aws: &Arc<Aws>, name: &str, version: &str) -> State<EksClusterModel> {
    let (ctx, _) = operation(aws);
    let planned = cluster(name).version(version).deletion_protection(false);
    EksCluster::create(&ctx, Planned::new(planned)).await.expect("nothing is in the way of a cluster")
}

/// The cluster `main` in these subnets, which moto has.
async fn cluster_in(aws: &Arc<Aws>, subnets: [String; 2]) {
    let (ctx, _) = operation(aws);
    let mut planned = cluster("main").deletion_protection(false);
    planned.subnet_ids = BTreeSet::from(subnets).into();
    EksCluster::create(&ctx, Planned::new(planned)).await.expect("nothing is in the way of a cluster");
}

/// A node group of the cluster, with its version.
async fn with_nodes(aws: &Arc<Aws>, cluster: &str, version: &str) {
    let (ctx, _) = operation(aws);
    let planned = Planned::new(node_group(cluster, "workers").version(version));
    EksNodeGroup::create(&ctx, planned).await.expect("nothing is in the way of a node group");
}
