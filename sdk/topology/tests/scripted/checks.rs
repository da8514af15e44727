//! What plans are held against where AWS offers less than stand-ins do.

use sparki_core::{Planned, Preflight, Proposal, State};
use sparki_topology::elasticache_redis::ElasticacheRedisModel;
use sparki_topology::rds_replica::RdsReplicaModel;
use sparki_topology::{ElasticacheRedis, RdsReplica};

use super::query::{Script, fixed};
use crate::support::{aws, operation, region, texts};

#[tokio::test]
async fn nodes_that_a_cluster_cannot_go_on_to_are_refused() {
    let script = Script::default().on(
        "ListAllowedNodeTypeModifications",
        [fixed(
            "<ScaleUpModifications><member>cache.r6g.xlarge</member></ScaleUpModifications>\
             <ScaleDownModifications><member>cache.r6g.medium</member></ScaleDownModifications>",
        )],
    );
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let prior = ElasticacheRedisModel::new("sessions", texts(["subnet-1", "subnet-2"]))
        .region(region())
        .node_type("cache.r6g.large")
        .shards(2)
        .replicas_per_shard(1);
    let check = async |kind: &str| {
        let planned = Planned::new(prior.clone().node_type(kind));
        let proposal = Proposal { prior: Some(State::new(prior.clone())), planned };
        ElasticacheRedis::preflight(&ctx, proposal).await.unwrap().to_string()
    };
    assert_eq!(check("cache.r6g.xlarge").await, "");
    assert_eq!(check("cache.r6g.medium").await, "");
    assert_eq!(
        check("cache.t4g.micro").await,
        "error: Nodes out of reach\n  at node_type\n  The cluster \"sessions\" cannot go on to nodes of type \
         cache.t4g.micro. It can to: cache.r6g.xlarge, cache.r6g.medium."
    );
}

/// What is told of a change of a replica, where AWS has its machine with gp2 storage and without a standby only.
async fn check_replica(change: impl FnOnce(RdsReplicaModel) -> RdsReplicaModel) -> (String, usize) {
    let script = Script::default().on(
        "DescribeOrderableDBInstanceOptions",
        [fixed(
            "<OrderableDBInstanceOptions><OrderableDBInstanceOption><Engine>postgres</Engine>\
             <DBInstanceClass>db.m5.large</DBInstanceClass><StorageType>gp2</StorageType>\
             <MultiAZCapable>false</MultiAZCapable><ReadReplicaCapable>true</ReadReplicaCapable>\
             </OrderableDBInstanceOption></OrderableDBInstanceOptions>",
        )],
    );
    let server = script.serve().await;
    let (ctx, _) = operation(&aws(&server.uri()));
    let prior = RdsReplicaModel {
        engine: "postgres".into(),
        engine_version_actual: "15.12".into(),
        ..RdsReplicaModel::new("reader", "shop")
            .region(region())
            .instance_class("db.m5.large")
            .engine_version("15.12")
            .storage_type("gp2")
            .multi_az(false)
    };
    let planned = Planned::new(change(prior.clone()));
    let proposal = Proposal { prior: Some(State::new(prior)), planned };
    let told = RdsReplica::preflight(&ctx, proposal).await.expect("the script answers").to_string();
    (told, script.count("DescribeOrderableDBInstanceOptions"))
}

#[tokio::test]
async fn a_machine_is_asked_for_with_its_version_its_storage_and_its_standby() {
    assert_eq!(check_replica(|replica| replica.backup_retention_days(7)).await, (String::new(), 0));
    assert_eq!(check_replica(|replica| replica.engine_version("15.13")).await, (String::new(), 1));
    let (told, _) = check_replica(|replica| replica.storage_type("io2")).await;
    assert!(told.starts_with("error: Class not offered\n  at storage_type\n"), "{told}");
    assert!(
        told.contains(
            "AWS has no db.m5.large for replicas of postgres 15.12 in us-east-1 with io2 storage. Choose"
        ),
        "{told}"
    );
    let (told, _) = check_replica(|replica| replica.multi_az(true)).await;
    assert!(told.contains("at multi_az\n") && told.contains("with gp2 storage and a standby."), "{told}");
    let (told, _) =
        check_replica(|replica| replica.engine_version("15.13").instance_class("db.m9.large")).await;
    assert!(
        told.contains("at instance_class\n")
            && told.contains("no db.m9.large for replicas of postgres 15.13"),
        "{told}"
    );
}
