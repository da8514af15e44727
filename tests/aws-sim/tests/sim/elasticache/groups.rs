use serde_json::json;

use super::requests::{MAIN, check_status, described, have_main, have_small, main_with};
use crate::stand_in::with_stand_in;

#[tokio::test]
async fn a_group_is_creating_for_eleven_minutes() {
    with_stand_in(async |aws| {
        aws.query("elasticache", "CreateReplicationGroup", &MAIN).await;
        check_status(aws, "main", "creating").await;
        assert_eq!(described(aws, "main").await.element("ConfigurationEndpoint"), None);
        aws.advance(660).await;
        check_status(aws, "main", "available").await;
        let found = described(aws, "main").await;
        assert!(found.element("ConfigurationEndpoint").unwrap().contains("clustercfg.main."));
        assert_eq!(found.elements("NodeGroupId"), ["0001", "0002", "0003"]);
        assert_eq!(found.elements("Slots"), ["0-5460", "5461-10921", "10922-16383"]);
        assert_eq!(found.elements("CacheClusterId").len(), 6);
        assert_eq!(found.element("ClusterEnabled"), Some("true"));
    })
    .await;
}

#[tokio::test]
async fn members_are_cache_clusters() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        let one = [("CacheClusterId", "main-0002-001"), ("ShowCacheNodeInfo", "true")];
        let found = aws.query("elasticache", "DescribeCacheClusters", &one).await;
        assert_eq!(found.element("EngineVersion"), Some("7.0.7"));
        assert_eq!(found.element("CacheParameterGroupName"), Some("default.redis7.cluster.on"));
        assert_eq!(found.element("CacheClusterStatus"), Some("available"));
        assert_eq!(
            found.element("ARN"),
            Some("arn:aws:elasticache:us-east-1:123456789012:cluster:main-0002-001")
        );
        let none = [("CacheClusterId", "main-0009-001")];
        aws.query_refuses("elasticache", ("DescribeCacheClusters", &none), "CacheClusterNotFound").await;
    })
    .await;
}

#[tokio::test]
async fn a_group_of_one_shard_says_who_is_primary() {
    with_stand_in(async |aws| {
        have_small(aws).await;
        let found = described(aws, "small").await;
        assert_eq!(found.elements("CurrentRole"), ["primary", "replica", "replica"]);
        assert_eq!(found.elements("ClusterId"), ["small-001", "small-002", "small-003"]);
        assert!(found.element("PrimaryEndpoint").unwrap().contains("master.small."));
        assert_eq!(found.element("ConfigurationEndpoint"), None);
    })
    .await;
}

#[tokio::test]
async fn codes_are_those_of_the_wire() {
    with_stand_in(async |aws| {
        let none = [("ReplicationGroupId", "none")];
        aws.query_refuses(
            "elasticache",
            ("DescribeReplicationGroups", &none),
            "ReplicationGroupNotFoundFault",
        )
        .await;
        have_main(aws).await;
        aws.query_refuses("elasticache", ("CreateReplicationGroup", &MAIN), "ReplicationGroupAlreadyExists")
            .await;
        let change = [("ReplicationGroupId", "main"), ("ReplicationGroupDescription", "other")];
        aws.query("elasticache", "ModifyReplicationGroup", &change).await;
        let call = ("ModifyReplicationGroup", change.as_slice());
        aws.query_refuses("elasticache", call, "InvalidReplicationGroupState").await;
    })
    .await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    with_stand_in(async |aws| {
        for (others, code) in [
            (&[("EngineVersion", "3.1")][..], "InvalidParameterCombination"),
            (&[("CacheNodeType", "cache.x9.huge")], "InvalidParameterValue"),
            (&[("ReplicationGroupId", "9main")], "InvalidParameterValue"),
            (&[("NumNodeGroups", "500")], "InvalidParameterValue"),
            (&[("ReplicasPerNodeGroup", "0")], "InvalidParameterCombination"),
            (&[("AutomaticFailoverEnabled", "false")], "InvalidParameterCombination"),
            (&[("AuthToken", "a token that is long")], "InvalidParameterCombination"),
            (&[("AuthToken", "short"), ("TransitEncryptionEnabled", "true")], "InvalidParameterValue"),
            (&[("CacheParameterGroupName", "default.redis6.x.cluster.on")], "InvalidParameterCombination"),
            (&[("CacheParameterGroupName", "default.redis7")], "InvalidParameterCombination"),
            (&[("CacheParameterGroupName", "none")], "CacheParameterGroupNotFound"),
            (&[("CacheSubnetGroupName", "none")], "CacheSubnetGroupNotFoundFault"),
        ] {
            let call = ("CreateReplicationGroup", main_with(others));
            aws.query_refuses("elasticache", (call.0, &call.1), code).await;
        }
    })
    .await;
}

#[tokio::test]
async fn groups_in_use_are_not_deleted() {
    with_stand_in(async |aws| {
        let subnets = [
            ("CacheSubnetGroupName", "main"),
            ("CacheSubnetGroupDescription", "of tests"),
            ("SubnetIds.SubnetIdentifier.1", "subnet-1"),
        ];
        aws.query("elasticache", "CreateCacheSubnetGroup", &subnets).await;
        let parameters = [
            ("CacheParameterGroupName", "main"),
            ("CacheParameterGroupFamily", "redis7"),
            ("Description", "of tests"),
        ];
        aws.query("elasticache", "CreateCacheParameterGroup", &parameters).await;
        let set = [
            ("CacheParameterGroupName", "main"),
            ("ParameterNameValues.ParameterNameValue.1.ParameterName", "cluster-enabled"),
            ("ParameterNameValues.ParameterNameValue.1.ParameterValue", "yes"),
        ];
        aws.query("elasticache", "ModifyCacheParameterGroup", &set).await;
        let request = main_with(&[("CacheSubnetGroupName", "main"), ("CacheParameterGroupName", "main")]);
        aws.query("elasticache", "CreateReplicationGroup", &request).await;
        aws.finish().await;
        aws.query_refuses("elasticache", ("DeleteCacheSubnetGroup", &subnets[..1]), "CacheSubnetGroupInUse")
            .await;
        let call = ("DeleteCacheParameterGroup", &parameters[..1]);
        aws.query_refuses("elasticache", call, "InvalidCacheParameterGroupState").await;
        aws.query("elasticache", "DeleteReplicationGroup", &[("ReplicationGroupId", "main")]).await;
        check_status(aws, "main", "deleting").await;
        aws.advance(420).await;
        aws.query("elasticache", "DeleteCacheSubnetGroup", &subnets[..1]).await;
        aws.query("elasticache", "DeleteCacheParameterGroup", &parameters[..1]).await;
    })
    .await;
}

#[tokio::test]
async fn a_final_snapshot_stays() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        let delete = [("ReplicationGroupId", "main"), ("FinalSnapshotIdentifier", "last")];
        aws.query("elasticache", "DeleteReplicationGroup", &delete).await;
        aws.finish().await;
        let found = aws.query("elasticache", "DescribeSnapshots", &[("SnapshotName", "last")]).await;
        assert_eq!(
            (found.element("SnapshotStatus"), found.element("NumNodeGroups")),
            (Some("available"), Some("3"))
        );
        aws.query("elasticache", "DeleteSnapshot", &[("SnapshotName", "last")]).await;
    })
    .await;
}

#[tokio::test]
async fn tags_are_added_and_removed_by_arn_and_not_described() {
    with_stand_in(async |aws| {
        let request = main_with(&[("Tags.Tag.1.Key", "team"), ("Tags.Tag.1.Value", "core")]);
        aws.query("elasticache", "CreateReplicationGroup", &request).await;
        let arn = "arn:aws:elasticache:us-east-1:123456789012:replicationgroup:main";
        let add = [("ResourceName", arn), ("Tags.Tag.1.Key", "cost"), ("Tags.Tag.1.Value", "1")];
        let all = aws.query("elasticache", "AddTagsToResource", &add).await;
        assert_eq!(all.elements("Key"), ["team", "cost"]);
        let remove = [("ResourceName", arn), ("TagKeys.member.1", "team")];
        let rest = aws.query("elasticache", "RemoveTagsFromResource", &remove).await;
        assert_eq!(rest.elements("Key"), ["cost"]);
        assert_eq!(described(aws, "main").await.elements("Key"), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn faults_have_the_codes_of_elasticache() {
    with_stand_in(async |aws| {
        for (kind, code) in [
            ("throttle", "Throttling"),
            ("server_error", "InternalFailure"),
            ("capacity", "InsufficientCacheClusterCapacity"),
            ("quota", "ClusterQuotaForCustomerExceeded"),
        ] {
            aws.order(json!([{ "kind": kind }])).await;
            aws.query_refuses("elasticache", ("CreateReplicationGroup", &MAIN), code).await;
        }
        aws.order(json!([{ "kind": "failure" }])).await;
        aws.query("elasticache", "CreateReplicationGroup", &MAIN).await;
        aws.order(json!([])).await;
        aws.finish().await;
        check_status(aws, "main", "create-failed").await;
    })
    .await;
}
