//! Access entries of clusters.

use std::collections::BTreeMap;

use serde_json::json;
use sparki_core::{Change, Dynamic, Planned, Reconcile, RemoteErrorKind, State};
use sparki_plan::Action;
use sparki_topology::EksCluster;
use sparki_topology::eks_cluster::{AccessEntry, EksClusterModel};

use super::stand_in::StandIn;
use super::with_cluster;
use crate::planned::{Instance, set};
use crate::support::{cluster, operation, region};

const ANN: &str = "arn:aws:iam::123456789012:user/ann";
const OPS: &str = "arn:aws:iam::123456789012:role/ops";
const VIEW: &str = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";
const EDIT: &str = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy";
/// Whom the stand-in takes for the one that makes clusters.
const CREATOR: &str = "arn:aws:iam::123456789012:user/creator";

fn entry(attributes: &[(&'static str, Dynamic)]) -> Dynamic {
    let of = |name: &'static str| {
        let given = attributes.iter().find(|(other, _)| *other == name);
        (name, given.map_or(Dynamic::Null, |(_, value)| value.clone()))
    };
    Dynamic::object(["type", "kubernetes_groups", "username", "policies"].map(of))
}

fn entries<const N: usize>(entries: [(&str, Dynamic); N]) -> Dynamic {
    Dynamic::Map(entries.map(|(principal, entry)| (principal.to_owned(), entry)).into())
}

fn policies<const N: usize>(policies: [(&str, Dynamic); N]) -> Dynamic {
    let scope = |namespaces| Dynamic::object([("namespaces", namespaces)]);
    Dynamic::Map(policies.map(|(arn, namespaces)| (arn.to_owned(), scope(namespaces))).into())
}

fn config(entries: Dynamic) -> Vec<(&'static str, Dynamic)> {
    vec![
        ("name", "main".into()),
        ("version", "1.33".into()),
        ("role_arn", "arn:aws:iam::123456789012:role/cluster".into()),
        ("subnet_ids", set(["subnet-1", "subnet-2"])),
        ("access_entries", entries),
    ]
}

/// Who has an entry, as AWS tells it.
async fn principals(stand_in: &StandIn) -> Vec<String> {
    let client = stand_in.aws.client::<aws_sdk_eks::Client>(&region()).await.expect("no account is excluded");
    let listed = client.list_access_entries().cluster_name("main").send().await;
    listed.expect("the cluster is there").access_entries.unwrap_or_default()
}

#[tokio::test]
async fn nothing_is_planned_after_any_apply_of_access_entries() {
    let stand_in = StandIn::start().await;
    let mut instance = Instance::new("sparki_eks_cluster", &stand_in.aws);
    let viewer = entry(&[("policies", policies([(VIEW, Dynamic::Null)]))]);
    let grouped = entry(&[("kubernetes_groups", set(["ops"])), ("username", "operator".into())]);
    assert_eq!(instance.apply(&config(entries([(ANN, viewer.clone())]))).await, Action::Create);
    assert_eq!(principals(&stand_in).await, [ANN, CREATOR]);
    let elsewhere = policies([(VIEW, set(["web", "shop-*"])), (EDIT, Dynamic::Null)]);
    let changes = [
        entries([(ANN, viewer), (OPS, grouped.clone())]),
        entries([(ANN, entry(&[("policies", elsewhere)])), (OPS, grouped)]),
        entries([(ANN, entry(&[("policies", policies([(EDIT, Dynamic::Null)]))])), (OPS, entry(&[]))]),
        entries([(ANN, entry(&[])), (OPS, entry(&[("type", "EC2_LINUX".into())]))]),
        entries([(OPS, entry(&[("kubernetes_groups", set(["a", "b"]))]))]),
        entries([]),
        Dynamic::Null,
    ];
    for changed in changes {
        assert_eq!(instance.apply(&config(changed)).await, Action::Update);
    }
    assert_eq!(principals(&stand_in).await, [CREATOR]);
}

#[tokio::test]
async fn what_others_do_to_our_entries_is_drift_and_their_own_are_none() {
    let stand_in = StandIn::start().await;
    let mut instance = Instance::new("sparki_eks_cluster", &stand_in.aws);
    let ours = || entry(&[("policies", policies([(VIEW, Dynamic::Null)]))]);
    let config = config(entries([(ANN, ours()), (OPS, ours())]));
    instance.apply(&config).await;
    let client = stand_in.aws.client::<aws_sdk_eks::Client>(&region()).await.unwrap();
    let foreign = client.create_access_entry().cluster_name("main");
    foreign.principal_arn("arn:aws:iam::123456789012:role/foreign").send().await.unwrap();
    assert_eq!(instance.apply(&config).await, Action::NoOp);

    client.delete_access_entry().cluster_name("main").principal_arn(ANN).send().await.unwrap();
    let taken = client.disassociate_access_policy().cluster_name("main").principal_arn(OPS).policy_arn(VIEW);
    taken.send().await.unwrap();
    instance.refresh().await;
    let Dynamic::Map(there) = instance.state.attribute("access_entries") else { panic!("no entries") };
    assert_eq!(there.keys().collect::<Vec<_>>(), [OPS]);
    assert_eq!(there[OPS].attribute("policies"), &Dynamic::Null);
    assert_eq!(instance.apply(&config).await, Action::Update);
    assert_eq!(principals(&stand_in).await.len(), 4);
    // An import finds ours and not theirs.
    let imported = instance.resource.import(instance.call(), "main".into()).await;
    assert_eq!(imported.state.as_ref(), Some(&instance.state));
}

#[tokio::test]
async fn an_entry_that_something_else_made_is_not_taken_over() {
    let stand_in = StandIn::start().await;
    let created = with_cluster(&stand_in.aws, "main", "1.33").await;
    let (ctx, call) = operation(&stand_in.aws);
    let wanted = [ANN, CREATOR].map(|principal| (principal.to_owned(), AccessEntry::new()));
    let planned = Planned::new((*created).clone().access_entries(BTreeMap::from(wanted)));
    let error = EksCluster::update(&ctx, Change { prior: created, planned }).await.unwrap_err();
    assert_eq!(error.kind(), RemoteErrorKind::Conflict);
    assert!(
        error.to_string().contains("an access entry of arn:aws:iam::123456789012:user/creator"),
        "{error}"
    );
    // What was made before is in the state.
    let recorded = call.recorded().unwrap();
    let Dynamic::Map(there) = recorded.attribute("access_entries") else { panic!("no entries") };
    assert_eq!(there.keys().collect::<Vec<_>>(), [ANN]);
}

#[tokio::test]
async fn a_cluster_whose_entries_fail_is_complete_and_can_be_kept() {
    let stand_in = StandIn::start().await;
    stand_in.misbehave(json!([{"kind": "quota", "operation": "CreateAccessEntry", "count": 1}])).await;
    let (ctx, call) = operation(&stand_in.aws);
    let wanted = BTreeMap::from([(ANN.to_owned(), AccessEntry::new())]);
    let planned = || cluster("main").access_entries(wanted.clone());
    let error = EksCluster::create(&ctx, Planned::new(planned())).await.unwrap_err();
    let told = error.into_diagnostics().to_string();
    assert!(told.contains("The object itself is complete") && told.contains("terraform untaint"), "{told}");
    let left = State::<EksClusterModel>::decode(&call.recorded().unwrap()).unwrap();
    assert_eq!(left.status, "ACTIVE".into());
    let planned = EksClusterModel { access_entries: planned().access_entries, ..(*left).clone() };
    let change = Change { prior: left, planned: Planned::new(planned) };
    let updated = EksCluster::update(&ctx, change).await.unwrap();
    assert_eq!(updated.access_entries.known().map(|entries| entries.len()), Some(1));
}

#[tokio::test]
async fn an_entry_is_made_once_whatever_becomes_of_the_answers() {
    let stand_in = StandIn::start().await;
    let lost = |operation: &str| json!({"kind": "lost_answer", "operation": operation, "count": 1});
    let lost = json!([lost("CreateAccessEntry"), lost("AssociateAccessPolicy"), lost("DeleteAccessEntry")]);
    stand_in.misbehave(lost).await;
    let mut instance = Instance::new("sparki_eks_cluster", &stand_in.aws);
    let viewer = entry(&[("policies", policies([(VIEW, Dynamic::Null)]))]);
    instance.apply(&config(entries([(ANN, viewer)]))).await;
    assert_eq!(principals(&stand_in).await, [ANN, CREATOR]);
    instance.apply(&config(Dynamic::Null)).await;
    assert_eq!(principals(&stand_in).await, [CREATOR]);
}
