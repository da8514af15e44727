use serde_json::{Value, json};

use super::requests::{cluster, have_cluster, have_node_group, node_group};
use crate::stand_in::{StandIn, with_stand_in};

async fn upgrade(aws: &StandIn, version: &str) -> Value {
    let update = aws.eks("POST", "/clusters/main/updates", json!({ "version": version })).await;
    update["update"].clone()
}

async fn status(aws: &StandIn, id: &Value, of: &str) -> Value {
    let path = format!("/clusters/main/updates/{}{of}", id.as_str().unwrap());
    aws.eks("GET", &path, Value::Null).await["update"]["status"].clone()
}

#[tokio::test]
async fn a_new_version_is_there_once_its_update_is() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let update = upgrade(aws, "1.33").await;
        assert_eq!(update["type"], "VersionUpdate");
        assert_eq!(cluster(aws).await["status"], "UPDATING");
        assert_eq!(cluster(aws).await["version"], "1.32");
        assert_eq!(status(aws, &update["id"], "").await, "InProgress");
        aws.advance(600).await;
        assert_eq!(status(aws, &update["id"], "").await, "Successful");
        assert_eq!(cluster(aws).await["version"], "1.33");
        assert_eq!(cluster(aws).await["status"], "ACTIVE");
        let listed = aws.eks("GET", "/clusters/main/updates", Value::Null).await;
        assert_eq!(listed, json!({ "updateIds": [update["id"]] }));
    })
    .await;
}

#[tokio::test]
async fn versions_go_up_one_at_a_time() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        for version in ["1.34", "1.31", "1.32", "1.99"] {
            let request = json!({ "version": version });
            aws.eks_refuses("POST", "/clusters/main/updates", request, "InvalidParameterException").await;
        }
    })
    .await;
}

#[tokio::test]
async fn two_updates_do_not_run_at_once() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let update = upgrade(aws, "1.33").await;
        let request = json!({ "deletionProtection": true });
        let refusal =
            aws.eks_refuses("POST", "/clusters/main/update-config", request, "ResourceInUseException").await;
        assert!(refusal["message"].as_str().unwrap().contains(update["id"].as_str().unwrap()));
        aws.eks_refuses("DELETE", "/clusters/main", Value::Null, "ResourceInUseException").await;
    })
    .await;
}

#[tokio::test]
async fn an_update_changes_one_kind_of_thing_and_something_at_all() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let path = "/clusters/main/update-config";
        let both = json!({ "deletionProtection": true, "upgradePolicy": { "supportType": "STANDARD" } });
        aws.eks_refuses("POST", path, both, "InvalidParameterException").await;
        let same = json!({ "deletionProtection": false });
        aws.eks_refuses("POST", path, same, "InvalidParameterException").await;
        aws.eks_refuses("POST", path, json!({}), "InvalidParameterException").await;
    })
    .await;
}

#[tokio::test]
async fn endpoint_access_changes_and_the_rest_of_the_network_stays() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let before = cluster(aws).await["resourcesVpcConfig"].clone();
        let request = json!({ "resourcesVpcConfig": { "endpointPrivateAccess": true } });
        let update = aws.eks("POST", "/clusters/main/update-config", request).await["update"].clone();
        assert_eq!(update["type"], "EndpointAccessUpdate");
        assert_eq!(update["params"], json!([{ "type": "EndpointPrivateAccess", "value": "true" }]));
        aws.finish().await;
        let mut expected = before;
        expected["endpointPrivateAccess"] = json!(true);
        assert_eq!(cluster(aws).await["resourcesVpcConfig"], expected);
    })
    .await;
}

#[tokio::test]
async fn every_kind_of_log_is_on_or_off() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let request =
            json!({ "logging": { "clusterLogging": [{ "types": ["api", "audit"], "enabled": true }] } });
        aws.eks("POST", "/clusters/main/update-config", request).await;
        aws.finish().await;
        let expected = json!([
            { "types": ["api", "audit"], "enabled": true },
            { "types": ["authenticator", "controllerManager", "scheduler"], "enabled": false },
        ]);
        assert_eq!(cluster(aws).await["logging"]["clusterLogging"], expected);
    })
    .await;
}

#[tokio::test]
async fn the_authentication_mode_is_never_taken_back() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let request = json!({ "accessConfig": { "authenticationMode": "API_AND_CONFIG_MAP" } });
        aws.eks_refuses("POST", "/clusters/main/update-config", request, "InvalidParameterException").await;
    })
    .await;
}

#[tokio::test]
async fn an_update_that_fails_changes_nothing() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        aws.order(json!([{ "kind": "failure", "operation": "UpdateClusterVersion" }])).await;
        let update = upgrade(aws, "1.33").await;
        aws.finish().await;
        assert_eq!(status(aws, &update["id"], "").await, "Failed");
        assert_eq!(
            (&cluster(aws).await["version"], &cluster(aws).await["status"]),
            (&json!("1.32"), &json!("ACTIVE"))
        );
    })
    .await;
}

#[tokio::test]
async fn a_cluster_does_not_leave_its_nodes_behind() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let mut request = super::requests::node_group_request("nodes");
        request["version"] = json!("1.30");
        aws.eks("POST", "/clusters/main/node-groups", request).await;
        aws.finish().await;
        upgrade(aws, "1.33").await;
        aws.finish().await;
        let request = json!({ "version": "1.34" });
        aws.eks_refuses("POST", "/clusters/main/updates", request, "InvalidRequestException").await;
        aws.eks("POST", "/clusters/main/node-groups/nodes/update-version", json!({})).await;
        aws.finish().await;
        assert_eq!(node_group(aws).await["version"], "1.33");
        upgrade(aws, "1.34").await;
    })
    .await;
}

#[tokio::test]
async fn updates_of_a_node_group_are_its_own() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        have_node_group(aws).await;
        let request = json!({ "labels": { "addOrUpdateLabels": { "tier": "web" } } });
        let update =
            aws.eks("POST", "/clusters/main/node-groups/nodes/update-config", request).await["update"]
                .clone();
        assert_eq!(status(aws, &update["id"], "?nodegroupName=nodes").await, "InProgress");
        let path = format!("/clusters/main/updates/{}", update["id"].as_str().unwrap());
        aws.eks_refuses("GET", &path, Value::Null, "ResourceNotFoundException").await;
        let of_cluster = aws.eks("GET", "/clusters/main/updates", Value::Null).await;
        assert_eq!(of_cluster, json!({ "updateIds": [] }));
    })
    .await;
}
