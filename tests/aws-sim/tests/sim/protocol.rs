//! Requests that AWS would not understand.

use serde_json::{Value, json};

use crate::{eks::cluster_request, stand_in::with_stand_in};

async fn check_invalid(body: Value, message: &str) {
    with_stand_in(async |aws| {
        let answer = aws.eks_refuses("POST", "/clusters", body, "ValidationException").await;
        let found = answer["message"].as_str().unwrap();
        assert!(found.contains(message), "{found:?} does not have {message:?} in it");
    })
    .await;
}

#[tokio::test]
async fn a_missing_member_is_named() {
    let mut request = cluster_request("main");
    request.as_object_mut().unwrap().remove("roleArn");
    check_invalid(request, "Value null at 'roleArn' failed to satisfy constraint: Member must not be null")
        .await;
}

#[tokio::test]
async fn a_member_that_the_model_lacks_is_named() {
    let mut request = cluster_request("main");
    request["resourcesVpcConfig"]["subnets"] = json!([]);
    check_invalid(request, "There is no parameter 'resourcesVpcConfig.subnets'").await;
}

#[tokio::test]
async fn a_member_of_another_type_is_named() {
    let mut request = cluster_request("main");
    request["deletionProtection"] = json!("yes");
    check_invalid(request, "Value at 'deletionProtection' is no boolean").await;
}

#[tokio::test]
async fn a_value_that_may_not_be_is_named() {
    let mut request = cluster_request("main");
    request["upgradePolicy"] = json!({ "supportType": "FOREVER" });
    check_invalid(request, "Value 'FOREVER' at 'upgradePolicy.supportType'").await;
    check_invalid(cluster_request("no/slash"), "satisfy regular expression pattern").await;
}

#[tokio::test]
async fn everything_that_is_wrong_is_named_at_once() {
    check_invalid(json!({}), "3 validation errors detected").await;
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused() {
    with_stand_in(async |aws| {
        let body = ("application/json", "{".to_owned());
        let answer = aws.send(("eks", "us-east-1"), "POST", "/clusters", body).await.unwrap();
        assert_eq!(
            (answer.status, &answer.headers["x-amzn-errortype"]),
            (400, &"SerializationException".parse().unwrap())
        );
    })
    .await;
}

#[tokio::test]
async fn a_path_that_the_model_lacks_is_no_operation() {
    with_stand_in(async |aws| {
        aws.eks_refuses("PATCH", "/clusters", Value::Null, "UnknownOperationException").await;
    })
    .await;
}

#[tokio::test]
async fn an_operation_that_is_not_played_says_so_and_is_counted() {
    with_stand_in(async |aws| {
        aws.eks_refuses("GET", "/eks-anywhere-subscriptions", Value::Null, "NotImplemented").await;
        let counts = aws.admin("GET", "counts", Value::Null).await;
        assert_eq!(counts["unimplemented"], json!({ "eks:ListEksAnywhereSubscriptions": 1 }));
    })
    .await;
}

#[tokio::test]
async fn another_service_needs_moto() {
    with_stand_in(async |aws| {
        let answer = aws.query_in(("sts", "us-east-1"), "GetCallerIdentity", &[]).await.unwrap();
        assert_eq!(answer.status, 501);
        assert!(answer.text.contains("--moto"), "{}", answer.text);
    })
    .await;
}
