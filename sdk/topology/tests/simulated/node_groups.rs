//! Node groups.

use serde_json::json;
use sparki_core::{Change, Dynamic, Planned, Reconcile, RemoteErrorKind, State, Value};
use sparki_plan::Action;
use sparki_topology::EksNodeGroup;
use sparki_topology::eks_node_group::EksNodeGroupModel;

use super::stand_in::{StandIn, subnets};
use super::{cluster_in, with_cluster};
use crate::Moto;
use crate::planned::{Instance, map, set};
use crate::support::{node_group, operation, region};

/// A stand-in before moto, which has the launch templates, with a cluster.
pub(super) async fn before_moto() -> (Moto, StandIn, [String; 2]) {
    let moto = Moto::start().await;
    let stand_in = StandIn::before(&moto.url).await;
    let subnets = subnets(&moto.url).await;
    cluster_in(&stand_in.aws, subnets.clone()).await;
    (moto, stand_in, subnets)
}

pub(super) fn config(name: (&'static str, &str), subnets: &[String; 2]) -> Vec<(&'static str, Dynamic)> {
    vec![
        ("cluster_name", "main".into()),
        (name.0, name.1.into()),
        ("role_arn", "arn:aws:iam::123456789012:role/node".into()),
        ("subnet_ids", set([subnets[0].as_str()])),
    ]
}

fn taint(value: &str) -> Dynamic {
    Dynamic::object([("key", "dedicated".into()), ("value", value.into()), ("effect", "NO_SCHEDULE".into())])
}

#[tokio::test]
async fn nothing_is_planned_after_any_apply_of_a_node_group() {
    let (_moto, stand_in, subnets) = before_moto().await;
    let mut instance = Instance::new("sparki_eks_node_group", &stand_in.aws);
    let mut config = config(("name", "workers"), &subnets);
    config.push(("version", "1.32".into()));
    assert_eq!(instance.apply(&config).await, Action::Create);
    assert_eq!(instance.state.attribute("release_version"), &"1.32.3-20260101".into());
    let changes = [
        ("labels", map([("tier", "web")])),
        ("labels", Dynamic::Null),
        ("taints", Dynamic::set(vec![taint("builds")])),
        ("taints", Dynamic::set(vec![taint("tests")])),
        ("taints", Dynamic::Null),
        ("tags", map([("team", "edge")])),
        ("min", 12.into()),
        ("max", 60.into()),
        ("max_unavailable", 3.into()),
        ("max_unavailable", Dynamic::Null),
        ("max_unavailable_percentage", 33.into()),
        ("update_strategy", "MINIMAL".into()),
        ("max_unavailable_percentage", Dynamic::Null),
        ("node_repair", true.into()),
        ("node_repair", false.into()),
        ("force_update", true.into()),
        ("release_version", "1.32.3-20250601".into()),
        ("release_version", Dynamic::Null),
        ("version", "1.33".into()),
    ];
    for (name, value) in changes {
        let was_pinned = name == "release_version" && value.is_null();
        config.retain(|(other, _)| *other != name);
        config.push((name, value));
        let expected = if was_pinned { Action::NoOp } else { Action::Update };
        assert_eq!(instance.apply(&config).await, expected, "{name}");
    }
    assert_eq!(instance.state.attribute("release_version"), &"1.33.4-20260101".into());
}

#[tokio::test]
async fn groups_of_one_prefix_stand_side_by_side() {
    let (_moto, stand_in, subnets) = before_moto().await;
    let config = config(("name_prefix", "workers-"), &subnets);
    let mut groups = [(); 2].map(|()| Instance::new("sparki_eks_node_group", &stand_in.aws));
    for group in &mut groups {
        assert_eq!(group.apply(&config).await, Action::Create);
    }
    let [one, two] = groups.map(|group| group.state.attribute("name").as_str().unwrap().to_owned());
    assert!(one.starts_with("workers-") && two.starts_with("workers-") && one != two, "{one} {two}");
    assert!(one.len() <= 63);
}

#[tokio::test]
async fn a_group_of_a_prefix_is_made_once_whatever_becomes_of_the_answers() {
    let (_moto, stand_in, subnets) = before_moto().await;
    stand_in.misbehave(json!([{"kind": "lost_answer", "operation": "CreateNodegroup", "count": 1}])).await;
    let mut instance = Instance::new("sparki_eks_node_group", &stand_in.aws);
    instance.apply(&config(("name_prefix", "workers-"), &subnets)).await;
    let client = stand_in.aws.client::<aws_sdk_eks::Client>(&region()).await.unwrap();
    let listed = client.list_nodegroups().cluster_name("main").send().await.unwrap();
    assert_eq!(listed.nodegroups(), [instance.state.attribute("name").as_str().unwrap()]);
}

#[tokio::test]
async fn a_node_group_that_aws_fails_to_make_is_kept_as_an_error_and_can_be_removed() {
    let stand_in = StandIn::start().await;
    with_cluster(&stand_in.aws, "main", "1.33").await;
    stand_in.misbehave(json!([{"kind": "failure", "operation": "CreateNodegroup"}])).await;
    let (ctx, call) = operation(&stand_in.aws);
    let planned = Planned::new(node_group("main", "workers"));
    let error = EksNodeGroup::create(&ctx, planned).await.unwrap_err();
    assert!(
        error.to_string().contains("AWS's reason: AsgInstanceLaunchFailures: Could not launch"),
        "{error}"
    );
    let left = State::<EksNodeGroupModel>::decode(&call.recorded().unwrap()).unwrap();
    assert_eq!(left.status, "CREATE_FAILED".into());
    EksNodeGroup::delete(&ctx, left.clone()).await.unwrap();
    assert_eq!(EksNodeGroup::read(&ctx, left).await.unwrap(), None);
}

#[tokio::test]
async fn a_failed_upgrade_of_nodes_is_an_error_and_is_made_up_for() {
    let stand_in = StandIn::start().await;
    with_cluster(&stand_in.aws, "main", "1.33").await;
    let (ctx, call) = operation(&stand_in.aws);
    let planned = Planned::new(node_group("main", "workers").version("1.32"));
    let created = EksNodeGroup::create(&ctx, planned).await.unwrap();
    stand_in.misbehave(json!([{"kind": "failure", "operation": "UpdateNodegroupVersion", "count": 1}])).await;
    let upgrade = || {
        let release_version = Value::unknown();
        let planned = EksNodeGroupModel { release_version, ..(*created).clone().version("1.33") };
        Change { prior: created.clone(), planned: Planned::new(planned) }
    };
    let error = EksNodeGroup::update(&ctx, upgrade()).await.unwrap_err();
    assert!(error.to_string().contains("Unknown: The update failed on purpose."), "{error}");
    assert_eq!(call.recorded().unwrap().attribute("version").as_str(), Some("1.32"));
    let updated = EksNodeGroup::update(&ctx, upgrade()).await.unwrap();
    assert_eq!((&updated.version, &updated.release_version), (&"1.33".into(), &"1.33.4-20260101".into()));
}

#[tokio::test]
async fn nodes_that_cannot_join_are_refused_by_aws_as_well() {
    let stand_in = StandIn::start().await;
    with_cluster(&stand_in.aws, "main", "1.33").await;
    let (ctx, call) = operation(&stand_in.aws);
    let planned = Planned::new(node_group("main", "workers").version("1.34"));
    let error = EksNodeGroup::create(&ctx, planned).await.unwrap_err();
    assert_eq!(error.kind(), RemoteErrorKind::Invalid);
    assert_eq!(call.recorded(), None);
}
