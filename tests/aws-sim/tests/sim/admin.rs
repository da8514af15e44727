//! The API for whoever tests with the stand-in.

use serde_json::{Value, json};

use crate::{eks::cluster_request, stand_in::with_stand_in};

#[tokio::test]
async fn the_clock_stands_still_until_it_is_moved() {
    with_stand_in(async |aws| {
        let now = aws.admin("GET", "clock", Value::Null).await["now"].clone();
        assert_eq!(now, "2026-01-01T00:00:00Z");
        aws.eks("POST", "/clusters", cluster_request("main")).await;
        let clock = aws.admin("GET", "clock", Value::Null).await;
        assert_eq!((&clock["pending"], &clock["next_at"]), (&json!(1), &json!("2026-01-01T00:10:00Z")));
        let clock = aws.admin("POST", "clock/finish", Value::Null).await;
        assert_eq!((&clock["pending"], &clock["now"]), (&json!(0), &json!("2026-01-01T00:10:00Z")));
    })
    .await;
}

#[tokio::test]
async fn a_reset_forgets_everything() {
    with_stand_in(async |aws| {
        aws.order(json!([{ "kind": "throttle", "operation": "DescribeCluster" }])).await;
        aws.eks("POST", "/clusters", cluster_request("main")).await;
        aws.finish().await;
        aws.admin("POST", "reset", Value::Null).await;
        assert_eq!(aws.admin("GET", "faults", Value::Null).await, json!([]));
        let state = aws.admin("GET", "state", Value::Null).await;
        assert_eq!(state, json!({ "now": "2026-01-01T00:00:00Z", "objects": [] }));
    })
    .await;
}

#[tokio::test]
async fn requests_refusals_and_objects_are_counted() {
    with_stand_in(async |aws| {
        aws.eks("POST", "/clusters", cluster_request("main")).await;
        aws.eks_refuses("GET", "/clusters/none", Value::Null, "ResourceNotFoundException").await;
        let counts = aws.admin("GET", "counts", Value::Null).await;
        assert_eq!(counts["requests"], json!({ "eks:CreateCluster": 1, "eks:DescribeCluster": 1 }));
        assert_eq!(counts["refusals"], json!({ "eks:DescribeCluster:ResourceNotFoundException": 1 }));
        assert_eq!(counts["objects"], json!({ "eks:access-entry": 1, "eks:cluster": 1 }));
    })
    .await;
}

#[tokio::test]
async fn what_one_attempt_has_made_twice_is_a_duplicate() {
    with_stand_in(async |aws| {
        for name in ["a", "b", "c"] {
            let mut request = cluster_request(name);
            let owner = if name == "c" { "attempt-2" } else { "attempt-1" };
            request["tags"] = json!({ "sparki:owner": owner });
            aws.eks("POST", "/clusters", request).await;
        }
        let counts = aws.admin("GET", "counts", Value::Null).await;
        let duplicates = counts["duplicates"].as_array().unwrap();
        assert_eq!(duplicates.len(), 1);
        assert_eq!(duplicates[0]["sparki:owner"], "attempt-1");
    })
    .await;
}

#[tokio::test]
async fn what_is_sparkis_and_known_to_nobody_is_an_orphan() {
    with_stand_in(async |aws| {
        for name in ["known", "lost"] {
            let mut request = cluster_request(name);
            request["tags"] = json!({ "sparki:owner": name });
            aws.eks("POST", "/clusters", request).await;
        }
        aws.eks("POST", "/clusters", cluster_request("foreign")).await;
        let known = json!({ "known": ["arn:aws:eks:us-east-1:123456789012:cluster/known"] });
        let orphans = aws.admin("POST", "orphans", known).await;
        assert_eq!(orphans.as_array().unwrap().len(), 1);
        assert_eq!(orphans[0]["name"], "lost");
    })
    .await;
}

#[tokio::test]
async fn a_rule_that_makes_no_sense_is_refused() {
    with_stand_in(async |aws| {
        let body = ("application/json", r#"[{"kind": "earthquake"}]"#.to_owned());
        let answer = aws.send(("-", "-"), "PUT", "/_sim/faults", body).await.unwrap();
        assert_eq!(answer.status, 400);
        assert!(answer.text.contains("earthquake"), "{}", answer.text);
    })
    .await;
}
