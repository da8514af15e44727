use serde_json::{Value, json};

use super::requests::{cluster, cluster_request, have_cluster, have_node_group};
use crate::stand_in::with_stand_in;

#[tokio::test]
async fn a_cluster_is_creating_for_ten_minutes() {
    with_stand_in(async |aws| {
        let created = aws.eks("POST", "/clusters", cluster_request("main")).await["cluster"].clone();
        assert_eq!(created["status"], "CREATING");
        assert_eq!(created.get("endpoint"), None);
        assert_eq!(created["createdAt"], json!(1_767_225_600));
        aws.advance(599).await;
        assert_eq!(cluster(aws).await["status"], "CREATING");
        aws.advance(1).await;
        let active = cluster(aws).await;
        assert_eq!(active["status"], "ACTIVE");
        assert!(active["endpoint"].as_str().unwrap().starts_with("https://"));
        assert!(active["identity"]["oidc"]["issuer"].is_string());
        assert!(active["certificateAuthority"]["data"].is_string());
    })
    .await;
}

#[tokio::test]
async fn a_cluster_belongs_to_its_region() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let there = aws.eks_in("eu-west-1", "GET", "/clusters/main", Value::Null).await.unwrap();
        assert_eq!(there.status, 404);
        let twin =
            aws.eks_in("eu-west-1", "POST", "/clusters", cluster_request("main")).await.unwrap().json();
        assert_eq!(twin["cluster"]["arn"], "arn:aws:eks:eu-west-1:123456789012:cluster/main");
    })
    .await;
}

#[tokio::test]
async fn a_name_is_used_once() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        aws.eks_refuses("POST", "/clusters", cluster_request("main"), "ResourceInUseException").await;
    })
    .await;
}

#[tokio::test]
async fn a_request_that_is_repeated_with_its_token_happens_once() {
    with_stand_in(async |aws| {
        let mut request = cluster_request("main");
        request["clientRequestToken"] = json!("token-1");
        let first = aws.eks("POST", "/clusters", request.clone()).await;
        assert_eq!(aws.eks("POST", "/clusters", request.clone()).await, first);
        request["version"] = json!("1.33");
        aws.eks_refuses("POST", "/clusters", request, "InvalidParameterException").await;
    })
    .await;
}

#[tokio::test]
async fn a_token_of_what_is_deleted_makes_it_anew() {
    with_stand_in(async |aws| {
        let mut request = cluster_request("main");
        request["clientRequestToken"] = json!("token-1");
        aws.eks("POST", "/clusters", request.clone()).await;
        aws.finish().await;
        aws.eks("DELETE", "/clusters/main", Value::Null).await;
        aws.finish().await;
        aws.eks("POST", "/clusters", request).await;
        assert_eq!(cluster(aws).await["status"], "CREATING");
    })
    .await;
}

#[tokio::test]
async fn a_cluster_without_a_version_gets_the_default_one() {
    with_stand_in(async |aws| {
        let mut request = cluster_request("main");
        request.as_object_mut().unwrap().remove("version");
        let created = aws.eks("POST", "/clusters", request).await;
        let default = aws.eks("GET", "/cluster-versions?defaultOnly=true", Value::Null).await;
        assert_eq!(created["cluster"]["version"], default["clusterVersions"][0]["clusterVersion"]);
    })
    .await;
}

#[tokio::test]
async fn versions_are_supported_as_long_as_the_calendar_says() {
    with_stand_in(async |aws| {
        let status = async |version: &str| {
            let path = format!("/cluster-versions?clusterVersions={version}");
            let answer = aws.eks("GET", &path, Value::Null).await;
            answer["clusterVersions"][0]["versionStatus"].as_str().unwrap().to_owned()
        };
        assert_eq!(status("1.28").await, "UNSUPPORTED");
        assert_eq!(status("1.30").await, "EXTENDED_SUPPORT");
        assert_eq!(status("1.33").await, "STANDARD_SUPPORT");
        let mut request = cluster_request("main");
        request["version"] = json!("1.28");
        aws.eks_refuses("POST", "/clusters", request, "InvalidParameterException").await;
        aws.advance(400 * 24 * 3600).await;
        assert_eq!(status("1.30").await, "UNSUPPORTED");
    })
    .await;
}

#[tokio::test]
async fn a_cluster_with_node_groups_is_not_deleted() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        have_node_group(aws).await;
        let refusal =
            aws.eks_refuses("DELETE", "/clusters/main", Value::Null, "ResourceInUseException").await;
        assert_eq!(refusal["message"], "Cluster has nodegroups attached");
        aws.eks("DELETE", "/clusters/main/node-groups/nodes", Value::Null).await;
        aws.advance(240).await;
        let deleting = aws.eks("DELETE", "/clusters/main", Value::Null).await;
        assert_eq!(deleting["cluster"]["status"], "DELETING");
        aws.advance(180).await;
        aws.eks_refuses("GET", "/clusters/main", Value::Null, "ResourceNotFoundException").await;
        aws.eks_refuses("DELETE", "/clusters/main", Value::Null, "ResourceNotFoundException").await;
    })
    .await;
}

#[tokio::test]
async fn a_protected_cluster_is_deleted_once_it_is_not() {
    with_stand_in(async |aws| {
        let mut request = cluster_request("main");
        request["deletionProtection"] = json!(true);
        aws.eks("POST", "/clusters", request).await;
        aws.finish().await;
        aws.eks_refuses("DELETE", "/clusters/main", Value::Null, "InvalidRequestException").await;
        let off = json!({ "deletionProtection": false });
        let update = aws.eks("POST", "/clusters/main/update-config", off).await;
        assert_eq!(update["update"]["type"], "DeletionProtectionUpdate");
        aws.finish().await;
        aws.eks("DELETE", "/clusters/main", Value::Null).await;
    })
    .await;
}

#[tokio::test]
async fn protection_is_for_active_clusters() {
    with_stand_in(async |aws| {
        let mut request = cluster_request("main");
        request["deletionProtection"] = json!(true);
        aws.eks("POST", "/clusters", request.clone()).await;
        let deleting = aws.eks("DELETE", "/clusters/main", Value::Null).await;
        assert_eq!(deleting["cluster"]["status"], "DELETING");
        aws.finish().await;
        aws.eks_refuses("GET", "/clusters/main", Value::Null, "ResourceNotFoundException").await;
        aws.order(json!([{ "kind": "failure", "operation": "CreateCluster" }])).await;
        aws.eks("POST", "/clusters", request).await;
        aws.finish().await;
        assert_eq!(cluster(aws).await["status"], "FAILED");
        let off = json!({ "deletionProtection": false });
        aws.eks_refuses("POST", "/clusters/main/update-config", off, "InvalidRequestException").await;
        aws.eks("DELETE", "/clusters/main", Value::Null).await;
        aws.finish().await;
        aws.eks_refuses("GET", "/clusters/main", Value::Null, "ResourceNotFoundException").await;
    })
    .await;
}

#[tokio::test]
async fn clusters_are_listed_in_pages() {
    with_stand_in(async |aws| {
        for name in ["a", "b", "c"] {
            aws.eks("POST", "/clusters", cluster_request(name)).await;
        }
        let first = aws.eks("GET", "/clusters?maxResults=2", Value::Null).await;
        assert_eq!(first["clusters"], json!(["a", "b"]));
        let token = first["nextToken"].as_str().unwrap();
        let second = aws.eks("GET", &format!("/clusters?maxResults=2&nextToken={token}"), Value::Null).await;
        assert_eq!(second, json!({ "clusters": ["c"] }));
    })
    .await;
}

#[tokio::test]
async fn an_encryption_key_is_given_once() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let path = "/clusters/main/encryption-config/associate";
        let config = json!([{ "resources": ["secrets"], "provider": { "keyArn": "arn:aws:kms:us-east-1:123456789012:key/1" } }]);
        let request = json!({ "encryptionConfig": config });
        aws.eks("POST", path, request.clone()).await;
        aws.finish().await;
        assert_eq!(cluster(aws).await["encryptionConfig"], config);
        aws.eks_refuses("POST", path, request, "InvalidParameterException").await;
    })
    .await;
}
