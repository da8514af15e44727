use serde_json::json;

use super::requests::{MAIN, check_status, described, have_main, main_with};
use crate::stand_in::with_stand_in;

#[tokio::test]
async fn an_instance_is_creating_then_backing_up_then_available() {
    with_stand_in(async |aws| {
        let created = aws.query("rds", "CreateDBInstance", &MAIN).await;
        assert_eq!(created.element("DBInstanceStatus"), Some("creating"));
        assert_eq!(created.element("Endpoint"), None);
        aws.advance(660).await;
        check_status(aws, "main", "backing-up").await;
        aws.advance(60).await;
        check_status(aws, "main", "available").await;
        let address = "main.c0sparki0sim.us-east-1.rds.amazonaws.com";
        assert_eq!(described(aws, "MAIN").await.element("Address"), Some(address));
    })
    .await;
}

#[tokio::test]
async fn codes_are_those_of_the_wire() {
    with_stand_in(async |aws| {
        let none = [("DBInstanceIdentifier", "none")];
        let answer = aws.query_refuses("rds", ("DescribeDBInstances", &none), "DBInstanceNotFound").await;
        assert_eq!((answer.status, answer.element("Type")), (404, Some("Sender")));
        have_main(aws).await;
        aws.query_refuses("rds", ("CreateDBInstance", &MAIN), "DBInstanceAlreadyExists").await;
        let group = main_with(&[("DBInstanceIdentifier", "other"), ("DBSubnetGroupName", "none")]);
        aws.query_refuses("rds", ("CreateDBInstance", &group), "DBSubnetGroupNotFoundFault").await;
    })
    .await;
}

#[tokio::test]
async fn a_request_that_does_not_fit_the_model_is_refused_as_queries_are() {
    with_stand_in(async |aws| {
        aws.query_refuses("rds", ("CreateDBInstance", &[("Engine", "postgres")]), "MissingParameter").await;
        let wrong = main_with(&[("AllocatedStorage", "much")]);
        aws.query_refuses("rds", ("CreateDBInstance", &wrong), "MalformedInput").await;
        let unknown = main_with(&[("Colour", "red")]);
        aws.query_refuses("rds", ("CreateDBInstance", &unknown), "InvalidQueryParameter").await;
        aws.query_refuses("rds", ("CreateCastle", &[]), "InvalidAction").await;
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_ordered_is_refused() {
    with_stand_in(async |aws| {
        for (name, value, code) in [
            ("DBInstanceClass", "db.x9.huge", "InvalidParameterCombination"),
            ("EngineVersion", "9.1", "InvalidParameterCombination"),
            ("AllocatedStorage", "5", "InvalidParameterValue"),
            ("MasterUserPassword", "short", "InvalidParameterValue"),
            ("Engine", "oracle-ee", "InvalidParameterValue"),
            ("DBInstanceIdentifier", "-main", "InvalidParameterValue"),
            ("DBParameterGroupName", "default.postgres16", "InvalidParameterCombination"),
        ] {
            aws.query_refuses("rds", ("CreateDBInstance", &main_with(&[(name, value)])), code).await;
        }
    })
    .await;
}

#[tokio::test]
async fn an_instance_that_is_deleted_while_it_starts_anew_stays_so() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        aws.query("rds", "RebootDBInstance", &[("DBInstanceIdentifier", "main")]).await;
        let delete = [("DBInstanceIdentifier", "main"), ("SkipFinalSnapshot", "true")];
        aws.query("rds", "DeleteDBInstance", &delete).await;
        aws.advance(60).await;
        check_status(aws, "main", "deleting").await;
    })
    .await;
}

#[tokio::test]
async fn a_protected_instance_is_deleted_once_it_is_not() {
    with_stand_in(async |aws| {
        aws.query("rds", "CreateDBInstance", &main_with(&[("DeletionProtection", "true")])).await;
        let delete = [("DBInstanceIdentifier", "main"), ("SkipFinalSnapshot", "true")];
        aws.query_refuses("rds", ("DeleteDBInstance", &delete), "InvalidDBInstanceState").await;
        aws.finish().await;
        aws.query_refuses("rds", ("DeleteDBInstance", &delete), "InvalidParameterCombination").await;
        let off = [("DBInstanceIdentifier", "main"), ("DeletionProtection", "false")];
        aws.query("rds", "ModifyDBInstance", &off).await;
        aws.query("rds", "DeleteDBInstance", &delete).await;
        check_status(aws, "main", "deleting").await;
        aws.query_refuses("rds", ("DeleteDBInstance", &delete), "InvalidDBInstanceState").await;
        aws.advance(300).await;
        aws.query_refuses("rds", ("DeleteDBInstance", &delete), "DBInstanceNotFound").await;
    })
    .await;
}

#[tokio::test]
async fn a_reboot_fails_over_between_zones() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        let zone = described(aws, "main").await.element("AvailabilityZone").unwrap().to_owned();
        let reboot = [("DBInstanceIdentifier", "main"), ("ForceFailover", "true")];
        let answer = aws.query("rds", "RebootDBInstance", &reboot).await;
        assert_eq!(answer.element("DBInstanceStatus"), Some("rebooting"));
        aws.advance(60).await;
        let after = described(aws, "main").await;
        assert_eq!(after.element("SecondaryAvailabilityZone"), Some(zone.as_str()));
        check_status(aws, "main", "available").await;
    })
    .await;
}

#[tokio::test]
async fn an_instance_that_fails_stays_until_it_is_deleted() {
    with_stand_in(async |aws| {
        aws.order(json!([{ "kind": "failure", "operation": "CreateDBInstance" }])).await;
        aws.query("rds", "CreateDBInstance", &MAIN).await;
        aws.finish().await;
        check_status(aws, "main", "failed").await;
        let delete = [("DBInstanceIdentifier", "main"), ("SkipFinalSnapshot", "true")];
        aws.query("rds", "DeleteDBInstance", &delete).await;
    })
    .await;
}

#[tokio::test]
async fn faults_have_the_codes_of_rds() {
    with_stand_in(async |aws| {
        for (kind, code) in [
            ("throttle", "Throttling"),
            ("server_error", "InternalFailure"),
            ("capacity", "InsufficientDBInstanceCapacity"),
            ("quota", "InstanceQuotaExceeded"),
        ] {
            aws.order(json!([{ "kind": kind }])).await;
            aws.query_refuses("rds", ("CreateDBInstance", &MAIN), code).await;
        }
    })
    .await;
}

#[tokio::test]
async fn tags_are_added_and_removed_by_arn() {
    with_stand_in(async |aws| {
        let tagged = main_with(&[("Tags.Tag.1.Key", "team"), ("Tags.Tag.1.Value", "core")]);
        aws.query("rds", "CreateDBInstance", &tagged).await;
        let arn = "arn:aws:rds:us-east-1:123456789012:db:main";
        let add = [("ResourceName", arn), ("Tags.Tag.1.Key", "cost"), ("Tags.Tag.1.Value", "1 & 2")];
        aws.query("rds", "AddTagsToResource", &add).await;
        aws.query("rds", "RemoveTagsFromResource", &[("ResourceName", arn), ("TagKeys.member.1", "team")])
            .await;
        let listed = aws.query("rds", "ListTagsForResource", &[("ResourceName", arn)]).await;
        assert_eq!(listed.elements("Key"), ["cost"]);
        assert_eq!(listed.elements("Value"), ["1 &amp; 2"]);
        assert_eq!(described(aws, "main").await.elements("Key"), ["cost"]);
    })
    .await;
}
