//! Requests that come again with their token.

use serde_json::{Value, json};

use super::requests::{have_cluster, node_group_request};
use crate::stand_in::{StandIn, with_stand_in};

const ROLE: &str = "arn:aws:iam::123456789012:role/ops";

/// Checks that a request happens once however often it comes, and is refused when it comes otherwise.
async fn check_once(aws: &StandIn, path: &str, request: Value, otherwise: (&str, Value)) -> Value {
    let mut request = request;
    request["clientRequestToken"] = json!(format!("token of {path}"));
    let first = aws.eks("POST", path, request.clone()).await;
    aws.finish().await;
    assert_eq!(aws.eks("POST", path, request.clone()).await, first, "{path}");
    request[otherwise.0] = otherwise.1;
    aws.eks_refuses("POST", path, request, "InvalidParameterException").await;
    first
}

/// Checks besides that what was deleted is made anew.
async fn check_made_once(
    aws: &StandIn,
    path: &str,
    request: Value,
    (otherwise, remains): ((&str, Value), impl AsyncFn(&Value) -> String),
) {
    let first = check_once(aws, path, request.clone(), otherwise).await;
    let one = remains(&first).await;
    aws.eks("DELETE", &one, Value::Null).await;
    aws.finish().await;
    let mut again = request;
    again["clientRequestToken"] = json!(format!("token of {path}"));
    let made = aws.eks("POST", path, again).await;
    assert_ne!(made, first, "{path}: it was made anew");
    assert_eq!(aws.eks_in("us-east-1", "GET", &remains(&made).await, Value::Null).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_node_group_is_made_once_for_its_token() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let one = async |_: &Value| "/clusters/main/node-groups/nodes".to_owned();
        let otherwise = (("diskSize", json!(50)), one);
        check_made_once(aws, "/clusters/main/node-groups", node_group_request("nodes"), otherwise).await;
    })
    .await;
}

#[tokio::test]
async fn an_addon_is_made_once_for_its_token() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let one = async |_: &Value| "/clusters/main/addons/vpc-cni".to_owned();
        let otherwise = (("configurationValues", json!("{}")), one);
        check_made_once(aws, "/clusters/main/addons", json!({ "addonName": "vpc-cni" }), otherwise).await;
    })
    .await;
}

#[tokio::test]
async fn a_pod_identity_is_made_once_for_its_token() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let path = "/clusters/main/pod-identity-associations";
        let request = json!({ "namespace": "web", "serviceAccount": "app", "roleArn": ROLE });
        let one =
            async |made: &Value| format!("{path}/{}", made["association"]["associationId"].as_str().unwrap());
        check_made_once(aws, path, request, (("serviceAccount", json!("other")), one)).await;
    })
    .await;
}

#[tokio::test]
async fn an_access_entry_is_made_once_for_its_token() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let path = "/clusters/main/access-entries";
        let one = async |_: &Value| format!("{path}/{}", ROLE.replace(':', "%3A").replace('/', "%2F"));
        let otherwise = (("kubernetesGroups", json!(["ops"])), one);
        check_made_once(aws, path, json!({ "principalArn": ROLE }), otherwise).await;
    })
    .await;
}

#[tokio::test]
async fn an_update_is_begun_once_for_its_token() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let upgrade = json!({ "version": "1.33" });
        let first = check_once(aws, "/clusters/main/updates", upgrade, ("version", json!("1.34"))).await;
        let listed = aws.eks("GET", "/clusters/main/updates", Value::Null).await;
        assert_eq!(listed, json!({ "updateIds": [first["update"]["id"]] }));
    })
    .await;
}
