mod machines;
mod room;

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_eks::types::{
    AmiTypes, CapacityTypes, Nodegroup, NodegroupScalingConfig, NodegroupStatus, NodegroupUpdateConfig,
    Taint as WireTaint, TaintEffect,
};
use sparki_aws::{Nonce, Seen, Tags};
use sparki_core::{Config, Draft, Model, Plan, State, Value};
use sparki_plan::{Action, plan_instance};

use super::quota::{Growth, demands, growth};
use super::template::Machines;
use super::vcpus::{Sizes, is_standard};
use super::{CapacityType, Effect, EksNodeGroup, EksNodeGroupModel, Taint, UpdateStrategy, answer, requests};
use crate::quota::Certainty;

fn labels<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

fn taint(key: &str, value: &str, effect: Effect) -> Taint {
    Taint::new(key, effect).value(value)
}

/// A group as generic planning leaves it: every default filled in.
fn group() -> EksNodeGroupModel {
    let subnets = BTreeSet::from(["subnet-1".to_owned()]);
    EksNodeGroupModel::new("main", "arn:aws:iam::123456789012:role/node", subnets)
        .name("workers")
        .region("us-east-1".parse::<sparki_aws::Region>().unwrap())
        .version("1.33")
        .instance_types(vec!["t3.large".to_owned()])
        .capacity_type(CapacityType::OnDemand)
        .ami_type("AL2023_x86_64_STANDARD")
        .disk_gib(20)
        .min(10)
        .max(50)
        .initial_size(10)
        .max_unavailable(1)
        .update_strategy(UpdateStrategy::Default)
        .force_update(false)
        .node_repair(false)
}

fn in_state() -> EksNodeGroupModel {
    EksNodeGroupModel { status: "ACTIVE".into(), desired_size: 14.into(), ..group() }
}

/// Plans, and returns the messages and the plan.
fn check_plan(
    prior: Option<EksNodeGroupModel>,
    mut planned: EksNodeGroupModel,
) -> (String, EksNodeGroupModel) {
    let (config, prior) = (Config::new(planned.clone()), prior.map(State::new));
    let diagnostics =
        EksNodeGroup::plan(&mut Draft::new(&config, prior.as_ref(), &mut planned, &mut Vec::new()));
    (diagnostics.to_string(), planned)
}

/// The sizes that an update sends: fewest, most and how many to have.
fn check_sizes(planned: &EksNodeGroupModel, running: i32) -> Option<[Option<i32>; 3]> {
    let request = requests::update(&group(), planned, Some(running))?;
    let sizes = request.get_scaling_config().clone()?;
    Some([sizes.min_size(), sizes.max_size(), sizes.desired_size()])
}

#[test]
fn the_sizes_have_to_fit_together() {
    let (problems, _) = check_plan(None, group().min(60));
    assert_eq!(
        problems.split("\nerror").next().unwrap(),
        "error: Invalid size\n  at min\n  \"min\" is 60 and \"max\" is 50. Set \"max\" to 60 or more, or lower \"min\"."
    );
    let (problems, _) = check_plan(None, group().initial_size(5));
    assert_eq!(
        problems,
        "error: Invalid size\n  at initial_size\n  \"initial_size\" is 5. Use 10 to 50, or omit it to begin with \"min\"."
    );
    assert_eq!(check_plan(None, group()).0, "");
}

#[test]
fn a_group_begins_with_the_fewest_machines_unless_told_otherwise() {
    assert_eq!(check_plan(None, group().initial_size(Value::unknown())).1.initial_size, 10.into());
    assert_eq!(check_plan(None, group().initial_size(12)).1.initial_size, 12.into());
    let unknown = group().min(Value::unknown()).initial_size(Value::unknown());
    assert!(check_plan(None, unknown).1.initial_size.is_unknown());
}

#[test]
fn another_size_to_begin_with_is_no_change_of_a_group_that_exists() {
    let planned =
        EksNodeGroupModel { status: Value::unknown(), desired_size: Value::unknown(), ..in_state() };
    let (problems, planned) = check_plan(Some(in_state()), planned.initial_size(3));
    assert_eq!((problems, planned), (String::new(), in_state()));
}

#[test]
fn nodes_are_never_downgraded() {
    assert_eq!(check_plan(Some(in_state()), in_state().version("1.34")).0, "");
    assert_eq!(
        check_plan(Some(in_state()), in_state().version("1.32")).0,
        "error: Version out of reach\n  at version\n  The nodes run 1.33, and \"version\" asks for 1.32. EKS cannot go \
         back; set 1.33 or later, or make a new group under another name."
    );
    assert_eq!(check_plan(Some(in_state()), in_state().version("1.32").disk_gib(40)).0, "");
}

#[test]
fn a_taint_is_given_once() {
    let taints = BTreeSet::from([
        taint("dedicated", "a", Effect::NoSchedule),
        taint("dedicated", "b", Effect::NoSchedule),
        taint("dedicated", "a", Effect::NoExecute),
    ]);
    assert_eq!(
        EksNodeGroup::validate(&Config::new(group().taints(taints))).to_string(),
        "error: Taint given twice\n  at taints\n  Two of \"taints\" have the key \"dedicated\" and the effect \
         NO_SCHEDULE. Keep one of them."
    );
}

#[test]
fn a_new_group_is_asked_for_in_one_request() {
    let taints = BTreeSet::from([taint("dedicated", "builds", Effect::NoSchedule)]);
    let request = requests::create(&group().taints(taints), BTreeMap::new(), &Nonce::new("n-1"));
    let sizes = request.get_scaling_config().clone().unwrap();
    assert_eq!((sizes.min_size(), sizes.max_size(), sizes.desired_size()), (Some(10), Some(50), Some(10)));
    assert_eq!(request.get_capacity_type(), &Some(CapacityTypes::OnDemand));
    assert_eq!(request.get_taints().clone().unwrap()[0].effect(), Some(&TaintEffect::NoSchedule));
    assert_eq!(request.get_client_request_token().as_deref(), Some("n-1"));
}

#[test]
fn the_running_machines_are_moved_only_as_far_as_the_limits_need() {
    assert_eq!(check_sizes(&group().max(60), 14), Some([Some(10), Some(60), None]));
    assert_eq!(check_sizes(&group().min(20), 14), Some([Some(20), Some(50), Some(20)]));
    assert_eq!(check_sizes(&group().max(12), 14), Some([Some(10), Some(12), Some(12)]));
    assert_eq!(check_sizes(&group().max_unavailable(2), 14), None);
}

#[test]
fn labels_and_taints_are_changed_one_by_one() {
    let prior = group()
        .labels(labels([("keep", "1"), ("change", "1"), ("drop", "1")]))
        .taints(BTreeSet::from([taint("a", "1", Effect::NoSchedule), taint("b", "1", Effect::NoSchedule)]));
    let planned = group()
        .labels(labels([("keep", "1"), ("change", "2"), ("new", "1")]))
        .taints(BTreeSet::from([taint("a", "2", Effect::NoSchedule)]));
    let request = requests::update(&prior, &planned, None).unwrap();
    let change = request.get_labels().clone().unwrap();
    let added: BTreeMap<_, _> = change.add_or_update_labels.unwrap().into_iter().collect();
    assert_eq!(added, labels([("change", "2"), ("new", "1")]));
    assert_eq!(change.remove_labels.unwrap(), ["drop"]);
    let change = request.get_taints().clone().unwrap();
    assert_eq!(change.add_or_update_taints()[0].value(), Some("2"));
    assert_eq!(change.remove_taints()[0].key(), Some("b"));
    assert_eq!((change.add_or_update_taints().len(), change.remove_taints().len()), (1, 1));
    assert_eq!(requests::update(&prior, &prior, None), None);
}

#[test]
fn settings_of_updates_are_changed_in_one_request() {
    let planned = EksNodeGroupModel { max_unavailable: Value::Null, ..group() }
        .max_unavailable_percentage(33)
        .update_strategy(UpdateStrategy::Minimal)
        .node_repair(true);
    let request = requests::update(&group(), &planned, None).unwrap();
    let settings = request.get_update_config().clone().unwrap();
    assert_eq!((settings.max_unavailable(), settings.max_unavailable_percentage()), (None, Some(33)));
    assert_eq!(settings.update_strategy().map(|strategy| strategy.as_str()), Some("MINIMAL"));
    assert_eq!(request.get_node_repair_config().clone().unwrap().enabled(), Some(true));
    assert_eq!(requests::update(&group(), &group().force_update(true), None), None);
}

#[test]
fn one_machine_may_be_out_of_service_unless_told_otherwise() {
    let plan = |group: EksNodeGroupModel| {
        let planned = check_plan(None, group).1;
        (planned.max_unavailable.into_known(), planned.max_unavailable_percentage.into_known())
    };
    let silent = || EksNodeGroupModel { max_unavailable: Value::Null, ..group() };
    assert_eq!(plan(silent()), (Some(1), None));
    assert_eq!(plan(silent().max_unavailable(3)), (Some(3), None));
    assert_eq!(plan(silent().max_unavailable_percentage(33)), (None, Some(33)));
    assert_eq!(plan(silent().max_unavailable_percentage(Value::unknown())), (None, None));
    // What was a part of all machines is a number again.
    let prior = EksNodeGroupModel { max_unavailable: Value::Null, ..in_state() };
    let prior = prior.max_unavailable_percentage(33);
    let planned = check_plan(Some(prior), EksNodeGroupModel { max_unavailable: Value::Null, ..in_state() }).1;
    assert_eq!((planned.max_unavailable, planned.max_unavailable_percentage), (1.into(), Value::Null));
    assert!(planned.desired_size.is_unknown());
}

#[test]
fn an_image_fits_the_version_of_the_nodes() {
    assert_eq!(check_plan(None, group().release_version("1.33.1-20260101")).0, "");
    assert_eq!(
        check_plan(None, group().release_version("1.32.9-20260101")).0,
        "error: Image of another version\n  at release_version\n  \"release_version\" is 1.32.9-20260101, and the nodes \
         are to run 1.33. Set a release that begins with \"1.33.\", or leave it out."
    );
}

#[test]
fn a_name_that_has_another_prefix_makes_another_group() {
    let check = |prefix: &str| {
        let config = Config::new(EksNodeGroupModel { name: Value::Null, ..group() }.name_prefix(prefix));
        let (prior, mut planned) = (State::new(in_state()), in_state().name_prefix(prefix));
        let mut replace = Vec::new();
        let told = EksNodeGroup::plan(&mut Draft::new(&config, Some(&prior), &mut planned, &mut replace));
        assert_eq!(told.to_string(), "");
        (replace.len(), planned.name.is_unknown())
    };
    assert_eq!(check("work"), (0, false));
    assert_eq!(check("spot-"), (1, true));
}

#[test]
fn a_protected_group_makes_way_for_no_other_one() {
    let resource = sparki_core::Erased::<EksNodeGroup>::importable();
    let check = |prior: EksNodeGroupModel| {
        let config = EksNodeGroupModel { name: Value::Null, initial_size: Value::Null, ..group() };
        let config = config.name_prefix("work").instance_types(vec!["m5.large".to_owned()]);
        let prior = State::new(prior.name_prefix("work").deletion_protection(true));
        let plan = plan_instance(&resource, &config.encode(), &prior.encode());
        assert_eq!(plan.action, Action::Replace);
        plan.diagnostics.to_string()
    };
    let told = check(in_state());
    assert!(told.contains("Node group is protected from removal"), "{told}");
    for status in ["CREATE_FAILED", "GONE"] {
        assert_eq!(check(EksNodeGroupModel { status: status.into(), ..in_state() }), "", "{status}");
    }
}

#[test]
fn only_another_version_or_image_is_an_upgrade() {
    let upgrade = |planned: EksNodeGroupModel| {
        let request = requests::upgrade(&group().release_version("1.33.1-1"), &planned, None)?;
        Some((request.get_version().clone()?, request.get_release_version().clone(), *request.get_force()))
    };
    let image = |image: &str| Some(image.to_owned());
    let to = |version: &str| group().version(version).release_version(Value::unknown());
    assert_eq!(upgrade(to("1.34")), Some(("1.34".into(), None, None)));
    assert_eq!(upgrade(to("1.34").force_update(true)), Some(("1.34".into(), None, Some(true))));
    assert_eq!(upgrade(group().release_version("1.33.1-2")), Some(("1.33".into(), image("1.33.1-2"), None)));
    assert_eq!(upgrade(group().release_version("1.33.1-1")), None);
    assert_eq!(upgrade(group().version(Value::unknown()).release_version(Value::unknown())), None);
}

#[test]
fn an_answer_reads_as_it_was_planned() {
    let sizes = NodegroupScalingConfig::builder().min_size(10).max_size(50).desired_size(14).build();
    let taint_answer = WireTaint::builder().key("a").value("").effect(TaintEffect::NoExecute).build();
    let answer = Nodegroup::builder()
        .cluster_name("main")
        .nodegroup_name("workers")
        .node_role("arn:aws:iam::123456789012:role/node")
        .subnets("subnet-1")
        .version("1.33")
        .instance_types("t3.large")
        .capacity_type(CapacityTypes::OnDemand)
        .ami_type(AmiTypes::from("AL2023_x86_64_STANDARD"))
        .disk_size(20)
        .scaling_config(sizes)
        .update_config(NodegroupUpdateConfig::builder().max_unavailable(1).build())
        .taints(taint_answer)
        .status(NodegroupStatus::Active)
        .build();
    let defaults = BTreeMap::new();
    let read = answer::model(
        (&answer, Machines::bare(&answer)),
        &"us-east-1".parse().unwrap(),
        Tags::new(&defaults),
        &group(),
    );
    let expected = EksNodeGroupModel {
        id: Value::Known(sparki_core::Id::new("us-east-1/main/workers")),
        tags_all: BTreeMap::new().into(),
        ..in_state().taints(BTreeSet::from([Taint::new("a", Effect::NoExecute)]))
    };
    assert_eq!(read, expected);
}

#[test]
fn a_failed_group_is_an_error_and_a_degraded_one_too() {
    let failed = Nodegroup::builder().status(NodegroupStatus::CreateFailed).build();
    let reason = "The node group has the status CREATE_FAILED, and AWS gives no reason.";
    assert_eq!(answer::seen(Some(failed.clone())), Seen::Failed(reason.into()));
    assert_eq!(answer::seen_leaving(Some(failed)), Seen::Pending("CREATE_FAILED".into()));
    assert_eq!(answer::seen_leaving(None), Seen::Reached(()));
}

#[test]
fn standard_machines_are_told_by_their_family() {
    let standard = ["t3.large", "m7i-flex.large", "c6g.xlarge", "im4gn.large", "is4gen.medium", "z1d.large"];
    for name in standard {
        assert!(is_standard(name), "{name}");
    }
    for name in [
        "inf2.xlarge",
        "dl1.24xlarge",
        "g5.xlarge",
        "p4d.24xlarge",
        "x2gd.large",
        "mac2.metal",
        "hpc6a.48xlarge",
    ] {
        assert!(!is_standard(name), "{name}");
    }
}

#[test]
fn only_machines_on_top_of_those_there_are_count() {
    let new = group().min(2).max(5).initial_size(2);
    assert_eq!(growth(None, &new), Growth { now: ("min", 2), later: 5 });
    assert_eq!(growth(None, &new.clone().initial_size(4)), Growth { now: ("initial_size", 4), later: 5 });
    let there = EksNodeGroupModel { desired_size: 3.into(), ..new.clone() };
    assert_eq!(growth(Some(&there), &there), Growth { now: ("min", 0), later: 0 });
    assert_eq!(growth(Some(&there), &there.clone().min(3)), Growth { now: ("min", 0), later: 0 });
    assert_eq!(growth(Some(&there), &there.clone().min(4).max(9)), Growth { now: ("min", 1), later: 6 });
}

#[test]
fn the_smallest_machines_are_needed_and_the_largest_may_be() {
    let sizes = Sizes { smallest: ("t3.large".to_owned(), 2), largest: ("m5.2xlarge".to_owned(), 8) };
    let growth = Growth { now: ("min", 10), later: 50 };
    let [now, later] = demands(&growth, &sizes, 4);
    assert_eq!(now.need, "10 more machines of type t3.large with 2 vCPUs each need 20 vCPUs.");
    assert_eq!((now.more, now.used, now.attribute, now.certainty), (20, 4, "min", Certainty::Now));
    assert_eq!(later.need, "Up to 50 more machines of type m5.2xlarge with 8 vCPUs each need 400 vCPUs.");
    assert_eq!((later.more, later.attribute, later.certainty), (400, "max", Certainty::Later));
}
