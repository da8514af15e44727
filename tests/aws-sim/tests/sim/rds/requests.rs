//! Requests that most tests begin with.

use crate::stand_in::{Answer, REGION, StandIn};

/// What makes the instance `main`.
pub(super) const MAIN: [(&str, &str); 9] = [
    ("DBInstanceIdentifier", "main"),
    ("DBInstanceClass", "db.r6i.large"),
    ("Engine", "postgres"),
    ("EngineVersion", "15.12"),
    ("AllocatedStorage", "100"),
    ("StorageType", "gp3"),
    ("MasterUsername", "sparki"),
    ("MasterUserPassword", "correct horse"),
    ("MultiAZ", "true"),
];

/// The same with some parameters more, or others.
pub(super) fn main_with<'a>(others: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = MAIN.into_iter().filter(|(name, _)| !others.iter().any(|(other, _)| other == name));
    kept.chain(others.iter().copied()).collect()
}

/// Makes the instance `main` and waits for it.
pub(super) async fn have_main(aws: &StandIn) {
    aws.query("rds", "CreateDBInstance", &MAIN).await;
    aws.advance(720).await;
}

/// Makes a replica in the region of `main` and waits for it.
pub(super) async fn have_replica(aws: &StandIn, name: &str, source: &str) {
    let parameters = [("DBInstanceIdentifier", name), ("SourceDBInstanceIdentifier", source)];
    aws.query("rds", "CreateDBInstanceReadReplica", &parameters).await;
    aws.advance(600).await;
}

pub(super) async fn described(aws: &StandIn, name: &str) -> Answer {
    described_in(aws, REGION, name).await
}

pub(super) async fn described_in(aws: &StandIn, region: &str, name: &str) -> Answer {
    let parameters = [("DBInstanceIdentifier", name)];
    let answer = aws.query_in(("rds", region), "DescribeDBInstances", &parameters).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer
}

pub(super) async fn check_status(aws: &StandIn, name: &str, expected: &str) {
    assert_eq!(described(aws, name).await.element("DBInstanceStatus"), Some(expected));
}
