//! `sparki_eks_node_group`, against a stand-in that is no AWS.

use std::time::Duration;

use acceptance::{Action, Case, Detour, Expected, PlanCheck, StateCheck, Unverified, at, eventually};
use serde_json::json;

use crate::eks_cluster::{check_lost_answers, cluster};

const IT: &str = "sparki_eks_node_group.it";

fn nodes(case: &Case, name: &str, attributes: &str) -> String {
    let fixtures = case.aws().fixtures();
    let attributes = if attributes.contains("min =") {
        attributes.to_owned()
    } else {
        format!("min = 1\n  max = 3\n  {attributes}")
    };
    format!(
        "{}resource \"sparki_eks_node_group\" \"it\" {{\n  cluster_name = sparki_eks_cluster.it.name\n  name = \"workers\"\n  role_arn = {:?}\n  \
         subnet_ids = {:?}\n  {attributes}\n}}\n",
        cluster(case, name, ""),
        fixtures.node_role_arn,
        fixtures.subnet_ids
    )
}

#[test]
fn a_node_group_is_made_changed_and_removed() {
    let case = Case::with_aws();
    let name = case.unique("main");
    let applied = case.apply(&nodes(&case, &name, ""));
    assert_eq!(applied.plan.action(IT), Action::Create);
    assert_eq!(applied.state.text(IT, "/id"), format!("us-east-1/{name}/workers"));
    assert_eq!(applied.state.value(IT, "/instance_types"), &json!(["t3.large"]));

    let more = "min = 2\n  max = 5\n  labels = { team = \"one\" }\n  taints = [{ key = \"gpu\", value = \"1\", effect = \"NO_SCHEDULE\" }]\n  max_unavailable = 2";
    let applied = case.apply(&nodes(&case, &name, more));
    assert_eq!(applied.plan.action(IT), Action::Update);
    assert_eq!(applied.state.value(IT, "/max"), 5);
    assert_eq!(applied.state.value(IT, "/taints/0/key"), "gpu");
    let other = "min = 2\n  max = 5\n  labels = { tier = \"2\" }\n  taints = [{ key = \"arm\", effect = \"NO_EXECUTE\" }]";
    let applied = case.apply(&nodes(&case, &name, other));
    assert_eq!(applied.state.value(IT, "/labels"), &json!({"tier": "2"}));
    let applied = case.apply(&nodes(&case, &name, ""));
    assert_eq!(applied.plan.action(IT), Action::Update);
    assert!(applied.state.value(IT, "/taints").as_array().is_none_or(Vec::is_empty));
    case.finish();
}

#[test]
fn the_size_that_an_autoscaler_sets_is_no_drift() {
    let case = Case::with_aws();
    let name = case.unique("main");
    let config = nodes(&case, &name, "");
    case.apply(&config);
    let size = json!({"scalingConfig": {"minSize": 1, "maxSize": 3, "desiredSize": 3}});
    let path = format!("/clusters/{name}/node-groups/workers/update-config");
    let _ = case.aws().eks("POST", &path, Some(&size)).accepted();
    case.expect_nothing_to_do();
    case.finish();
}

#[test]
fn the_size_to_begin_with_counts_once() {
    let case = Case::with_aws();
    let name = case.unique("main");
    let applied = case.apply(&nodes(&case, &name, "initial_size = 2"));
    assert_eq!(applied.state.value(IT, "/desired_size"), 2);
    for later in ["initial_size = 3", ""] {
        let plan = case.plan(&nodes(&case, &name, later));
        assert!(!plan.changes(IT, "/desired_size") || plan.action(IT) == Action::NoOp, "{later}");
        assert_ne!(plan.action(IT), Action::Replace);
    }
    case.finish();
}

#[test]
fn drift_of_a_node_group_is_planned() {
    let case = Case::with_aws();
    let name = case.unique("main");
    let config = nodes(&case, &name, "labels = { team = \"one\" }");
    case.apply(&config);
    let drift = json!({
        "labels": {"addOrUpdateLabels": {"team": "somebody"}},
        "scalingConfig": {"minSize": 1, "maxSize": 2, "desiredSize": 1},
    });
    let path = format!("/clusters/{name}/node-groups/workers/update-config");
    let _ = case.aws().eks("POST", &path, Some(&drift)).accepted();
    let applied = case.apply(&config);
    assert_eq!(applied.plan.action(IT), Action::Update);
    assert_eq!(applied.plan.before(IT, "/labels/team"), "somebody");
    assert_eq!(applied.plan.before(IT, "/max"), 2);
    case.finish();
}

#[test]
fn drift_of_the_taints_and_the_pace_of_a_node_group_is_planned() {
    let case = Case::with_aws();
    let name = case.unique("main");
    let config = nodes(
        &case,
        &name,
        "taints = [{ key = \"gpu\", value = \"1\", effect = \"NO_SCHEDULE\" }]\n  max_unavailable = 2",
    );
    case.apply(&config);
    let drift = json!({
        "taints": {"addOrUpdateTaints": [{"key": "arm", "value": "1", "effect": "NO_EXECUTE"}]},
        "updateConfig": {"maxUnavailable": 1},
    });
    let path = format!("/clusters/{name}/node-groups/workers/update-config");
    let _ = case.aws().eks("POST", &path, Some(&drift)).accepted();
    let applied = case
        .step(&config)
        .plan(PlanCheck::action(IT, Action::Update))
        .state(StateCheck::known(IT, at("taints"), Expected::size(1)))
        .state(StateCheck::known(IT, at("max_unavailable"), 2))
        .run();
    assert_eq!(applied.plan.before(IT, "/max_unavailable"), 1);
    assert_eq!(applied.plan.before(IT, "/taints").as_array().map(Vec::len), Some(2));
    case.finish();
}

#[test]
fn answers_about_a_node_group_that_are_lost_do_no_harm() {
    let mut case = Case::with_aws();
    let name = case.unique("main");
    let (config, changed) = (nodes(&case, &name, ""), nodes(&case, &name, "min = 2\n  max = 3"));
    case.apply(&cluster(&case, &name, ""));
    let all = format!("/clusters/{name}/node-groups");
    let calls = [
        (format!("POST {all} HTTP"), Some(config.clone())),
        (format!("GET {all}/workers"), Some(config)),
        (format!("POST {all}/workers/update-config"), Some(changed)),
        (format!("DELETE {all}/workers"), None),
    ];
    check_lost_answers(&mut case, IT, &calls);
    case.finish();
    assert_eq!(Case::with_aws().aws().eks("GET", &format!("{all}/workers"), None).status, 404);
}

#[test]
fn every_optional_attribute_of_a_node_group_can_be_removed() {
    let case = Case::with_aws();
    let name = case.unique("main");
    let all = "min = 2\n  max = 5\n  labels = { team = \"one\" }\n  max_unavailable = 2\n  \
               taints = [{ key = \"gpu\", value = \"1\", effect = \"NO_SCHEDULE\" }]\n  timeouts = { create = \"1h\" }";
    let bare = case.apply(&nodes(&case, &name, "min = 2\n  max = 5"));
    case.step(&nodes(&case, &name, all)).plan(PlanCheck::action(IT, Action::Update)).run();
    let removed = case
        .step(&nodes(&case, &name, "min = 2\n  max = 5"))
        .plan(PlanCheck::action(IT, Action::Update))
        .run();
    // Tags are left out: the stand-in knows tags of clusters only.
    for attribute in ["labels", "taints", "max_unavailable", "timeouts"] {
        let pointer = format!("/{attribute}");
        assert!(removed.plan.changes(IT, &pointer), "{attribute} was not set");
        assert_eq!(
            removed.state.value(IT, &pointer),
            bare.state.value(IT, &pointer),
            "{attribute} is not reset"
        );
    }
    case.finish();
}

#[test]
fn a_node_group_that_was_removed_is_made_again_and_its_template_goes() {
    let case = Case::with_aws();
    let name = case.unique("main");
    let config = nodes(&case, &name, "");
    case.apply(&config);
    let _ = case.aws().eks("DELETE", &format!("/clusters/{name}/node-groups/workers"), None).accepted();
    // Its launch template is left, which a replacement removes.
    case.step(&config).plan(PlanCheck::action(IT, Action::Replace)).run();
    case.finish();
}

#[test]
fn an_interrupt_in_the_middle_of_the_creation_of_a_node_group_keeps_it() {
    let mut case = Case::with_aws();
    let name = case.unique("main");
    let aws = case.aws().endpoint().to_owned();
    case.apply(&cluster(&case, &name, ""));
    let path = format!("/clusters/{name}/node-groups/workers");
    let slow = Detour::slow(&format!("GET {path}"), Duration::from_secs(6), &aws);
    case.terraform_mut().set("AWS_ENDPOINT_URL", slow.endpoint());
    let config = nodes(&case, &name, "");
    let _ = case.plan(&config);
    let apply = case.terraform().start(&["apply", "-input=false", "-no-color", "plan"]);
    eventually("the group is made", || case.aws().eks("GET", &path, None).status == 200);
    apply.interrupt();
    let output = apply.wait();
    assert!(case.state().has(IT), "{output}");
    case.terraform_mut().set("AWS_ENDPOINT_URL", &aws);
    if case.state().is_tainted(IT) {
        assert!(output.stderr().contains("terraform untaint"), "{output}");
        let _ = case.terraform().run(&["untaint", "-no-color", IT]).succeeded();
    }
    let applied = case.apply(&config);
    assert_ne!(applied.plan.action(IT), Action::Replace);
    case.finish();
}

#[test]
fn a_node_group_is_imported_by_its_path() {
    let case = Case::with_aws();
    let name = case.unique("main");
    let config = nodes(&case, &name, "labels = { team = \"one\" }\n  tags = { team = \"one\" }");
    case.apply(&config);
    let local = Unverified(&["initial_size", "force_update", "name_prefix", "deletion_protection"]);
    for id in [format!("us-east-1/{name}/workers"), format!("{name}/workers")] {
        case.verify_import(&config, IT, &id, local);
    }
    // How many nodes to begin with was not said, so it is not set by an import either.
    let import = case.import(&config, IT).by_block(&format!("us-east-1/{name}/workers"));
    let _ = import.ignoring_all(local).persisted().run();
    case.verify_generated(IT, &format!("us-east-1/{name}/workers"), local);
    case.verify_data_source("sparki_eks_node_group", IT, &format!("us-east-1/{name}/workers"), local);
    case.finish();
}

#[test]
fn what_cannot_be_changed_makes_another_node_group() {
    let case = Case::with_aws();
    let name = case.unique("main");
    case.apply(&nodes(&case, &name, ""));
    for (attribute, name_of) in [
        ("instance_types = [\"m6i.large\"]", "instance_types"),
        ("capacity_type = \"SPOT\"", "capacity_type"),
    ] {
        let plan = case.plan(&nodes(&case, &name, attribute));
        assert_eq!(plan.action(IT), Action::Replace, "{attribute}");
        assert!(
            plan.replaced_by(IT).iter().any(|path| path.starts_with(name_of)),
            "{attribute}: {:?}",
            plan.replaced_by(IT)
        );
    }
    let _ = case.plan(&nodes(&case, &name, ""));
    case.finish();
}

#[test]
fn a_node_group_with_wrong_sizes_is_refused_at_plan() {
    let case = Case::with_aws();
    let turned = nodes(&case, "main", "min = 5\n  max = 3");
    case.refuses_plan(&turned).says(&["min", "max"]).blames_nobody();
    let outside = nodes(&case, "main", "min = 1\n  max = 3\n  initial_size = 4");
    case.refuses_plan(&outside).says(&["initial_size"]).points_at("initial_size").blames_nobody();
}
