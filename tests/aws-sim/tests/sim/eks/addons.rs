use serde_json::{Value, json};

use super::requests::{have_cluster, have_node_group};
use crate::stand_in::{StandIn, with_stand_in};

const PATH: &str = "/clusters/main/addons";

async fn addon(aws: &StandIn, name: &str) -> Value {
    aws.eks("GET", &format!("{PATH}/{name}"), Value::Null).await["addon"].clone()
}

#[tokio::test]
async fn an_addon_gets_the_default_version_of_its_cluster() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let created = aws.eks("POST", PATH, json!({ "addonName": "kube-proxy" })).await["addon"].clone();
        assert_eq!(created["status"], "CREATING");
        let path = "/addons/supported-versions?addonName=kube-proxy&kubernetesVersion=1.32";
        let versions = aws.eks("GET", path, Value::Null).await["addons"][0]["addonVersions"].clone();
        let is_default = |it: &&Value| it["compatibilities"][0]["defaultVersion"] == true;
        let default = versions.as_array().unwrap().iter().find(is_default).unwrap();
        assert_eq!(created["addonVersion"], default["addonVersion"]);
        aws.advance(30).await;
        assert_eq!(addon(aws, "kube-proxy").await["status"], "ACTIVE");
    })
    .await;
}

#[tokio::test]
async fn an_addon_with_pods_is_degraded_until_there_are_nodes() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        aws.eks("POST", PATH, json!({ "addonName": "coredns" })).await;
        aws.advance(30).await;
        let degraded = addon(aws, "coredns").await;
        assert_eq!(degraded["status"], "DEGRADED");
        assert_eq!(degraded["health"]["issues"][0]["code"], "InsufficientNumberOfReplicas");
        have_node_group(aws).await;
        assert_eq!(addon(aws, "coredns").await["status"], "ACTIVE");
    })
    .await;
}

#[tokio::test]
async fn an_addon_or_a_version_that_there_is_not_is_refused() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        aws.eks_refuses("POST", PATH, json!({ "addonName": "clippy" }), "InvalidParameterException").await;
        let request = json!({ "addonName": "kube-proxy", "addonVersion": "v1.33.1-eksbuild.1" });
        aws.eks_refuses("POST", PATH, request, "InvalidParameterException").await;
    })
    .await;
}

#[tokio::test]
async fn an_addon_is_updated_with_an_id() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        aws.eks("POST", PATH, json!({ "addonName": "vpc-cni" })).await;
        aws.finish().await;
        let request = json!({ "addonVersion": "v1.20.1-eksbuild.1", "resolveConflicts": "OVERWRITE" });
        let update =
            aws.eks("POST", &format!("{PATH}/vpc-cni/update"), request.clone()).await["update"].clone();
        assert_eq!(addon(aws, "vpc-cni").await["status"], "UPDATING");
        aws.eks_refuses("POST", &format!("{PATH}/vpc-cni/update"), request, "ResourceInUseException").await;
        aws.finish().await;
        assert_eq!(addon(aws, "vpc-cni").await["addonVersion"], "v1.20.1-eksbuild.1");
        let path = format!("/clusters/main/updates/{}?addonName=vpc-cni", update["id"].as_str().unwrap());
        assert_eq!(aws.eks("GET", &path, Value::Null).await["update"]["status"], "Successful");
    })
    .await;
}

#[tokio::test]
async fn an_update_without_a_role_takes_the_addon_back_to_that_of_the_nodes() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let role = "arn:aws:iam::123456789012:role/cni";
        let request = json!({ "addonName": "vpc-cni", "serviceAccountRoleArn": role });
        aws.eks("POST", PATH, request.clone()).await;
        aws.finish().await;
        let path = format!("{PATH}/vpc-cni/update");
        aws.eks("POST", &path, json!({ "serviceAccountRoleArn": role, "configurationValues": "{}" })).await;
        aws.finish().await;
        assert_eq!(addon(aws, "vpc-cni").await["serviceAccountRoleArn"], role);
        aws.eks("POST", &path, json!({ "configurationValues": "" })).await;
        aws.finish().await;
        assert_eq!(addon(aws, "vpc-cni").await.get("serviceAccountRoleArn"), None);
    })
    .await;
}

#[tokio::test]
async fn pod_identities_of_an_addon_are_exchanged_kept_and_taken_away() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let wanted = |account: &str| {
            json!([{ "serviceAccount": account, "roleArn": "arn:aws:iam::123456789012:role/cni" }])
        };
        let path = "/clusters/main/pod-identity-associations";
        let accounts = async || {
            let found = aws.eks("GET", path, Value::Null).await["associations"].clone();
            let each = found.as_array().unwrap().iter();
            each.map(|it| it["serviceAccount"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let change = async |request: Value| {
            let update = aws.eks("POST", &format!("{PATH}/vpc-cni/update"), request).await;
            aws.finish().await;
            update["update"]["params"].clone()
        };
        let foreign = json!({ "namespace": "kube-system", "serviceAccount": "other", "roleArn": "arn:aws:iam::123456789012:role/other" });
        let foreign = aws.eks("POST", path, foreign).await["association"]["associationId"].clone();
        let request =
            json!({ "addonName": "vpc-cni", "podIdentityAssociations": wanted("aws-node") });
        aws.eks("POST", PATH, request).await;
        aws.finish().await;
        let params = change(json!({ "podIdentityAssociations": wanted("cni") })).await;
        assert_eq!(params[0]["type"], "PodIdentityAssociations");
        let mut found = accounts().await;
        found.sort_unstable();
        assert_eq!(found, ["cni", "other"]);
        let arns = addon(aws, "vpc-cni").await["podIdentityAssociations"].clone();
        assert_eq!(arns.as_array().unwrap().len(), 1);
        change(json!({ "configurationValues": "{}" })).await;
        assert_eq!(addon(aws, "vpc-cni").await["podIdentityAssociations"], arns);
        change(json!({ "podIdentityAssociations": [] })).await;
        assert_eq!(addon(aws, "vpc-cni").await.get("podIdentityAssociations"), None);
        assert_eq!(accounts().await, ["other"]);
        aws.eks("DELETE", &format!("{path}/{}", foreign.as_str().unwrap()), Value::Null).await;
    })
    .await;
}

#[tokio::test]
async fn an_addon_that_is_removed_takes_its_pod_identities_with_it() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let role = "arn:aws:iam::123456789012:role/cni";
        let request = json!({
            "addonName": "vpc-cni",
            "podIdentityAssociations": [{ "serviceAccount": "aws-node", "roleArn": role }],
        });
        aws.eks("POST", PATH, request).await;
        aws.finish().await;
        let path = "/clusters/main/pod-identity-associations";
        let associations = aws.eks("GET", path, Value::Null).await["associations"].clone();
        assert_eq!(
            associations[0]["associationArn"],
            addon(aws, "vpc-cni").await["podIdentityAssociations"][0]
        );
        let one = format!("{path}/{}", associations[0]["associationId"].as_str().unwrap());
        aws.eks_refuses("DELETE", &one, Value::Null, "InvalidRequestException").await;
        aws.eks("DELETE", &format!("{PATH}/vpc-cni"), Value::Null).await;
        aws.finish().await;
        aws.eks_refuses("GET", &format!("{PATH}/vpc-cni"), Value::Null, "ResourceNotFoundException").await;
        assert_eq!(aws.eks("GET", path, Value::Null).await["associations"], json!([]));
    })
    .await;
}
