use serde_json::{Value, json};

use super::requests::{cluster_request, have_cluster, have_node_group, node_group, node_group_request};
use crate::stand_in::with_stand_in;

const PATH: &str = "/clusters/main/node-groups";

#[tokio::test]
async fn a_node_group_is_creating_for_two_minutes() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let created = aws.eks("POST", PATH, node_group_request("nodes")).await["nodegroup"].clone();
        assert_eq!(created["status"], "CREATING");
        assert_eq!(created["version"], "1.32");
        aws.advance(119).await;
        assert_eq!(node_group(aws).await["status"], "CREATING");
        aws.advance(1).await;
        assert_eq!(node_group(aws).await["status"], "ACTIVE");
    })
    .await;
}

#[tokio::test]
async fn a_node_group_that_is_deleted_before_it_is_there_goes() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        aws.eks("POST", PATH, node_group_request("nodes")).await;
        aws.eks("DELETE", &format!("{PATH}/nodes"), Value::Null).await;
        aws.advance(120).await;
        assert_eq!(node_group(aws).await["status"], "DELETING");
        aws.finish().await;
        aws.eks_refuses("GET", &format!("{PATH}/nodes"), Value::Null, "ResourceNotFoundException").await;
    })
    .await;
}

#[tokio::test]
async fn a_node_group_needs_a_cluster_that_is_ready() {
    with_stand_in(async |aws| {
        aws.eks_refuses("POST", PATH, node_group_request("nodes"), "ResourceNotFoundException").await;
        aws.eks("POST", "/clusters", cluster_request("main")).await;
        aws.eks_refuses("POST", PATH, node_group_request("nodes"), "InvalidRequestException").await;
    })
    .await;
}

#[tokio::test]
async fn nodes_are_neither_ahead_of_their_cluster_nor_far_behind() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let mut request = node_group_request("nodes");
        request["version"] = json!("1.33");
        aws.eks_refuses("POST", PATH, request.clone(), "InvalidParameterException").await;
        request["version"] = json!("1.29");
        aws.eks("POST", PATH, request).await;
    })
    .await;
}

#[tokio::test]
async fn a_size_is_between_the_least_and_the_most() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        for (min, desired, max) in [(3, 2, 4), (1, 5, 4), (5, 5, 4)] {
            let mut request = node_group_request("nodes");
            request["scalingConfig"] = json!({ "minSize": min, "desiredSize": desired, "maxSize": max });
            aws.eks_refuses("POST", PATH, request, "InvalidParameterException").await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_change_of_sizes_labels_and_taints_keeps_the_others() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let mut request = node_group_request("nodes");
        request["labels"] = json!({ "tier": "web", "old": "yes" });
        request["taints"] =
            json!([{ "key": "a", "effect": "NO_SCHEDULE" }, { "key": "b", "effect": "NO_SCHEDULE" }]);
        aws.eks("POST", PATH, request).await;
        aws.finish().await;
        let change = json!({
            "scalingConfig": { "maxSize": 9 },
            "labels": { "addOrUpdateLabels": { "new": "yes" }, "removeLabels": ["old"] },
            "taints": { "removeTaints": [{ "key": "a", "effect": "NO_SCHEDULE" }] },
        });
        aws.eks("POST", &format!("{PATH}/nodes/update-config"), change).await;
        assert_eq!(node_group(aws).await["status"], "UPDATING");
        aws.finish().await;
        let changed = node_group(aws).await;
        assert_eq!(changed["scalingConfig"], json!({ "minSize": 1, "maxSize": 9, "desiredSize": 2 }));
        assert_eq!(changed["labels"], json!({ "tier": "web", "new": "yes" }));
        assert_eq!(changed["taints"], json!([{ "key": "b", "effect": "NO_SCHEDULE" }]));
    })
    .await;
}

#[tokio::test]
async fn a_launch_template_says_how_large_the_disk_is_and_cannot_be_exchanged_for_another() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let mut request = node_group_request("nodes");
        request["launchTemplate"] = json!({ "id": "lt-1", "version": "1" });
        request["diskSize"] = json!(20);
        aws.eks_refuses("POST", PATH, request.clone(), "InvalidParameterException").await;
        request.as_object_mut().unwrap().remove("diskSize");
        aws.eks("POST", PATH, request).await;
        aws.finish().await;
        let made = node_group(aws).await;
        assert_eq!(made["launchTemplate"], json!({ "id": "lt-1", "version": "1" }));
        assert_eq!(made["diskSize"], Value::Null);
        let path = format!("{PATH}/nodes/update-version");
        let other = json!({ "launchTemplate": { "id": "lt-2", "version": "1" } });
        aws.eks_refuses("POST", &path, other, "InvalidParameterException").await;
        let next = json!({ "launchTemplate": { "id": "lt-1", "version": "2" } });
        aws.eks("POST", &path, next).await;
        aws.finish().await;
        let updated = node_group(aws).await;
        assert_eq!(updated["launchTemplate"]["version"], "2");
        assert_eq!(updated["version"], made["version"]);
    })
    .await;
}

#[tokio::test]
async fn a_group_without_machines_fails_and_says_why() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        aws.order(json!([{ "kind": "failure", "operation": "CreateNodegroup" }])).await;
        aws.eks("POST", PATH, node_group_request("nodes")).await;
        aws.finish().await;
        let failed = node_group(aws).await;
        assert_eq!(failed["status"], "CREATE_FAILED");
        assert_eq!(failed["health"]["issues"][0]["code"], "AsgInstanceLaunchFailures");
        aws.eks("DELETE", &format!("{PATH}/nodes"), Value::Null).await;
    })
    .await;
}

#[tokio::test]
async fn a_node_group_that_is_gone_is_not_found_and_its_name_is_free() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        have_node_group(aws).await;
        aws.eks("DELETE", &format!("{PATH}/nodes"), Value::Null).await;
        aws.eks_refuses("DELETE", &format!("{PATH}/nodes"), Value::Null, "ResourceInUseException").await;
        aws.eks_refuses("POST", PATH, node_group_request("nodes"), "ResourceInUseException").await;
        aws.advance(240).await;
        aws.eks_refuses("GET", &format!("{PATH}/nodes"), Value::Null, "ResourceNotFoundException").await;
        aws.eks("POST", PATH, node_group_request("nodes")).await;
    })
    .await;
}
