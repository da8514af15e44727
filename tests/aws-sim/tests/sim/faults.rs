//! Faults that are ordered.

use serde_json::{Value, json};

use crate::{
    eks::cluster_request,
    stand_in::{REGION, models, with_settings, with_stand_in},
};
use sparki_aws_sim::Settings;

#[tokio::test]
async fn a_throttled_request_does_nothing() {
    with_stand_in(async |aws| {
        aws.order(json!([{ "kind": "throttle", "operation": "CreateCluster", "count": 1 }])).await;
        let answer = aws.eks_in(REGION, "POST", "/clusters", cluster_request("main")).await.unwrap();
        assert_eq!(
            (answer.status, &answer.headers["x-amzn-errortype"]),
            (429, &"ThrottlingException".parse().unwrap())
        );
        assert_eq!(aws.eks("GET", "/clusters", Value::Null).await, json!({ "clusters": [] }));
        aws.eks("POST", "/clusters", cluster_request("main")).await;
    })
    .await;
}

#[tokio::test]
async fn a_connection_that_is_reset_has_done_nothing() {
    with_stand_in(async |aws| {
        aws.order(json!([{ "kind": "reset", "operation": "CreateCluster" }])).await;
        assert!(aws.eks_in(REGION, "POST", "/clusters", cluster_request("main")).await.is_none());
        assert_eq!(aws.eks("GET", "/clusters", Value::Null).await, json!({ "clusters": [] }));
    })
    .await;
}

#[tokio::test]
async fn what_was_asked_for_is_there_although_the_answer_was_lost() {
    with_stand_in(async |aws| {
        aws.order(json!([{ "kind": "lost_answer", "operation": "CreateCluster" }])).await;
        assert!(aws.eks_in(REGION, "POST", "/clusters", cluster_request("main")).await.is_none());
        assert_eq!(aws.eks("GET", "/clusters", Value::Null).await, json!({ "clusters": ["main"] }));
    })
    .await;
}

#[tokio::test]
async fn quota_and_capacity_have_the_errors_of_the_operation() {
    with_stand_in(async |aws| {
        aws.order(json!([{ "kind": "quota" }])).await;
        aws.eks_refuses("POST", "/clusters", cluster_request("main"), "ResourceLimitExceededException").await;
        aws.order(json!([{ "kind": "capacity" }])).await;
        aws.eks_refuses("POST", "/clusters", cluster_request("main"), "UnsupportedAvailabilityZoneException")
            .await;
        aws.order(json!([{ "kind": "server_error" }])).await;
        aws.eks_refuses("POST", "/clusters", cluster_request("main"), "ServerException").await;
    })
    .await;
}

#[tokio::test]
async fn what_was_just_made_cannot_be_seen_at_first() {
    with_stand_in(async |aws| {
        aws.order(json!([{ "kind": "stale", "operation": "DescribeCluster", "seconds": 10 }])).await;
        aws.eks("POST", "/clusters", cluster_request("main")).await;
        aws.eks_refuses("GET", "/clusters/main", Value::Null, "ResourceNotFoundException").await;
        aws.advance(10).await;
        aws.eks("GET", "/clusters/main", Value::Null).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_not_played_is_neither_stale_nor_begun_in_vain() {
    with_stand_in(async |aws| {
        for rule in [
            json!({ "kind": "failure", "operation": "CreateVpc" }),
            json!({ "kind": "stale", "service": "ec2", "seconds": 10 }),
            json!({ "kind": "failure", "service": "rds", "operation": "CreateCluster" }),
            json!({ "kind": "failure", "service": "iam", "operation": "Create*" }),
        ] {
            let body = ("application/json", json!([rule]).to_string());
            let answer = aws.send(("-", "-"), "PUT", "/_sim/faults", body).await.unwrap();
            assert_eq!(answer.status, 400, "{rule}");
            assert!(
                answer.text.contains("only operations of services that are played here"),
                "{}",
                answer.text
            );
        }
        assert_eq!(aws.admin("GET", "faults", Value::Null).await, json!([]));
        aws.order(json!([{ "kind": "failure", "count": 1 }])).await;
        aws.query_in(("ec2", REGION), "DescribeVpcs", &[]).await.unwrap();
        assert_eq!(aws.admin("GET", "counts", Value::Null).await["faults"], json!({}));
        aws.eks("POST", "/clusters", cluster_request("main")).await;
        aws.finish().await;
        let failed = aws.eks("GET", "/clusters/main", Value::Null).await["cluster"].clone();
        assert_eq!(failed["status"], "FAILED");
    })
    .await;
}

#[tokio::test]
async fn a_region_that_is_down_takes_no_other_with_it() {
    with_stand_in(async |aws| {
        aws.order(json!([{ "kind": "region_down", "region": REGION }])).await;
        assert!(aws.eks_in(REGION, "GET", "/clusters", Value::Null).await.is_none());
        assert!(aws.query_in(("ec2", REGION), "DescribeVpcs", &[]).await.is_none());
        assert_eq!(aws.eks_in("eu-west-1", "GET", "/clusters", Value::Null).await.unwrap().status, 200);
    })
    .await;
}

#[tokio::test]
async fn a_cluster_that_fails_says_why_and_can_be_deleted() {
    with_stand_in(async |aws| {
        aws.order(json!([{ "kind": "failure", "operation": "CreateCluster" }])).await;
        aws.eks("POST", "/clusters", cluster_request("main")).await;
        aws.finish().await;
        let failed = aws.eks("GET", "/clusters/main", Value::Null).await["cluster"].clone();
        assert_eq!(failed["status"], "FAILED");
        assert_eq!(failed["health"]["issues"][0]["code"], "InternalFailure");
        aws.eks("DELETE", "/clusters/main", Value::Null).await;
    })
    .await;
}

/// Statuses of a number of requests when one in two is throttled.
async fn throttled(seed: u64) -> Vec<u16> {
    let mut settings = Settings::new(models());
    settings.seed = seed;
    let mut statuses = Vec::new();
    with_settings(settings, async |aws| {
        aws.order(json!([{ "kind": "throttle", "probability": 0.5 }])).await;
        for _ in 0..32 {
            statuses.push(aws.eks_in(REGION, "GET", "/clusters", Value::Null).await.unwrap().status);
        }
    })
    .await;
    statuses
}

#[tokio::test]
async fn one_seed_gives_the_same_faults() {
    let once = throttled(1).await;
    assert_eq!(throttled(1).await, once);
    assert_ne!(throttled(2).await, once);
    assert!(once.contains(&200) && once.contains(&429));
}
