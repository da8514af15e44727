//! The blocks of EKS against the stand-in where everything takes its time and versions have rules.

use std::sync::Arc;

use acceptance::{
    Action, Case, ControlPlane, Order, PlanCheck, Provider, Setup, StandIn, StateCheck, Unverified, at,
    eventually,
};
use serde_json::{Value, json};

use crate::eks_cluster::cluster;

const CLUSTER: &str = "sparki_eks_cluster.it";
const NODES: &str = "sparki_eks_node_group.it";
const ADDON: &str = "sparki_eks_addon.it";
const IDENTITY: &str = "sparki_eks_pod_identity.it";

const ROLE: &str = "arn:aws:iam::123456789012:role/shop";

/// What only the provider knows of an add-on, and what follows from that.
const LOCAL: Unverified<'_> = Unverified(&[
    "cluster_version",
    "version",
    "available_version",
    "resolve_conflicts_on_create",
    "resolve_conflicts_on_update",
    "preserve_on_delete",
    "deletion_protection",
]);

/// The same of a pod identity.
const PROTECTION: Unverified<'_> = Unverified(&["deletion_protection"]);

/// The newest version of Kubernetes that the stand-in has had for a year, and the one before.
const VERSION: &str = "1.35";
const BEFORE: &str = "1.34";

fn nodes(case: &Case, attributes: &str) -> String {
    let fixtures = case.aws().fixtures();
    format!(
        "resource \"sparki_eks_node_group\" \"it\" {{
  cluster_name = sparki_eks_cluster.it.name
  name_prefix  = \"workers-\"
  version      = sparki_eks_cluster.it.version
  role_arn     = {:?}
  subnet_ids   = {:?}
  min          = 1
  max          = 3
  {attributes}
  lifecycle {{
    create_before_destroy = true
  }}
}}
",
        fixtures.node_role_arn, fixtures.subnet_ids
    )
}

fn addon(attributes: &str) -> String {
    format!(
        "resource \"sparki_eks_addon\" \"it\" {{
  cluster_name    = sparki_eks_cluster.it.name
  cluster_version = sparki_eks_cluster.it.version
  name            = \"kube-proxy\"
  {attributes}
}}
"
    )
}

fn identity(attributes: &str) -> String {
    format!(
        "resource \"sparki_eks_pod_identity\" \"it\" {{
  cluster_name    = sparki_eks_cluster.it.name
  namespace       = \"web\"
  service_account = \"shop\"
  {attributes}
}}
"
    )
}

fn platform(case: &Case, name: &str, version: &str) -> String {
    let cluster = cluster(case, name, &format!("version = {version:?}"));
    format!("{cluster}{}{}{}", nodes(case, ""), addon(""), identity(&format!("role_arn = {ROLE:?}")))
}

#[test]
fn a_cluster_with_all_that_is_in_it_is_upgraded_in_one_run() {
    let case = Case::with_simulated_aws();
    let name = case.unique("main");
    let applied = case.apply(&platform(&case, &name, BEFORE));
    assert_eq!(applied.state.value(CLUSTER, "/authentication_mode"), "API");
    assert_eq!(applied.state.value(NODES, "/version"), BEFORE);
    assert!(applied.state.text(ADDON, "/installed_version").starts_with("v1.34."));

    let upgraded = case
        .step(&platform(&case, &name, VERSION))
        .plan(PlanCheck::action(CLUSTER, Action::Update))
        .plan(PlanCheck::action(NODES, Action::Update))
        .plan(PlanCheck::action(ADDON, Action::Update))
        .plan(PlanCheck::action(IDENTITY, Action::NoOp))
        .plan(PlanCheck::unknown(ADDON, at("installed_version")))
        .state(StateCheck::known(CLUSTER, at("version"), VERSION))
        .state(StateCheck::known(NODES, at("version"), VERSION))
        .run();
    assert!(upgraded.state.text(ADDON, "/installed_version").starts_with("v1.35."));
    case.finish();
}

#[test]
fn a_node_group_is_replaced_by_one_that_is_there_first() {
    let case = Case::with_simulated_aws();
    let name = case.unique("main");
    let host = cluster(&case, &name, "");
    let first = case.apply(&format!("{host}{}", nodes(&case, "")));
    let other = format!("{host}{}", nodes(&case, "instance_types = [\"m6i.large\"]"));
    let plan = case.plan(&other);
    assert_eq!((plan.action(NODES), plan.replacement(NODES)), (Action::Replace, Some(Order::CreateFirst)));
    let output = case.carry_out().succeeded();
    let said = |text: &str| output.stdout().find(text).unwrap_or_else(|| panic!("no {text:?}: {output}"));
    // The new group is active, its machines ready, before the old one begins to be drained.
    assert!(said(&format!("{NODES}: Creation complete")) < said(": Destroying..."), "{output}");
    let second = case.state();
    let [before, after] = [&first.state, &second].map(|state| state.text(NODES, "/name").to_owned());
    assert!(before.starts_with("workers-") && after.starts_with("workers-") && before != after);
    let left = case.aws().eks("GET", &format!("/clusters/{name}/node-groups"), None).accepted();
    assert_eq!(left["nodegroups"], json!([after]));
    case.finish();
}

#[test]
fn an_add_on_is_made_changed_drifts_and_is_imported() {
    let case = Case::with_simulated_aws();
    let name = case.unique("main");
    let config = |attributes: &str| format!("{}{}", cluster(&case, &name, ""), addon(attributes));
    case.apply(&config(""));
    let settings = "configuration_values = jsonencode({ a = 1, b = [2] })\n  tags = { team = \"one\" }";
    let changed =
        format!("version = \"latest\"\n  resolve_conflicts_on_update = \"OVERWRITE\"\n  {settings}");
    let applied = case.step(&config(&changed)).plan(PlanCheck::action(ADDON, Action::Update)).run();
    assert_eq!(applied.state.text(ADDON, "/installed_version"), "v1.35.3-eksbuild.3");

    let drift = json!({"configurationValues": "{\"a\":2}", "resolveConflicts": "OVERWRITE"});
    let path = format!("/clusters/{name}/addons/kube-proxy");
    let _ = case.aws().eks("POST", &format!("{path}/update"), Some(&drift)).accepted();
    acceptance::eventually("the add-on is changed", || {
        case.aws().eks("GET", &path, None).accepted()["addon"]["status"] == "ACTIVE"
    });
    let applied = case.step(&config(&changed)).plan(PlanCheck::action(ADDON, Action::Update)).run();
    assert_eq!(applied.plan.before(ADDON, "/configuration_values"), "{\"a\":2}");

    for id in [format!("us-east-1/{name}/kube-proxy"), format!("{name}/kube-proxy")] {
        case.verify_import(&config(&changed), ADDON, &id, LOCAL);
    }
    case.apply(&config(""));
    case.verify_generated(ADDON, &format!("us-east-1/{name}/kube-proxy"), LOCAL);
    case.verify_data_source("sparki_eks_addon", ADDON, &format!("us-east-1/{name}/kube-proxy"), LOCAL);
    case.finish();
}

#[test]
fn a_pod_identity_is_made_changed_drifts_and_is_imported() {
    let case = Case::with_simulated_aws();
    let name = case.unique("main");
    let config = |attributes: &str| format!("{}{}", cluster(&case, &name, ""), identity(attributes));
    let bare = format!("role_arn = {ROLE:?}");
    case.apply(&config(&bare));
    let all = "role_arn = \"arn:aws:iam::123456789012:role/other\"\n  session_tags = false\n  tags = { team = \"one\" }";
    let applied = case.step(&config(all)).plan(PlanCheck::action(IDENTITY, Action::Update)).run();
    let id = applied.state.text(IDENTITY, "/association_id").to_owned();
    let drift = json!({"roleArn": ROLE, "disableSessionTags": false});
    let path = format!("/clusters/{name}/pod-identity-associations/{id}");
    let _ = case.aws().eks("POST", &path, Some(&drift)).accepted();
    let applied = case.step(&config(all)).plan(PlanCheck::action(IDENTITY, Action::Update)).run();
    assert_eq!(applied.plan.before(IDENTITY, "/role_arn"), ROLE);
    for id in [format!("us-east-1/{name}/web/shop"), format!("{name}/web/shop")] {
        case.verify_import(&config(all), IDENTITY, &id, PROTECTION);
    }
    let path = format!("us-east-1/{name}/web/shop");
    case.verify_generated(IDENTITY, &path, PROTECTION);
    case.verify_data_source("sparki_eks_pod_identity", IDENTITY, &path, PROTECTION);
    case.apply(&config(&bare));
    let _ = case.aws().eks("DELETE", &format!("/clusters/{name}/pod-identity-associations/{id}"), None);
    case.step(&config(&bare)).plan(PlanCheck::action(IDENTITY, Action::Create)).run();
    case.finish();
}

#[test]
fn who_may_do_what_in_a_cluster_is_changed_and_drifts() {
    let case = Case::with_simulated_aws();
    let name = case.unique("main");
    let config = |entries: &str| cluster(&case, &name, &format!("access_entries = {{ {entries} }}"));
    let view = "\"arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy\" = { namespaces = [\"web\"] }";
    let one = format!("{ROLE:?} = {{ policies = {{ {view} }} }}");
    let two = format!("{ROLE:?} = {{ kubernetes_groups = [\"ops\"] }}");
    case.apply(&config(&one));
    case.step(&config(&two)).plan(PlanCheck::action(CLUSTER, Action::Update)).run();
    let path = format!("/clusters/{name}/access-entries/{}", ROLE.replace('/', "%2F"));
    let _ = case.aws().eks("DELETE", &path, None).accepted();
    case.step(&config(&two)).plan(PlanCheck::action(CLUSTER, Action::Update)).run();
    case.finish();
}

#[test]
fn what_aws_would_refuse_is_refused_at_plan() {
    let case = Case::with_simulated_aws();
    let name = case.unique("main");
    case.refuses_plan(&cluster(&case, &name, "version = \"1.28\""))
        .says(&["Version not supported", "1.28"])
        .points_at("version");
    let config = |attributes: &str| format!("{}{}", cluster(&case, &name, ""), addon(attributes));
    case.apply(&config(""));
    case.refuses_plan(&config("version = \"v1.20.0-eksbuild.1\""))
        .says(&["Add-on version not offered", "v1.35.3-eksbuild.3"])
        .points_at("version");
    let _ = case.plan(&config(""));
    case.finish();
}

const HEALTHY: &str = "sparki_eks_cluster.healthy";
const BROKEN: &str = "sparki_eks_cluster.broken";

/// A case whose AWS nobody else uses, so that its faults are of this case and its counts as well.
fn alone(aws: &Arc<StandIn>) -> Case {
    let setup = Setup::new(&Provider::sparki()).control_plane(ControlPlane::shared());
    setup.aws(Arc::clone(aws)).case()
}

/// A cluster that is protected, as all are by default, unless the attributes say otherwise.
fn cluster_of(case: &Case, (resource, name): (&str, &str), attributes: &str) -> String {
    let fixtures = case.aws().fixtures();
    format!(
        "resource \"sparki_eks_cluster\" {resource:?} {{
  name       = {name:?}
  role_arn   = {:?}
  subnet_ids = {:?}
  {attributes}
}}
",
        fixtures.cluster_role_arn, fixtures.subnet_ids
    )
}

/// What tells a cluster from one that was made in its place: its ARN and when it was made.
fn made(case: &Case, name: &str) -> [Value; 2] {
    let cluster = case.aws().eks("GET", &format!("/clusters/{name}"), None).accepted()["cluster"].clone();
    ["arn", "createdAt"].map(|member| cluster[member].clone())
}

#[test]
fn a_cluster_that_aws_fails_to_make_is_replaced_and_its_neighbour_stays() {
    let aws = StandIn::simulated_at(1000, 0);
    let case = alone(&aws);
    let (healthy, broken) = (case.unique("healthy"), case.unique("broken"));
    let both = |attributes: &str| {
        let [first, second] = [("healthy", &healthy), ("broken", &broken)]
            .map(|(resource, name)| cluster_of(&case, (resource, name), attributes));
        format!("{first}{second}")
    };
    case.apply(&cluster_of(&case, ("healthy", &healthy), ""));
    let before = made(&case, &healthy);
    aws.misbehave(&json!([{ "kind": "failure", "operation": "CreateCluster", "count": 1 }]));
    case.refuses_apply(&both("")).says(&["InternalFailure", "The control plane could not be made"]);
    let failed = case.state();
    assert!(failed.is_tainted(BROKEN) && !failed.is_tainted(HEALTHY));
    assert_eq!(failed.value(BROKEN, "/status"), "FAILED");
    case.step(&both(""))
        .plan(PlanCheck::action(HEALTHY, Action::NoOp))
        .plan(PlanCheck::action(BROKEN, Action::Replace))
        .state(StateCheck::known(BROKEN, at("status"), "ACTIVE"))
        .run();
    assert_eq!(made(&case, &healthy), before);
    let requests = &aws.counts()["requests"];
    assert_eq!((&requests["eks:DeleteCluster"], &requests["eks:CreateCluster"]), (&json!(1), &json!(3)));
    case.apply(&both("deletion_protection = false"));
    case.finish();
}

#[test]
fn a_cluster_that_nobody_waited_for_is_kept_by_taking_the_taint_away() {
    // It takes twelve seconds to make a cluster, and only three are waited.
    let aws = StandIn::simulated_at(50, 0);
    let case = alone(&aws);
    let name = case.unique("slow");
    let impatient = "timeouts = { create = \"3s\" }";
    let config = cluster_of(&case, ("broken", &name), impatient);
    case.refuses_apply(&config).says(&["terraform untaint"]);
    assert!(case.state().is_tainted(BROKEN));
    let before = made(&case, &name);
    eventually("the cluster is made nevertheless", || {
        let path = format!("/clusters/{name}");
        case.aws().eks("GET", &path, None).accepted()["cluster"]["status"] == "ACTIVE"
    });
    case.refuses_plan(&config).says(&["Name of a protected cluster", "terraform untaint"]).points_at("name");
    let _ = case.terraform().run(&["untaint", "-no-color", BROKEN]).succeeded();
    let open = format!("{impatient}\n  deletion_protection = false");
    case.step(&cluster_of(&case, ("broken", &name), &open))
        .plan(PlanCheck::action(BROKEN, Action::Update))
        .state(StateCheck::known(BROKEN, at("status"), "ACTIVE"))
        .run();
    assert_eq!(made(&case, &name), before);
    assert_eq!(aws.counts()["requests"].get("eks:DeleteCluster"), None);
    case.finish();
}
