//! What EKS finds about a cluster before an upgrade.

use serde_json::json;
use sparki_core::Dynamic;

use super::stand_in::StandIn;
use super::with_cluster;
use crate::planned::Instance;
use crate::support::region;

fn cluster(version: &str, more: &[(&'static str, Dynamic)]) -> Vec<(&'static str, Dynamic)> {
    let config = [
        ("name", "main".into()),
        ("version", version.into()),
        ("role_arn", "arn:aws:iam::123456789012:role/cluster".into()),
        ("subnet_ids", Dynamic::set(vec!["subnet-1".into(), "subnet-2".into()])),
        ("deletion_protection", false.into()),
    ];
    config.into_iter().chain(more.iter().cloned()).collect()
}

/// The cluster `main` of version 1.33, as it is in the state.
async fn found(stand_in: &StandIn) -> Instance {
    with_cluster(&stand_in.aws, "main", "1.33").await;
    let mut instance = Instance::new("sparki_eks_cluster", &stand_in.aws);
    let imported = instance.resource.import(instance.call(), "main".into()).await;
    instance.state = imported.state.expect("the cluster is there");
    instance
}

#[tokio::test]
async fn an_upgrade_for_which_the_cluster_is_not_ready_is_refused_unless_it_is_forced() {
    let stand_in = StandIn::start().await;
    let mut instance = found(&stand_in).await;
    assert_eq!(instance.preflight(&cluster("1.34", &[])).await, "");
    stand_in
        .find(json!([
            {"cluster": "main", "name": "Deprecated APIs", "status": "ERROR", "reason": "Used within 30 days.",
             "recommendation": "Update manifests."},
            {"cluster": "main", "name": "Later", "status": "ERROR", "version": "1.35"},
            {"cluster": "other", "name": "Elsewhere", "status": "ERROR"},
        ]))
        .await;
    let told = instance.preflight(&cluster("1.34", &[])).await;
    assert!(told.starts_with("error: Cluster not ready for the version\n  at version\n"), "{told}");
    assert!(told.contains("- Deprecated APIs: Used within 30 days. Update manifests"), "{told}");
    assert!(!told.contains("Later") && !told.contains("Elsewhere"), "{told}");
    assert_eq!(instance.preflight(&cluster("1.33", &[])).await, "", "nothing is upgraded");

    // AWS refuses it as well, and goes on if it is told to.
    let eks: aws_sdk_eks::Client = stand_in.aws.client(&region()).await.unwrap();
    assert!(eks.update_cluster_version().name("main").version("1.34").send().await.is_err());
    let forced = cluster("1.34", &[("force_update", true.into())]);
    let told = instance.preflight(&forced).await;
    assert!(told.starts_with("warning: Cluster not ready for the version\n  at version\n"), "{told}");
    instance.apply(&forced).await;
    assert_eq!(instance.state.attribute("version").as_str(), Some("1.34"));
}

#[tokio::test]
async fn what_may_break_and_what_cannot_be_asked_are_warnings() {
    let stand_in = StandIn::start().await;
    let instance = found(&stand_in).await;
    stand_in.find(json!([{"cluster": "main", "name": "Kubelet", "status": "WARNING"}])).await;
    let told = instance.preflight(&cluster("1.34", &[])).await;
    let expected = "warning: Cluster perhaps not ready for the version\n  at version\n";
    assert!(told.starts_with(expected) && told.contains("- Kubelet\n"), "{told}");
    stand_in.misbehave(json!([{"kind": "server_error", "operation": "ListInsights"}])).await;
    let told = instance.preflight(&cluster("1.34", &[])).await;
    assert!(told.starts_with("warning: Upgrade insights not asked\n"), "{told}");
}
