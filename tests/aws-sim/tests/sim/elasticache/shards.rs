use super::requests::{check_status, described, have_main, have_small};
use crate::stand_in::{StandIn, with_stand_in};

async fn change(aws: &StandIn, action: &str, id: &str, parameters: &[(&str, &str)]) {
    aws.query("elasticache", action, &all(id, parameters)).await;
}

async fn check_refused(aws: &StandIn, (action, id): (&str, &str), parameters: &[(&str, &str)], code: &str) {
    aws.query_refuses("elasticache", (action, &all(id, parameters)), code).await;
}

fn all<'a>(id: &'a str, parameters: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let fixed = [("ReplicationGroupId", id), ("ApplyImmediately", "true")];
    fixed.into_iter().chain(parameters.iter().copied()).collect()
}

const RESHARD: &str = "ModifyReplicationGroupShardConfiguration";

#[tokio::test]
async fn a_group_gets_more_shards_with_as_many_replicas() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        change(aws, RESHARD, "main", &[("NodeGroupCount", "5")]).await;
        check_status(aws, "main", "modifying").await;
        assert!(described(aws, "main").await.element("Resharding").is_some());
        aws.advance(600).await;
        let found = described(aws, "main").await;
        assert_eq!(found.elements("NodeGroupId").len(), 5);
        assert_eq!(found.elements("CacheClusterId").len(), 10);
        assert_eq!(found.elements("Slots")[4], "13107-16383");
        assert_eq!(found.element("Resharding"), None);
    })
    .await;
}

#[tokio::test]
async fn a_group_gets_fewer_shards_once_they_are_named() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        check_refused(aws, (RESHARD, "main"), &[("NodeGroupCount", "2")], "InvalidParameterCombination")
            .await;
        check_refused(aws, (RESHARD, "main"), &[("NodeGroupCount", "3")], "InvalidParameterValue").await;
        let fewer = [("NodeGroupCount", "2"), ("NodeGroupsToRemove.NodeGroupToRemove.1", "0002")];
        change(aws, RESHARD, "main", &fewer).await;
        aws.advance(600).await;
        assert_eq!(described(aws, "main").await.elements("NodeGroupId"), ["0001", "0003"]);
    })
    .await;
}

#[tokio::test]
async fn a_group_of_one_shard_is_not_resharded() {
    with_stand_in(async |aws| {
        have_small(aws).await;
        check_refused(aws, (RESHARD, "small"), &[("NodeGroupCount", "2")], "InvalidParameterCombination")
            .await;
    })
    .await;
}

#[tokio::test]
async fn replicas_come_and_go() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        change(aws, "IncreaseReplicaCount", "main", &[("NewReplicaCount", "2")]).await;
        aws.advance(300).await;
        assert_eq!(described(aws, "main").await.elements("CacheClusterId").len(), 9);
        check_refused(aws, ("IncreaseReplicaCount", "main"), &[("NewReplicaCount", "2")], "NoOperationFault")
            .await;
        check_refused(
            aws,
            ("IncreaseReplicaCount", "main"),
            &[("NewReplicaCount", "1")],
            "InvalidParameterValue",
        )
        .await;
        let one = [
            ("ReplicaConfiguration.ConfigureShard.1.NodeGroupId", "2"),
            ("ReplicaConfiguration.ConfigureShard.1.NewReplicaCount", "1"),
        ];
        change(aws, "DecreaseReplicaCount", "main", &one).await;
        aws.advance(300).await;
        assert_eq!(described(aws, "main").await.elements("CacheClusterId").len(), 8);
        check_refused(
            aws,
            ("DecreaseReplicaCount", "main"),
            &[("NewReplicaCount", "0")],
            "InvalidParameterValue",
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_failover_makes_a_replica_the_primary() {
    with_stand_in(async |aws| {
        have_small(aws).await;
        let failover = [("ReplicationGroupId", "small"), ("NodeGroupId", "0001")];
        aws.query("elasticache", "TestFailover", &failover).await;
        check_status(aws, "small", "modifying").await;
        aws.advance(60).await;
        let found = described(aws, "small").await;
        assert_eq!(found.elements("CurrentRole"), ["replica", "primary", "replica"]);
        let none = [("ReplicationGroupId", "small"), ("NodeGroupId", "0009")];
        aws.query_refuses("elasticache", ("TestFailover", &none), "NodeGroupNotFoundFault").await;
    })
    .await;
}

#[tokio::test]
async fn failovers_are_tried_fifteen_times_a_day() {
    with_stand_in(async |aws| {
        have_small(aws).await;
        let failover = [("ReplicationGroupId", "small"), ("NodeGroupId", "0001")];
        for _ in 0..15 {
            aws.query("elasticache", "TestFailover", &failover).await;
            aws.advance(60).await;
        }
        let call = ("TestFailover", failover.as_slice());
        aws.query_refuses("elasticache", call, "APICallRateForCustomerExceeded").await;
        aws.advance(24 * 3600).await;
        aws.query("elasticache", "TestFailover", &failover).await;
    })
    .await;
}
