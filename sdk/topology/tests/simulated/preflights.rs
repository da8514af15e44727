//! What is found before a plan is carried out.

use std::sync::Arc;

use sparki_aws::Aws;
use sparki_core::{Dynamic, Value};

use super::stand_in::StandIn;
use super::{with_cluster, with_nodes};
use crate::planned::Instance;
use crate::support::region;

fn cluster(version: &str) -> Vec<(&'static str, Dynamic)> {
    vec![
        ("name", "main".into()),
        ("version", version.into()),
        ("role_arn", "arn:aws:iam::123456789012:role/cluster".into()),
        ("subnet_ids", Dynamic::set(vec!["subnet-1".into(), "subnet-2".into()])),
    ]
}

fn nodes(version: &str) -> Vec<(&'static str, Dynamic)> {
    vec![
        ("cluster_name", "main".into()),
        ("name", "workers".into()),
        ("version", version.into()),
        ("role_arn", "arn:aws:iam::123456789012:role/node".into()),
        ("subnet_ids", Dynamic::set(vec!["subnet-1".into()])),
    ]
}

fn addon(version: &str) -> Vec<(&'static str, Dynamic)> {
    vec![("cluster_name", "main".into()), ("name", "kube-proxy".into()), ("version", version.into())]
}

/// The cluster as it is in the state.
async fn found(aws: &Arc<Aws>) -> Instance {
    let mut instance = Instance::new("sparki_eks_cluster", aws);
    let imported = instance.resource.import(instance.call(), "main".into()).await;
    instance.state = imported.state.expect("the cluster is there");
    instance
}

/// The first line of what is found, or nothing.
fn headline(found: &str) -> &str {
    found.lines().next().unwrap_or_default()
}

#[tokio::test]
async fn a_version_that_aws_does_not_support_is_refused_and_one_that_costs_more_is_told() {
    let stand_in = StandIn::start().await;
    let instance = Instance::new("sparki_eks_cluster", &stand_in.aws);
    assert_eq!(instance.preflight(&cluster("1.33")).await, "");
    assert_eq!(headline(&instance.preflight(&cluster("1.28")).await), "error: Version not supported");
    assert_eq!(headline(&instance.preflight(&cluster("1.99")).await), "error: Version not supported");
    let told = instance.preflight(&cluster("1.30")).await;
    assert!(told.starts_with("warning: Version in extended support\n  at version\n"), "{told}");
    assert!(
        told.contains("until 2026-07-23, and then upgrades it. Newer versions: 1.34, 1.33, 1.32."),
        "{told}"
    );
}

#[tokio::test]
async fn a_protected_cluster_is_not_planned_to_be_made_again() {
    let stand_in = StandIn::start().await;
    let instance = Instance::new("sparki_eks_cluster", &stand_in.aws);
    with_cluster(&stand_in.aws, "main", "1.33").await;
    assert_eq!(instance.preflight(&cluster("1.33")).await, "", "it can be replaced");
    let eks = stand_in.aws.client::<aws_sdk_eks::Client>(&region()).await.unwrap();
    eks.update_cluster_config().name("main").deletion_protection(true).send().await.unwrap();
    let mut protected = found(&stand_in.aws).await;
    while protected.state.attribute("deletion_protection") != &true.into() {
        protected.refresh().await;
    }
    let told = instance.preflight(&cluster("1.33")).await;
    assert!(told.starts_with("error: Name of a protected cluster\n  at name\n"), "{told}");
    assert!(told.contains("terraform untaint"), "{told}");
    assert_eq!(protected.preflight(&cluster("1.33")).await, "", "it is there and stays");
}

#[tokio::test]
async fn an_upgrade_that_leaves_nodes_behind_is_refused() {
    let stand_in = StandIn::start().await;
    with_cluster(&stand_in.aws, "main", "1.33").await;
    with_nodes(&stand_in.aws, "main", "1.30").await;
    let instance = found(&stand_in.aws).await;
    assert_eq!(
        instance.preflight(&cluster("1.34")).await,
        "error: Nodes too old for the version\n  at version\n  Nodes may be 3 minor versions older than their cluster. \
         Upgrade these node groups before the cluster goes to 1.34: workers (1.30)."
    );
    assert_eq!(instance.preflight(&cluster("1.33")).await, "");
}

#[tokio::test]
async fn an_upgrade_that_leaves_add_ons_behind_is_told() {
    let stand_in = StandIn::start().await;
    with_cluster(&stand_in.aws, "main", "1.33").await;
    for name in ["kube-proxy", "vpc-cni"] {
        let config = [("cluster_name", "main".into()), ("name", name.into())];
        Instance::new("sparki_eks_addon", &stand_in.aws).apply(&config).await;
    }
    let told = found(&stand_in.aws).await.preflight(&cluster("1.34")).await;
    assert_eq!(headline(&told), "warning: Add-ons to be upgraded as well");
    assert!(told.contains("for Kubernetes 1.34: kube-proxy (v1.33.2-eksbuild.2)."), "{told}");
}

#[tokio::test]
async fn nodes_have_to_fit_their_cluster() {
    let stand_in = StandIn::start().await;
    let instance = Instance::new("sparki_eks_node_group", &stand_in.aws);
    // A cluster that is not there yet has any version.
    assert_eq!(instance.preflight(&nodes("1.35")).await, "");
    with_cluster(&stand_in.aws, "main", "1.33").await;
    for fitting in ["1.33", "1.30"] {
        assert_eq!(instance.preflight(&nodes(fitting)).await, "");
    }
    let found = [
        ("1.29", "error: Nodes too old for their cluster"),
        ("1.34", "warning: Nodes newer than their cluster"),
        ("1.35", "error: Nodes newer than their cluster"),
    ];
    for (version, expected) in found {
        assert_eq!(headline(&instance.preflight(&nodes(version)).await), expected, "{version}");
    }
}

#[tokio::test]
async fn an_add_on_has_to_fit_its_cluster() {
    let stand_in = StandIn::start().await;
    let instance = Instance::new("sparki_eks_addon", &stand_in.aws);
    assert_eq!(instance.preflight(&addon("v1.0.0-eksbuild.1")).await, "");
    with_cluster(&stand_in.aws, "main", "1.33").await;
    for fitting in ["default", "latest", "v1.33.1-eksbuild.1"] {
        assert_eq!(instance.preflight(&addon(fitting)).await, "");
    }
    assert_eq!(
        instance.preflight(&addon("v1.30.1-eksbuild.1")).await,
        "error: Add-on version not offered\n  at version\n  AWS offers no version v1.30.1-eksbuild.1 of kube-proxy for \
         Kubernetes 1.33. The newest ones are: v1.33.3-eksbuild.3, v1.33.2-eksbuild.2, v1.33.1-eksbuild.1."
    );
    let next = addon("v1.34.1-eksbuild.1");
    assert_eq!(headline(&instance.preflight(&next).await), "warning: Add-on needs a newer cluster");
    let target = |version: &str| [&next[..], &[("cluster_version", version.into())]].concat();
    assert_eq!(instance.preflight(&target("1.34")).await, "");
    assert_eq!(headline(&instance.preflight(&target("1.32")).await), "error: Add-on version not offered");
    let unknown = [&next[..], &[("cluster_version", Value::<String>::unknown().encode())]].concat();
    assert_eq!(instance.preflight(&unknown).await, "");
    let misspelt = [("cluster_name", "main".into()), ("name", "kube-proxi".into())];
    let told = instance.preflight(&misspelt).await;
    assert!(told.contains("at name\n  AWS offers no add-on \"kube-proxi\" for Kubernetes 1.33."), "{told}");
}

#[tokio::test]
async fn a_plan_that_aws_does_not_let_us_check_is_a_warning() {
    let stand_in = StandIn::start().await;
    let down = serde_json::json!([{"kind": "server_error", "operation": "DescribeClusterVersions"}]);
    stand_in.misbehave(down).await;
    let told = Instance::new("sparki_eks_cluster", &stand_in.aws).preflight(&cluster("1.33")).await;
    assert!(told.starts_with("warning: Plan not checked\n"), "{told}");
}
