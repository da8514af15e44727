//! How much an account may have.

use serde_json::{Value, json};

use crate::stand_in::{REGION, StandIn, with_stand_in};

async fn ask_in(aws: &StandIn, region: &str, operation: &str, input: Value) -> (u16, Value) {
    let target = format!("ServiceQuotasV20190624.{operation}");
    let answer = aws.target(("servicequotas", region), &target, input).await;
    (answer.status, answer.json())
}

async fn value(aws: &StandIn, region: &str, code: (&str, &str)) -> Value {
    let input = json!({ "ServiceCode": code.0, "QuotaCode": code.1 });
    let (status, answer) = ask_in(aws, region, "GetServiceQuota", input).await;
    if status == 200 { answer["Quota"]["Value"].clone() } else { answer["__type"].clone() }
}

#[tokio::test]
async fn a_quota_is_what_it_was_raised_to() {
    with_stand_in(async |aws| {
        let vpcs = ("vpc", "L-F678F1CE");
        assert_eq!(value(aws, REGION, vpcs).await, json!(5.0));
        let raised = json!([{ "service": "vpc", "code": "L-F678F1CE", "value": 8.0, "region": REGION }]);
        aws.admin("PUT", "quotas", raised.clone()).await;
        assert_eq!(aws.admin("GET", "quotas", Value::Null).await, raised);
        assert_eq!(value(aws, REGION, vpcs).await, json!(8.0));
        assert_eq!(value(aws, "eu-west-1", vpcs).await, json!(5.0));
        aws.admin("DELETE", "quotas", Value::Null).await;
        assert_eq!(value(aws, REGION, vpcs).await, json!(5.0));
    })
    .await;
}

#[tokio::test]
async fn of_some_quotas_only_the_default_is_known() {
    with_stand_in(async |aws| {
        let clusters = ("eks", "L-1194D53C");
        assert_eq!(value(aws, REGION, clusters).await, "NoSuchResourceException");
        let input = json!({ "ServiceCode": "eks", "QuotaCode": "L-1194D53C" });
        let (_, answer) = ask_in(aws, REGION, "GetAWSDefaultServiceQuota", input).await;
        assert_eq!(
            (&answer["Quota"]["Value"], &answer["Quota"]["QuotaName"]),
            (&json!(100.0), &json!("Clusters"))
        );
        let (_, listed) = ask_in(aws, REGION, "ListServiceQuotas", json!({ "ServiceCode": "eks" })).await;
        assert_eq!(listed, json!({ "Quotas": [] }));
    })
    .await;
}

#[tokio::test]
async fn quotas_are_listed_page_by_page() {
    with_stand_in(async |aws| {
        let input = json!({ "ServiceCode": "vpc", "MaxResults": 1 });
        let (_, first) = ask_in(aws, REGION, "ListAWSDefaultServiceQuotas", input.clone()).await;
        let mut input = input;
        input["NextToken"] = first["NextToken"].clone();
        let (_, second) = ask_in(aws, REGION, "ListAWSDefaultServiceQuotas", input).await;
        let codes = [&first, &second].map(|page| page["Quotas"][0]["QuotaCode"].clone());
        assert_eq!(codes, ["L-F678F1CE", "L-FE5A380F"]);
        assert!(second.get("NextToken").is_none(), "{second}");
    })
    .await;
}

#[tokio::test]
async fn what_fits_no_model_is_refused() {
    with_stand_in(async |aws| {
        let (status, answer) = ask_in(aws, REGION, "GetServiceQuota", json!({ "ServiceCode": "vpc" })).await;
        assert_eq!((status, &answer["__type"]), (400, &json!("ValidationException")));
        let (status, answer) = ask_in(aws, REGION, "GetNothing", json!({})).await;
        assert_eq!((status, &answer["__type"]), (400, &json!("UnknownOperationException")));
        let (status, _) = ask_in(aws, REGION, "RequestServiceQuotaIncrease", json!({})).await;
        assert_eq!(status, 501);
        let input = json!({ "ServiceCode": "braket" });
        let (_, answer) = ask_in(aws, REGION, "ListServiceQuotas", input).await;
        assert_eq!(answer["__type"], "NoSuchResourceException");
    })
    .await;
}

#[tokio::test]
async fn a_quota_that_makes_no_sense_is_refused() {
    with_stand_in(async |aws| {
        let body = ("application/json", r#"[{"service": "vpc", "amount": 3}]"#.to_owned());
        let answer = aws.send(("-", "-"), "PUT", "/_sim/quotas", body).await.unwrap();
        assert_eq!(answer.status, 400);
    })
    .await;
}
