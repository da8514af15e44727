use super::requests::{described, have_main, main_with};
use crate::stand_in::{StandIn, with_stand_in};

async fn have_groups(aws: &StandIn) {
    let subnets = [
        ("DBSubnetGroupName", "Main"),
        ("DBSubnetGroupDescription", "of main"),
        ("SubnetIds.SubnetIdentifier.1", "subnet-1"),
        ("SubnetIds.SubnetIdentifier.2", "subnet-2"),
    ];
    aws.query("rds", "CreateDBSubnetGroup", &subnets).await;
    let parameters = [
        ("DBParameterGroupName", "main"),
        ("DBParameterGroupFamily", "postgres15"),
        ("Description", "of main"),
    ];
    aws.query("rds", "CreateDBParameterGroup", &parameters).await;
}

#[tokio::test]
async fn groups_in_use_are_not_deleted() {
    with_stand_in(async |aws| {
        have_groups(aws).await;
        let request = main_with(&[("DBSubnetGroupName", "main"), ("DBParameterGroupName", "main")]);
        aws.query("rds", "CreateDBInstance", &request).await;
        aws.finish().await;
        let subnets = [("DBSubnetGroupName", "main")];
        let parameters = [("DBParameterGroupName", "main")];
        aws.query_refuses("rds", ("DeleteDBSubnetGroup", &subnets), "InvalidDBSubnetGroupStateFault").await;
        aws.query_refuses("rds", ("DeleteDBParameterGroup", &parameters), "InvalidDBParameterGroupState")
            .await;
        let delete = [("DBInstanceIdentifier", "main"), ("SkipFinalSnapshot", "true")];
        aws.query("rds", "DeleteDBInstance", &delete).await;
        aws.finish().await;
        aws.query("rds", "DeleteDBSubnetGroup", &subnets).await;
        aws.query("rds", "DeleteDBParameterGroup", &parameters).await;
        aws.query_refuses("rds", ("DeleteDBSubnetGroup", &subnets), "DBSubnetGroupNotFoundFault").await;
        aws.query_refuses("rds", ("DeleteDBParameterGroup", &parameters), "DBParameterGroupNotFound").await;
    })
    .await;
}

#[tokio::test]
async fn subnets_of_a_group_show_in_its_instances() {
    with_stand_in(async |aws| {
        have_groups(aws).await;
        aws.query("rds", "CreateDBInstance", &main_with(&[("DBSubnetGroupName", "main")])).await;
        let more = [
            ("DBSubnetGroupName", "main"),
            ("SubnetIds.SubnetIdentifier.1", "subnet-1"),
            ("SubnetIds.SubnetIdentifier.2", "subnet-2"),
            ("SubnetIds.SubnetIdentifier.3", "subnet-3"),
        ];
        aws.query("rds", "ModifyDBSubnetGroup", &more).await;
        let found = described(aws, "main").await;
        assert_eq!(found.elements("SubnetIdentifier"), ["subnet-1", "subnet-2", "subnet-3"]);
    })
    .await;
}

#[tokio::test]
async fn a_group_covers_two_zones() {
    with_stand_in(async |aws| {
        let one = [
            ("DBSubnetGroupName", "main"),
            ("DBSubnetGroupDescription", "of main"),
            ("SubnetIds.SubnetIdentifier.1", "subnet-1"),
        ];
        aws.query_refuses("rds", ("CreateDBSubnetGroup", &one), "DBSubnetGroupDoesNotCoverEnoughAZs").await;
    })
    .await;
}

#[tokio::test]
async fn a_static_parameter_counts_after_a_reboot() {
    with_stand_in(async |aws| {
        have_groups(aws).await;
        aws.query("rds", "CreateDBInstance", &main_with(&[("DBParameterGroupName", "main")])).await;
        aws.finish().await;
        let set = |method: &'static str| {
            [
                ("DBParameterGroupName", "main"),
                ("Parameters.Parameter.1.ParameterName", "max_connections"),
                ("Parameters.Parameter.1.ParameterValue", "500"),
                ("Parameters.Parameter.1.ApplyMethod", method),
            ]
        };
        let immediate = set("immediate");
        aws.query_refuses("rds", ("ModifyDBParameterGroup", &immediate), "InvalidParameterCombination").await;
        aws.query("rds", "ModifyDBParameterGroup", &set("pending-reboot")).await;
        assert_eq!(described(aws, "main").await.element("ParameterApplyStatus"), Some("pending-reboot"));
        aws.query("rds", "RebootDBInstance", &[("DBInstanceIdentifier", "main")]).await;
        aws.finish().await;
        assert_eq!(described(aws, "main").await.element("ParameterApplyStatus"), Some("in-sync"));
        let own = [("DBParameterGroupName", "main"), ("Source", "user")];
        let found = aws.query("rds", "DescribeDBParameters", &own).await;
        assert_eq!(
            (found.elements("ParameterName"), found.elements("ParameterValue")),
            (vec!["max_connections"], vec!["500"])
        );
        aws.query(
            "rds",
            "ResetDBParameterGroup",
            &[("DBParameterGroupName", "main"), ("ResetAllParameters", "true")],
        )
        .await;
        assert_eq!(aws.query("rds", "DescribeDBParameters", &own).await.elements("ParameterName"), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn another_group_counts_after_a_reboot() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        have_groups(aws).await;
        let change = [("DBInstanceIdentifier", "main"), ("DBParameterGroupName", "main")];
        let changed = aws.query("rds", "ModifyDBInstance", &change).await;
        assert_eq!(changed.element("DBParameterGroupName"), Some("main"));
        assert_eq!(changed.element("ParameterApplyStatus"), Some("pending-reboot"));
        let default = [("DBParameterGroupName", "default.postgres15")];
        aws.query_refuses("rds", ("DeleteDBParameterGroup", &default), "InvalidDBParameterGroupState").await;
        assert_eq!(
            aws.query("rds", "DescribeDBParameterGroups", &default).await.elements("DBParameterGroupFamily"),
            ["postgres15"]
        );
    })
    .await;
}
