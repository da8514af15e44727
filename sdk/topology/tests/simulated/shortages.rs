//! What AWS has no machine for, and what the account may have no more of.

use serde_json::json;
use sparki_core::Dynamic;
use sparki_plan::Action;

use super::node_groups::before_moto;
use super::stand_in::StandIn;
use super::{caches, clusters, node_groups, replicas};
use crate::planned::Instance;

/// An object that AWS refuses to make for want of something, which leaves nothing, and to change, which leaves what there is; and
/// what AWS has of it again afterwards.
async fn check_refusal(
    (stand_in, type_name): (&StandIn, &str),
    (create, update): (&str, &str),
    (config, change): (Vec<(&'static str, Dynamic)>, (&'static str, Dynamic)),
    at: &str,
) {
    let refuses = |operation: &str| json!([{ "kind": "capacity", "operation": operation }]);
    let mut instance = Instance::new(type_name, &stand_in.aws);
    stand_in.misbehave(refuses(create)).await;
    let told = instance.fails(&config).await;
    assert!(told.contains(&format!("\n  at {at}\n")), "{told}");
    assert_eq!(instance.state, Dynamic::Null, "{type_name}: nothing was made");
    stand_in.misbehave(json!([{ "kind": "quota", "operation": create }])).await;
    let told = instance.fails(&config).await;
    assert!(told.contains("Ask for a higher quota in Service Quotas"), "{told}");
    assert_eq!(instance.state, Dynamic::Null, "{type_name}: nothing was made");
    stand_in.misbehave(json!([])).await;
    assert_eq!(instance.apply(&config).await, Action::Create);

    let before = instance.state.clone();
    let mut changed = config;
    changed.retain(|(name, _)| *name != change.0);
    changed.push(change);
    stand_in.misbehave(refuses(update)).await;
    let told = instance.fails(&changed).await;
    assert!(told.contains(&format!("\n  at {at}\n")), "{told}");
    assert_eq!(instance.state, before, "{type_name}: it is what it was");
    stand_in.misbehave(json!([])).await;
    assert_eq!(instance.apply(&changed).await, Action::Update);
    assert_eq!(instance.remove().await, "");
}

#[tokio::test]
async fn a_replica_without_a_machine_is_refused_at_its_class() {
    let stand_in = StandIn::start().await;
    let client = replicas::with_database(&stand_in, "shop").await;
    let operations = ("CreateDBInstanceReadReplica", "ModifyDBInstance");
    let changes = (replicas::config(), ("instance_class", "db.r6i.xlarge".into()));
    check_refusal((&stand_in, "sparki_rds_replica"), operations, changes, "instance_class").await;
    assert_eq!(replicas::left(&client).await, [1, 0, 0]);
}

#[tokio::test]
async fn a_cache_without_machines_is_refused_at_its_type() {
    let stand_in = StandIn::start().await;
    let operations = ("CreateReplicationGroup", "ModifyReplicationGroup");
    let changes = (caches::config(), ("node_type", "cache.r6g.xlarge".into()));
    check_refusal((&stand_in, "sparki_elasticache_redis"), operations, changes, "node_type").await;
    assert_eq!(caches::left(&caches::client(&stand_in).await).await, [0, 0, 0]);
}

#[tokio::test]
async fn replicas_of_a_cache_without_machines_are_refused_at_its_type() {
    let stand_in = StandIn::start().await;
    let changes = (caches::config(), ("replicas_per_shard", 2.into()));
    let operations = ("CreateReplicationGroup", "IncreaseReplicaCount");
    check_refusal((&stand_in, "sparki_elasticache_redis"), operations, changes, "node_type").await;
}

#[tokio::test]
async fn a_cluster_in_a_zone_that_is_full_is_refused_at_its_subnets() {
    let stand_in = StandIn::start().await;
    stand_in.misbehave(json!([{ "kind": "capacity", "operation": "CreateCluster" }])).await;
    let mut instance = Instance::new("sparki_eks_cluster", &stand_in.aws);
    let told = instance.fails(&clusters::config()).await;
    assert!(told.contains("\n  at subnet_ids\n"), "{told}");
    stand_in.misbehave(json!([{ "kind": "quota", "operation": "CreateCluster" }])).await;
    let told = instance.fails(&clusters::config()).await;
    assert!(told.contains("Ask for a higher quota in Service Quotas"), "{told}");
    assert_eq!(instance.state, Dynamic::Null);
    stand_in.misbehave(json!([])).await;
    assert_eq!(instance.apply(&clusters::config()).await, Action::Create);
}

#[tokio::test]
async fn nodes_without_machines_are_in_the_state_with_the_reason_and_are_replaced() {
    let (_moto, stand_in, subnets) = before_moto().await;
    let config = node_groups::config(("name", "workers"), &subnets);
    let mut instance = Instance::new("sparki_eks_node_group", &stand_in.aws);
    stand_in.misbehave(json!([{ "kind": "quota", "operation": "CreateNodegroup" }])).await;
    let told = instance.fails(&config).await;
    assert!(told.contains("Ask for a higher quota in Service Quotas"), "{told}");
    assert_eq!(instance.state, Dynamic::Null);

    stand_in.misbehave(json!([{ "kind": "failure", "operation": "CreateNodegroup", "count": 1 }])).await;
    let told = instance.fails(&config).await;
    assert!(
        told.contains("AWS's reason: AsgInstanceLaunchFailures: Could not launch On-Demand Instances"),
        "{told}"
    );
    assert!(
        told.contains("no machine left of these \"instance_types\", name further ones, or \"subnet_ids\""),
        "{told}"
    );
    assert_eq!(instance.state.attribute("status").as_str(), Some("CREATE_FAILED"));
    // Terraform replaces what it has marked as tainted.
    assert_eq!(instance.remove().await, "");
    instance.state = Dynamic::Null;
    assert_eq!(instance.apply(&config).await, Action::Create);
    assert_eq!(instance.state.attribute("status").as_str(), Some("ACTIVE"));
}
