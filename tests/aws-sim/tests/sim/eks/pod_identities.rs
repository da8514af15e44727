use serde_json::{Value, json};

use super::requests::have_cluster;
use crate::stand_in::with_stand_in;

const PATH: &str = "/clusters/main/pod-identity-associations";

fn request(account: &str) -> Value {
    json!({ "namespace": "web", "serviceAccount": account, "roleArn": "arn:aws:iam::123456789012:role/web" })
}

#[tokio::test]
async fn an_association_lives_at_once() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let created = aws.eks("POST", PATH, request("app")).await["association"].clone();
        let one = format!("{PATH}/{}", created["associationId"].as_str().unwrap());
        assert_eq!(aws.eks("GET", &one, Value::Null).await["association"], created);
        let role = "arn:aws:iam::123456789012:role/other";
        let changed = aws.eks("POST", &one, json!({ "roleArn": role })).await;
        assert_eq!(changed["association"]["roleArn"], role);
        aws.eks("DELETE", &one, Value::Null).await;
        aws.eks_refuses("GET", &one, Value::Null, "ResourceNotFoundException").await;
    })
    .await;
}

#[tokio::test]
async fn an_account_has_one_role() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        aws.eks("POST", PATH, request("app")).await;
        aws.eks_refuses("POST", PATH, request("app"), "ResourceInUseException").await;
        aws.eks("POST", PATH, request("worker")).await;
        let found = aws.eks("GET", &format!("{PATH}?serviceAccount=worker"), Value::Null).await;
        assert_eq!(found["associations"].as_array().unwrap().len(), 1);
        assert_eq!(found["associations"][0].get("roleArn"), None, "lists are summaries");
    })
    .await;
}
