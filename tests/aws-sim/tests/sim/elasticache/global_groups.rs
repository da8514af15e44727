use super::requests::{described, described_in, have_main};
use crate::stand_in::{Answer, StandIn, with_stand_in};

const ID: &str = "ldgnf-world";
const ELSEWHERE: &str = "us-west-2";

async fn have_global(aws: &StandIn) {
    have_main(aws).await;
    let parameters = [("GlobalReplicationGroupIdSuffix", "world"), ("PrimaryReplicationGroupId", "main")];
    aws.query("elasticache", "CreateGlobalReplicationGroup", &parameters).await;
    aws.advance(300).await;
}

async fn have_secondary(aws: &StandIn) {
    let parameters = [
        ("ReplicationGroupId", "standby"),
        ("ReplicationGroupDescription", "of tests"),
        ("GlobalReplicationGroupId", ID),
        ("ReplicasPerNodeGroup", "1"),
    ];
    let answer =
        aws.query_in(("elasticache", ELSEWHERE), "CreateReplicationGroup", &parameters).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
    aws.advance(780).await;
}

async fn global(aws: &StandIn) -> Answer {
    let parameters = [("GlobalReplicationGroupId", ID), ("ShowMemberInfo", "true")];
    aws.query("elasticache", "DescribeGlobalReplicationGroups", &parameters).await
}

/// Statuses of the members, and of the group itself at the end.
async fn check_statuses(aws: &StandIn, expected: &[&str]) {
    assert_eq!(global(aws).await.elements("Status"), expected);
}

#[tokio::test]
async fn a_global_group_begins_with_its_primary() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        let parameters = [("GlobalReplicationGroupIdSuffix", "world"), ("PrimaryReplicationGroupId", "main")];
        aws.query("elasticache", "CreateGlobalReplicationGroup", &parameters).await;
        check_statuses(aws, &["associating", "creating"]).await;
        aws.advance(300).await;
        check_statuses(aws, &["associated", "primary-only"]).await;
        let main = described(aws, "main").await;
        assert_eq!(main.element("GlobalReplicationGroupMemberRole"), Some("PRIMARY"));
        let delete = [("ReplicationGroupId", "main")];
        let call = ("DeleteReplicationGroup", delete.as_slice());
        aws.query_refuses("elasticache", call, "InvalidReplicationGroupState").await;
    })
    .await;
}

#[tokio::test]
async fn a_secondary_is_like_its_primary() {
    with_stand_in(async |aws| {
        have_global(aws).await;
        have_secondary(aws).await;
        check_statuses(aws, &["associated", "associated", "available"]).await;
        let standby = described_in(aws, ELSEWHERE, "standby").await;
        assert_eq!(standby.elements("NodeGroupId").len(), 3);
        assert_eq!(standby.element("CacheNodeType"), Some("cache.r6g.large"));
        assert_eq!(standby.element("GlobalReplicationGroupMemberRole"), Some("SECONDARY"));
    })
    .await;
}

#[tokio::test]
async fn a_secondary_may_not_differ() {
    with_stand_in(async |aws| {
        have_global(aws).await;
        let parameters = [
            ("ReplicationGroupId", "standby"),
            ("ReplicationGroupDescription", "of tests"),
            ("GlobalReplicationGroupId", ID),
            ("CacheNodeType", "cache.r6g.xlarge"),
        ];
        let answer =
            aws.query_in(("elasticache", ELSEWHERE), "CreateReplicationGroup", &parameters).await.unwrap();
        assert_eq!(answer.element("Code"), Some("InvalidParameterCombination"));
    })
    .await;
}

#[tokio::test]
async fn roles_change_in_a_failover() {
    with_stand_in(async |aws| {
        have_global(aws).await;
        have_secondary(aws).await;
        let failover = [
            ("GlobalReplicationGroupId", ID),
            ("PrimaryRegion", ELSEWHERE),
            ("PrimaryReplicationGroupId", "standby"),
        ];
        aws.query("elasticache", "FailoverGlobalReplicationGroup", &failover).await;
        let call = ("FailoverGlobalReplicationGroup", failover.as_slice());
        aws.query_refuses("elasticache", call, "InvalidGlobalReplicationGroupState").await;
        aws.advance(60).await;
        assert_eq!(global(aws).await.elements("Role"), ["SECONDARY", "PRIMARY"]);
        let standby = described_in(aws, ELSEWHERE, "standby").await;
        assert_eq!(standby.element("GlobalReplicationGroupMemberRole"), Some("PRIMARY"));
        aws.query_refuses("elasticache", call, "InvalidParameterValue").await;
    })
    .await;
}

#[tokio::test]
async fn a_global_group_is_taken_apart_from_its_secondaries() {
    with_stand_in(async |aws| {
        have_global(aws).await;
        have_secondary(aws).await;
        let delete = [("GlobalReplicationGroupId", ID), ("RetainPrimaryReplicationGroup", "true")];
        let call = ("DeleteGlobalReplicationGroup", delete.as_slice());
        aws.query_refuses("elasticache", call, "InvalidGlobalReplicationGroupState").await;
        let primary = [
            ("GlobalReplicationGroupId", ID),
            ("ReplicationGroupId", "main"),
            ("ReplicationGroupRegion", "us-east-1"),
        ];
        let call = ("DisassociateGlobalReplicationGroup", primary.as_slice());
        aws.query_refuses("elasticache", call, "InvalidParameterValue").await;
        let secondary = [
            ("GlobalReplicationGroupId", ID),
            ("ReplicationGroupId", "standby"),
            ("ReplicationGroupRegion", ELSEWHERE),
        ];
        aws.query("elasticache", "DisassociateGlobalReplicationGroup", &secondary).await;
        check_statuses(aws, &["associated", "disassociating", "modifying"]).await;
        aws.advance(600).await;
        check_statuses(aws, &["associated", "primary-only"]).await;
        aws.query("elasticache", "DeleteGlobalReplicationGroup", &delete).await;
        aws.finish().await;
        let gone = [("GlobalReplicationGroupId", ID)];
        let call = ("DescribeGlobalReplicationGroups", gone.as_slice());
        aws.query_refuses("elasticache", call, "GlobalReplicationGroupNotFoundFault").await;
        assert_eq!(described(aws, "main").await.element("GlobalReplicationGroupInfo"), None);
        assert_eq!(described_in(aws, ELSEWHERE, "standby").await.element("GlobalReplicationGroupInfo"), None);
    })
    .await;
}

#[tokio::test]
async fn a_version_is_that_of_all_members() {
    with_stand_in(async |aws| {
        have_global(aws).await;
        have_secondary(aws).await;
        let own = [("ReplicationGroupId", "main"), ("EngineVersion", "7.1")];
        aws.query_refuses("elasticache", ("ModifyReplicationGroup", &own), "InvalidParameterValue").await;
        let change =
            [("GlobalReplicationGroupId", ID), ("EngineVersion", "7.1"), ("ApplyImmediately", "true")];
        aws.query("elasticache", "ModifyGlobalReplicationGroup", &change).await;
        aws.finish().await;
        assert_eq!(global(aws).await.element("EngineVersion"), Some("7.1.0"));
        let one = [("CacheClusterId", "standby-0001-001")];
        let there = aws.query_in(("elasticache", ELSEWHERE), "DescribeCacheClusters", &one).await.unwrap();
        assert_eq!(there.element("EngineVersion"), Some("7.1.0"));
    })
    .await;
}
