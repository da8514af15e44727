use serde_json::{Value, json};

use super::requests::{cluster_request, have_cluster, have_node_group};
use crate::stand_in::with_stand_in;

const PATH: &str = "/clusters/main/access-entries";
const ROLE: &str = "arn:aws:iam::123456789012:role/ops";
/// The same as a part of a path.
const ROLE_PATH: &str = "/clusters/main/access-entries/arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fops";
const VIEW: &str = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";

#[tokio::test]
async fn an_entry_lives_at_once() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let request = json!({ "principalArn": ROLE, "kubernetesGroups": ["viewers"] });
        let created = aws.eks("POST", PATH, request.clone()).await["accessEntry"].clone();
        assert_eq!((&created["type"], &created["username"]), (&json!("STANDARD"), &json!(ROLE)));
        aws.eks_refuses("POST", PATH, request, "ResourceInUseException").await;
        let changed = aws.eks("POST", ROLE_PATH, json!({ "kubernetesGroups": [] })).await;
        assert_eq!(changed["accessEntry"]["kubernetesGroups"], json!([]));
        aws.eks("DELETE", ROLE_PATH, Value::Null).await;
        aws.eks_refuses("GET", ROLE_PATH, Value::Null, "ResourceNotFoundException").await;
    })
    .await;
}

#[tokio::test]
async fn policies_have_a_scope_each() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        aws.eks("POST", PATH, json!({ "principalArn": ROLE })).await;
        let path = format!("{ROLE_PATH}/access-policies");
        let scope = json!({ "type": "namespace", "namespaces": ["web"] });
        aws.eks("POST", &path, json!({ "policyArn": VIEW, "accessScope": scope })).await;
        let listed = aws.eks("GET", &path, Value::Null).await["associatedAccessPolicies"].clone();
        assert_eq!((&listed[0]["policyArn"], &listed[0]["accessScope"]), (&json!(VIEW), &scope));
        let request = json!({ "policyArn": VIEW, "accessScope": { "type": "namespace" } });
        aws.eks_refuses("POST", &path, request, "InvalidParameterException").await;
        let one = format!("{path}/{}", VIEW.replace(':', "%3A").replace('/', "%2F"));
        aws.eks("DELETE", &one, Value::Null).await;
        aws.eks_refuses("DELETE", &one, Value::Null, "ResourceNotFoundException").await;
    })
    .await;
}

#[tokio::test]
async fn creator_and_nodes_are_let_in_by_themselves() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let creator = "arn:aws:iam::123456789012:user/creator";
        assert_eq!(aws.eks("GET", PATH, Value::Null).await["accessEntries"], json!([creator]));
        have_node_group(aws).await;
        let nodes = "arn:aws:iam::123456789012:role/nodes";
        assert_eq!(aws.eks("GET", PATH, Value::Null).await["accessEntries"], json!([nodes, creator]));
        aws.eks("DELETE", "/clusters/main/node-groups/nodes", Value::Null).await;
        aws.finish().await;
        assert_eq!(aws.eks("GET", PATH, Value::Null).await["accessEntries"], json!([creator]));
    })
    .await;
}

#[tokio::test]
async fn a_cluster_that_asks_its_config_map_has_no_entries() {
    with_stand_in(async |aws| {
        let mut request = cluster_request("main");
        request["accessConfig"] = json!({ "authenticationMode": "CONFIG_MAP" });
        aws.eks("POST", "/clusters", request).await;
        aws.finish().await;
        aws.eks_refuses("POST", PATH, json!({ "principalArn": ROLE }), "InvalidRequestException").await;
    })
    .await;
}
