//! Requests that most tests begin with.

use serde_json::{Value, json};

use crate::stand_in::StandIn;

pub(crate) fn cluster_request(name: &str) -> Value {
    json!({
        "name": name,
        "roleArn": "arn:aws:iam::123456789012:role/cluster",
        "resourcesVpcConfig": { "subnetIds": ["subnet-1", "subnet-2"] },
        "accessConfig": { "authenticationMode": "API" },
        "version": "1.32",
    })
}

pub(super) fn node_group_request(name: &str) -> Value {
    json!({
        "nodegroupName": name,
        "nodeRole": "arn:aws:iam::123456789012:role/nodes",
        "subnets": ["subnet-1", "subnet-2"],
        "scalingConfig": { "minSize": 1, "maxSize": 3, "desiredSize": 2 },
    })
}

/// Makes the cluster `main` and waits for it.
pub(super) async fn have_cluster(aws: &StandIn) {
    aws.eks("POST", "/clusters", cluster_request("main")).await;
    aws.advance(600).await;
}

/// Makes the node group `nodes` in it and waits for it.
pub(super) async fn have_node_group(aws: &StandIn) {
    aws.eks("POST", "/clusters/main/node-groups", node_group_request("nodes")).await;
    aws.advance(120).await;
}

pub(super) async fn cluster(aws: &StandIn) -> Value {
    aws.eks("GET", "/clusters/main", Value::Null).await["cluster"].clone()
}

pub(super) async fn node_group(aws: &StandIn) -> Value {
    aws.eks("GET", "/clusters/main/node-groups/nodes", Value::Null).await["nodegroup"].clone()
}
