//! Requests that most tests begin with.

use crate::stand_in::{Answer, REGION, StandIn};

/// What makes the replication group `main`: three shards with a replica each.
pub(super) const MAIN: [(&str, &str); 9] = [
    ("ReplicationGroupId", "main"),
    ("ReplicationGroupDescription", "of tests"),
    ("Engine", "redis"),
    ("EngineVersion", "7.0"),
    ("CacheNodeType", "cache.r6g.large"),
    ("NumNodeGroups", "3"),
    ("ReplicasPerNodeGroup", "1"),
    ("AutomaticFailoverEnabled", "true"),
    ("MultiAZEnabled", "true"),
];

/// The same with some parameters more, or others, or, where a value is empty, without them.
pub(super) fn main_with<'a>(others: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = MAIN.into_iter().filter(|(name, _)| !others.iter().any(|(other, _)| other == name));
    kept.chain(others.iter().copied().filter(|(_, value)| !value.is_empty())).collect()
}

/// Makes the group `main` and waits for it.
pub(super) async fn have_main(aws: &StandIn) {
    aws.query("elasticache", "CreateReplicationGroup", &MAIN).await;
    aws.advance(660).await;
}

/// Makes the group `small` of one shard with two replicas and waits for it.
pub(super) async fn have_small(aws: &StandIn) {
    let parameters = main_with(&[
        ("ReplicationGroupId", "small"),
        ("NumNodeGroups", ""),
        ("ReplicasPerNodeGroup", ""),
        ("NumCacheClusters", "3"),
    ]);
    aws.query("elasticache", "CreateReplicationGroup", &parameters).await;
    aws.advance(660).await;
}

pub(super) async fn described(aws: &StandIn, id: &str) -> Answer {
    described_in(aws, REGION, id).await
}

pub(super) async fn described_in(aws: &StandIn, region: &str, id: &str) -> Answer {
    let parameters = [("ReplicationGroupId", id)];
    let answer =
        aws.query_in(("elasticache", region), "DescribeReplicationGroups", &parameters).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer
}

/// The status of the group itself, which comes after those of its node groups.
pub(super) async fn check_status(aws: &StandIn, id: &str, expected: &str) {
    assert_eq!(described(aws, id).await.elements("Status").last(), Some(&expected));
}
