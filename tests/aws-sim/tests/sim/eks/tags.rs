use serde_json::{Value, json};

use super::requests::{cluster, have_cluster};
use crate::stand_in::with_stand_in;

#[tokio::test]
async fn tags_are_added_and_removed_by_arn() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let arn = cluster(aws).await["arn"].as_str().unwrap().replace(':', "%3A").replace('/', "%2F");
        let path = format!("/tags/{arn}");
        aws.eks("POST", &path, json!({ "tags": { "team": "core", "cost": "1" } })).await;
        aws.eks("DELETE", &format!("{path}?tagKeys=cost&tagKeys=none"), Value::Null).await;
        assert_eq!(aws.eks("GET", &path, Value::Null).await, json!({ "tags": { "team": "core" } }));
        assert_eq!(cluster(aws).await["tags"], json!({ "team": "core" }));
    })
    .await;
}

#[tokio::test]
async fn an_arn_of_nothing_is_not_found() {
    with_stand_in(async |aws| {
        let path = "/tags/arn%3Aaws%3Aeks%3Aus-east-1%3A123456789012%3Acluster%2Fnone";
        aws.eks_refuses("GET", path, Value::Null, "NotFoundException").await;
        aws.eks_refuses("GET", "/tags/none", Value::Null, "BadRequestException").await;
    })
    .await;
}
