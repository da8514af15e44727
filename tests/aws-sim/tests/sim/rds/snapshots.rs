use super::requests::{check_status, have_main};
use crate::stand_in::with_stand_in;

#[tokio::test]
async fn a_deletion_leaves_a_final_snapshot_unless_it_is_told_not_to() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        let neither = [("DBInstanceIdentifier", "main")];
        aws.query_refuses("rds", ("DeleteDBInstance", &neither), "InvalidParameterCombination").await;
        let last = [("DBInstanceIdentifier", "main"), ("FinalDBSnapshotIdentifier", "last")];
        aws.query("rds", "DeleteDBInstance", &last).await;
        aws.finish().await;
        let found = aws.query("rds", "DescribeDBSnapshots", &[("DBSnapshotIdentifier", "last")]).await;
        assert_eq!(found.element("Status"), Some("available"));
        assert_eq!(found.element("DBInstanceIdentifier"), Some("main"));
        aws.query("rds", "DeleteDBSnapshot", &[("DBSnapshotIdentifier", "last")]).await;
        let gone = [("DBSnapshotIdentifier", "last")];
        aws.query_refuses("rds", ("DescribeDBSnapshots", &gone), "DBSnapshotNotFound").await;
    })
    .await;
}

#[tokio::test]
async fn a_snapshot_keeps_its_instance_busy() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        let take = [("DBInstanceIdentifier", "main"), ("DBSnapshotIdentifier", "one")];
        aws.query("rds", "CreateDBSnapshot", &take).await;
        check_status(aws, "main", "backing-up").await;
        aws.query_refuses("rds", ("CreateDBSnapshot", &take), "InvalidDBInstanceState").await;
        aws.advance(180).await;
        check_status(aws, "main", "available").await;
        aws.query_refuses("rds", ("CreateDBSnapshot", &take), "DBSnapshotAlreadyExists").await;
    })
    .await;
}
