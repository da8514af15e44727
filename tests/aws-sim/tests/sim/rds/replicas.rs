use serde_json::{Value, json};

use super::requests::{described, described_in, have_main, have_replica, main_with};
use crate::stand_in::{StandIn, with_stand_in};

const ARN: &str = "arn:aws:rds:us-east-1:123456789012:db:main";
const ELSEWHERE: &str = "us-west-2";

/// Makes a replica of `main` in another region and waits for it.
async fn have_replica_elsewhere(aws: &StandIn) {
    let parameters = [("DBInstanceIdentifier", "standby"), ("SourceDBInstanceIdentifier", ARN)];
    let answer = aws.query_in(("rds", ELSEWHERE), "CreateDBInstanceReadReplica", &parameters).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
    aws.advance(900).await;
}

async fn promote(aws: &StandIn, region: &str, name: &str) {
    let parameters = [("DBInstanceIdentifier", name)];
    let answer = aws.query_in(("rds", region), "PromoteReadReplica", &parameters).await.unwrap();
    assert_eq!(answer.element("DBInstanceStatus"), Some("modifying"), "{}", answer.text);
    aws.advance(240).await;
}

#[tokio::test]
async fn source_and_replica_know_each_other() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        have_replica(aws, "reader", "main").await;
        have_replica_elsewhere(aws).await;
        let main = described(aws, "main").await;
        let replicas = main.elements("ReadReplicaDBInstanceIdentifier");
        assert_eq!(replicas, ["reader", "arn:aws:rds:us-west-2:123456789012:db:standby"]);
        let reader = described(aws, "reader").await;
        assert_eq!(reader.element("ReadReplicaSourceDBInstanceIdentifier"), Some("main"));
        assert_eq!(reader.element("Normal"), Some("true"));
        let standby = described_in(aws, ELSEWHERE, "standby").await;
        assert_eq!(standby.element("ReadReplicaSourceDBInstanceIdentifier"), Some(ARN));
        assert_eq!(standby.element("BackupRetentionPeriod"), Some("0"));
    })
    .await;
}

#[tokio::test]
async fn a_source_has_to_be_there_available_and_with_backups() {
    with_stand_in(async |aws| {
        let replica = [("DBInstanceIdentifier", "reader"), ("SourceDBInstanceIdentifier", "main")];
        let call = ("CreateDBInstanceReadReplica", replica.as_slice());
        aws.query_refuses("rds", call, "DBInstanceNotFound").await;
        aws.query("rds", "CreateDBInstance", &main_with(&[("BackupRetentionPeriod", "0")])).await;
        aws.query_refuses("rds", call, "InvalidDBInstanceState").await;
        aws.finish().await;
        let answer = aws.query_refuses("rds", call, "InvalidDBInstanceState").await;
        assert!(answer.text.contains("Automated backups are not enabled"), "{}", answer.text);
    })
    .await;
}

#[tokio::test]
async fn a_replica_with_subnets_names_its_source_by_its_arn() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        let subnets = [
            ("DBSubnetGroupName", "reader"),
            ("DBSubnetGroupDescription", "of the reader"),
            ("SubnetIds.SubnetIdentifier.1", "subnet-1"),
            ("SubnetIds.SubnetIdentifier.2", "subnet-2"),
        ];
        aws.query("rds", "CreateDBSubnetGroup", &subnets).await;
        let of = |source: &'static str| {
            [
                ("DBInstanceIdentifier", "reader"),
                ("SourceDBInstanceIdentifier", source),
                ("DBSubnetGroupName", "reader"),
            ]
        };
        let call = ("CreateDBInstanceReadReplica", of("main"));
        aws.query_refuses("rds", (call.0, call.1.as_slice()), "DBSubnetGroupNotAllowedFault").await;
        aws.query("rds", "CreateDBInstanceReadReplica", &of(ARN)).await;
    })
    .await;
}

#[tokio::test]
async fn a_replica_of_what_is_encrypted_needs_a_key_in_its_own_region() {
    with_stand_in(async |aws| {
        aws.query("rds", "CreateDBInstance", &main_with(&[("StorageEncrypted", "true")])).await;
        aws.finish().await;
        let parameters = [("DBInstanceIdentifier", "standby"), ("SourceDBInstanceIdentifier", ARN)];
        let answer =
            aws.query_in(("rds", ELSEWHERE), "CreateDBInstanceReadReplica", &parameters).await.unwrap();
        assert_eq!(answer.element("Code"), Some("InvalidParameterCombination"));
    })
    .await;
}

#[tokio::test]
async fn a_promoted_replica_is_on_its_own_and_keeps_its_followers() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        have_replica_elsewhere(aws).await;
        let backups = [
            ("DBInstanceIdentifier", "standby"),
            ("BackupRetentionPeriod", "7"),
            ("ApplyImmediately", "true"),
        ];
        aws.query_in(("rds", ELSEWHERE), "ModifyDBInstance", &backups).await.unwrap();
        aws.advance(200).await;
        let follower = [("DBInstanceIdentifier", "follower"), ("SourceDBInstanceIdentifier", "standby")];
        let answer =
            aws.query_in(("rds", ELSEWHERE), "CreateDBInstanceReadReplica", &follower).await.unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text);
        aws.finish().await;
        promote(aws, ELSEWHERE, "standby").await;
        let standby = described_in(aws, ELSEWHERE, "standby").await;
        assert_eq!(standby.element("ReadReplicaSourceDBInstanceIdentifier"), None);
        assert_eq!(standby.elements("ReadReplicaDBInstanceIdentifier"), ["follower"]);
        assert_eq!(described(aws, "main").await.elements("ReadReplicaDBInstanceIdentifier"), [""; 0]);
        let again = [("DBInstanceIdentifier", "main")];
        aws.query_refuses("rds", ("PromoteReadReplica", &again), "InvalidDBInstanceState").await;
    })
    .await;
}

#[tokio::test]
async fn a_replica_that_is_deleted_while_it_is_promoted_stays_so() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        have_replica(aws, "reader", "main").await;
        aws.query("rds", "PromoteReadReplica", &[("DBInstanceIdentifier", "reader")]).await;
        aws.query("rds", "DeleteDBInstance", &[("DBInstanceIdentifier", "reader")]).await;
        aws.advance(240).await;
        assert_eq!(described(aws, "reader").await.element("DBInstanceStatus"), Some("deleting"));
        aws.finish().await;
        assert_eq!(described(aws, "main").await.elements("ReadReplicaDBInstanceIdentifier"), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn replicas_that_lose_their_source_are_freed_nearby_and_orphaned_elsewhere() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        have_replica(aws, "reader", "main").await;
        have_replica_elsewhere(aws).await;
        let delete = [("DBInstanceIdentifier", "main"), ("SkipFinalSnapshot", "true")];
        aws.query("rds", "DeleteDBInstance", &delete).await;
        aws.finish().await;
        assert_eq!(described(aws, "reader").await.element("ReadReplicaSourceDBInstanceIdentifier"), None);
        let standby = described_in(aws, ELSEWHERE, "standby").await;
        assert_eq!(standby.element("ReadReplicaSourceDBInstanceIdentifier"), Some(ARN));
        assert_eq!(standby.element("Normal"), Some("false"));
        let counts = aws.admin("GET", "counts", Value::Null).await;
        assert_eq!(counts["orphans"].as_array().unwrap().len(), 1);
        assert_eq!(counts["orphans"][0]["orphan_of"], json!(ARN));
    })
    .await;
}

#[tokio::test]
async fn a_replica_is_deleted_without_a_final_snapshot() {
    with_stand_in(async |aws| {
        have_main(aws).await;
        have_replica(aws, "reader", "main").await;
        let with_snapshot = [("DBInstanceIdentifier", "reader"), ("FinalDBSnapshotIdentifier", "last")];
        aws.query_refuses("rds", ("DeleteDBInstance", &with_snapshot), "InvalidParameterCombination").await;
        aws.query("rds", "DeleteDBInstance", &[("DBInstanceIdentifier", "reader")]).await;
        aws.finish().await;
        assert_eq!(described(aws, "main").await.elements("ReadReplicaDBInstanceIdentifier"), [""; 0]);
    })
    .await;
}
