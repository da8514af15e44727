//! What of the network moto may not be asked to delete.

use serde_json::{Value, json};

use crate::{
    eks::cluster_request,
    stand_in::{REGION, StandIn, with_stand_in},
};

/// Checks whether a deletion is refused; what is not refused is passed on, for which there is no moto here.
async fn check_refused(aws: &StandIn, region: &str, (action, id): (&str, &str), code: Option<&str>) {
    let parameter = if action == "DeleteSubnet" { "SubnetId" } else { "GroupId" };
    let answer = aws.query_in(("ec2", region), action, &[(parameter, id)]).await.unwrap();
    assert_eq!(answer.status, if code.is_some() { 400 } else { 501 }, "{action} {id}: {}", answer.text);
    assert_eq!(answer.element("Code"), code, "{action} {id}: {}", answer.text);
}

const IN_USE: Option<&str> = Some("DependencyViolation");

#[tokio::test]
async fn what_a_cluster_is_in_stays_until_it_is_gone() {
    with_stand_in(async |aws| {
        let mut request = cluster_request("main");
        request["resourcesVpcConfig"]["securityGroupIds"] = json!(["sg-1"]);
        aws.eks("POST", "/clusters", request).await;
        aws.finish().await;
        for what in [("DeleteSubnet", "subnet-1"), ("DeleteSecurityGroup", "sg-1")] {
            check_refused(aws, REGION, what, IN_USE).await;
            check_refused(aws, "eu-west-1", what, None).await;
        }
        check_refused(aws, REGION, ("DeleteSubnet", "subnet-3"), None).await;
        aws.eks("DELETE", "/clusters/main", Value::Null).await;
        check_refused(aws, REGION, ("DeleteSubnet", "subnet-1"), IN_USE).await;
        aws.finish().await;
        check_refused(aws, REGION, ("DeleteSubnet", "subnet-1"), None).await;
        check_refused(aws, REGION, ("DeleteSecurityGroup", "sg-1"), None).await;
    })
    .await;
}

#[tokio::test]
async fn what_a_database_is_in_stays() {
    with_stand_in(async |aws| {
        let subnets = [
            ("DBSubnetGroupName", "main"),
            ("DBSubnetGroupDescription", "of tests"),
            ("SubnetIds.SubnetIdentifier.1", "subnet-1"),
            ("SubnetIds.SubnetIdentifier.2", "subnet-2"),
        ];
        aws.query("rds", "CreateDBSubnetGroup", &subnets).await;
        check_refused(aws, REGION, ("DeleteSubnet", "subnet-2"), None).await;
        let database = [
            ("DBInstanceIdentifier", "main"),
            ("DBInstanceClass", "db.r6i.large"),
            ("Engine", "postgres"),
            ("AllocatedStorage", "100"),
            ("MasterUsername", "sparki"),
            ("MasterUserPassword", "correct horse"),
            ("DBSubnetGroupName", "main"),
            ("VpcSecurityGroupIds.VpcSecurityGroupId.1", "sg-1"),
        ];
        aws.query("rds", "CreateDBInstance", &database).await;
        check_refused(aws, REGION, ("DeleteSubnet", "subnet-2"), IN_USE).await;
        check_refused(aws, REGION, ("DeleteSecurityGroup", "sg-1"), IN_USE).await;
    })
    .await;
}

#[tokio::test]
async fn what_a_cache_is_in_stays() {
    with_stand_in(async |aws| {
        let subnets = [
            ("CacheSubnetGroupName", "Main"),
            ("CacheSubnetGroupDescription", "of tests"),
            ("SubnetIds.SubnetIdentifier.1", "subnet-1"),
            ("SubnetIds.SubnetIdentifier.2", "subnet-2"),
        ];
        aws.query("elasticache", "CreateCacheSubnetGroup", &subnets).await;
        check_refused(aws, REGION, ("DeleteSubnet", "subnet-1"), None).await;
        let cache = [
            ("ReplicationGroupId", "main"),
            ("ReplicationGroupDescription", "of tests"),
            ("CacheNodeType", "cache.r6g.large"),
            ("Engine", "redis"),
            ("CacheSubnetGroupName", "Main"),
            ("SecurityGroupIds.SecurityGroupId.1", "sg-1"),
        ];
        aws.query("elasticache", "CreateReplicationGroup", &cache).await;
        check_refused(aws, REGION, ("DeleteSubnet", "subnet-1"), IN_USE).await;
        check_refused(aws, REGION, ("DeleteSecurityGroup", "sg-1"), IN_USE).await;
    })
    .await;
}
