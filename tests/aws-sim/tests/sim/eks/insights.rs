//! What is found about a cluster before an upgrade.

use serde_json::{Value, json};

use super::requests::have_cluster;
use crate::stand_in::{StandIn, with_stand_in};

async fn names(aws: &StandIn, filter: Value) -> Vec<String> {
    let answer = aws.eks("POST", "/clusters/main/insights", json!({ "filter": filter })).await;
    let insights = answer["insights"].as_array().cloned().unwrap_or_default();
    insights.iter().map(|it| it["name"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn all_is_well_with_a_cluster_unless_it_was_ordered_otherwise() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        assert_eq!(names(aws, json!({})).await, ["Kubelet version skew"]);
        let ordered = json!([{
            "cluster": "main", "name": "Deprecated APIs", "status": "ERROR", "reason": "Used.", "recommendation": "Update.",
        }]);
        aws.admin("PUT", "insights", ordered.clone()).await;
        assert_eq!(names(aws, json!({ "statuses": ["ERROR"] })).await, ["Deprecated APIs"]);
        assert_eq!(names(aws, json!({ "statuses": ["WARNING"] })).await, [""; 0]);
        assert_eq!(names(aws, json!({ "categories": ["MISCONFIGURATION"] })).await, [""; 0]);
        let listed = aws.eks("POST", "/clusters/main/insights", json!({})).await;
        let id = listed["insights"][1]["id"].as_str().unwrap_or_default();
        let described = aws.eks("GET", &format!("/clusters/main/insights/{id}"), Value::Null).await;
        assert_eq!(described["insight"]["recommendation"], "Update.");
        assert_eq!(described["insight"]["insightStatus"], json!({ "status": "ERROR", "reason": "Used." }));
        aws.eks_refuses("GET", "/clusters/main/insights/none", Value::Null, "ResourceNotFoundException").await;
        aws.admin("DELETE", "insights", Value::Null).await;
        assert_eq!(names(aws, json!({})).await, ["Kubelet version skew"]);
    })
    .await;
}

#[tokio::test]
async fn an_upgrade_that_an_insight_speaks_against_has_to_be_forced() {
    with_stand_in(async |aws| {
        have_cluster(aws).await;
        let described = aws.eks("GET", "/clusters/main", Value::Null).await;
        let minor = described["cluster"]["version"].as_str().and_then(|it| it.strip_prefix("1."));
        let next = format!("1.{}", minor.and_then(|it| it.parse::<u32>().ok()).unwrap_or_default() + 1);
        let error = json!([{ "cluster": "main", "name": "Deprecated APIs", "status": "ERROR" }]);
        aws.admin("PUT", "insights", error).await;
        let upgrade = json!({ "version": next });
        let path = "/clusters/main/updates";
        aws.eks_refuses("POST", path, upgrade, "InvalidRequestException").await;
        let begun = aws.eks("POST", path, json!({ "version": next, "force": true })).await;
        assert_eq!(begun["update"]["status"], "InProgress");
    })
    .await;
}
