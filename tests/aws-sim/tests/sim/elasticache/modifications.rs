use super::requests::{check_status, described, have_main, have_small};
use crate::stand_in::{Answer, StandIn, with_stand_in};

async fn modify(aws: &StandIn, id: &str, parameters: &[(&str, &str)]) {
    let all: Vec<_> = [("ReplicationGroupId", id)].into_iter().chain(parameters.iter().copied()).collect();
    aws.query("elasticache", "ModifyReplicationGroup", &all).await;
}

async fn check_refused(aws: &StandIn, id: &str, parameters: &[(&str, &str)], code: &str) {
    let all: Vec<_> = [("ReplicationGroupId", id)].into_iter().chain(parameters.iter().copied()).collect();
    aws.query_refuses("elasticache", ("ModifyReplicationGroup", &all), code).await;
}

async fn first_cluster(aws: &StandIn, id: &str) -> Answer {
    aws.query("elasticache", "DescribeCacheClusters", &[("CacheClusterId", id)]).await
}

#[tokio::test]
async fn a_version_is_applied_immediately_if_that_is_asked_for() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        modify(aws, "main", &[("EngineVersion", "7.1"), ("ApplyImmediately", "true")]).await;
        check_status(aws, "main", "modifying").await;
        assert_eq!(
            first_cluster(aws, "main-0001-001").await.element("PendingModifiedValues"),
            Some("<EngineVersion>7.1.0</EngineVersion>")
        );
        aws.advance(900).await;
        check_status(aws, "main", "available").await;
        assert_eq!(first_cluster(aws, "main-0001-001").await.elements("EngineVersion"), ["7.1.0"]);
    })
    .await;
}

#[tokio::test]
async fn machines_wait_for_the_maintenance_window_otherwise() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        modify(aws, "main", &[("CacheNodeType", "cache.r6g.xlarge")]).await;
        aws.advance(60).await;
        check_status(aws, "main", "available").await;
        assert_eq!(described(aws, "main").await.element("CacheNodeType"), Some("cache.r6g.large"));
        aws.finish().await;
        assert_eq!(described(aws, "main").await.element("CacheNodeType"), Some("cache.r6g.xlarge"));
        // The window is on Sundays at five; machines take a quarter of an hour.
        let now = aws.admin("GET", "clock", serde_json::Value::Null).await["now"].clone();
        assert_eq!(now, "2026-01-04T05:15:00Z");
    })
    .await;
}

#[tokio::test]
async fn redis_becomes_valkey_with_the_parameters_of_it() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        check_refused(aws, "main", &[("EngineVersion", "6.2")], "InvalidParameterCombination").await;
        let change = [("Engine", "valkey"), ("EngineVersion", "8.0"), ("ApplyImmediately", "true")];
        modify(aws, "main", &change).await;
        aws.finish().await;
        assert_eq!(described(aws, "main").await.element("Engine"), Some("valkey"));
        let cluster = first_cluster(aws, "main-0001-001").await;
        assert_eq!(cluster.element("CacheParameterGroupName"), Some("default.valkey8.cluster.on"));
    })
    .await;
}

#[tokio::test]
async fn small_changes_take_a_minute_and_wait_for_nothing() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        modify(
            aws,
            "main",
            &[("SnapshotRetentionLimit", "7"), ("SecurityGroupIds.SecurityGroupId.1", "sg-1")],
        )
        .await;
        aws.advance(60).await;
        assert_eq!(described(aws, "main").await.element("SnapshotRetentionLimit"), Some("7"));
        assert_eq!(first_cluster(aws, "main-0001-001").await.element("SecurityGroupId"), Some("sg-1"));
    })
    .await;
}

#[tokio::test]
async fn failover_needs_replicas_and_clusters_need_failover() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        have_small(aws).await;
        check_refused(aws, "main", &[("AutomaticFailoverEnabled", "false")], "InvalidParameterCombination")
            .await;
        check_refused(aws, "small", &[("AutomaticFailoverEnabled", "false")], "InvalidParameterCombination")
            .await;
        modify(aws, "small", &[("AutomaticFailoverEnabled", "false"), ("MultiAZEnabled", "false")]).await;
        aws.finish().await;
        assert_eq!(described(aws, "small").await.element("AutomaticFailover"), Some("disabled"));
    })
    .await;
}
