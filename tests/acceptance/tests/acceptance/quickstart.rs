//! `examples/quickstart`, as a practitioner uses it: from a mirror, with a lock file.

use std::ffi::OsStr;
use std::fs;
use std::sync::Arc;

use acceptance::{Action, Case, ControlPlane, Driver, Output, StandIn, Tool, checkout};
use serde_json::json;

/// A case with the example in it instead of a configuration of its own.
struct Quickstart(Case);

impl Quickstart {
    fn new(tool: &Tool) -> Self {
        let control_plane = Arc::new(ControlPlane::start());
        let case = Case::with(control_plane, Some(StandIn::moto()), tool, Driver::Mirror);
        let fixtures = case.aws().fixtures();
        let variables = json!({
            "workspace": case.unique("acme"),
            "cluster_role_arn": fixtures.cluster_role_arn,
            "node_role_arn": fixtures.node_role_arn,
            "subnet_ids": fixtures.subnet_ids,
            "deletion_protection": false,
        });
        for entry in fs::read_dir(checkout().join("examples/quickstart")).expect("it is there") {
            let path = entry.expect("it can be read").path();
            if path.extension().is_some_and(|extension| extension == "tf") {
                let name = path.file_name().and_then(OsStr::to_str).expect("a file has a name");
                case.terraform().write(name, &fs::read_to_string(&path).expect("it can be read"));
            }
        }
        case.terraform().write("test.auto.tfvars.json", &variables.to_string());
        case.terraform().init();
        Self(case)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.0.terraform().run(arguments).succeeded()
    }
}

fn check_lifecycle(tool: &Tool) {
    let quickstart = Quickstart::new(tool);
    let case = &quickstart.0;
    let lock = String::from_utf8_lossy(&case.terraform().read(".terraform.lock.hcl").unwrap_or_default())
        .into_owned();
    assert!(lock.contains("sparki-io/sparki") && lock.contains("h1:"), "{lock}");

    let plan = case.plan_again(&[]);
    assert_eq!(plan.action("sparki_deployment_target.production"), Action::Create);
    assert_eq!(plan.after("sparki_eks_node_group.workers", "/max"), 3);
    let _ = case.carry_out().succeeded();
    case.expect_nothing_to_do();

    let state = case.state();
    assert_eq!(state.output("project_id"), state.value("sparki_project.web", "/id"));
    assert_eq!(state.output("pipeline"), &json!({"version": 1, "steps_count": 3}));
    assert_eq!(state.output("targets"), &json!({"staging": "custom", "production": "kubernetes"}));
    let arn = state.text("sparki_eks_cluster.main", "/arn");
    assert!(arn.starts_with("arn:aws:eks:us-east-1:"));
    assert_eq!(state.value("sparki_deployment_target.production", "/kubernetes/cluster_arn"), arn);
    let environments = case.control_plane().list("environments", "limit=10");
    assert_eq!(environments.len(), 3);

    let outputs = quickstart.run(&["output", "-no-color"]);
    assert!(outputs.stdout().contains(arn));
    quickstart.0.finish();
}

#[test]
fn the_quickstart_is_applied_unchanged_and_destroyed() {
    for tool in Tool::all() {
        check_lifecycle(&tool);
    }
}

#[test]
fn the_variables_of_the_quickstart_are_checked() {
    let quickstart = Quickstart::new(&Tool::preferred());
    let test =
        fs::read_to_string(checkout().join("examples/quickstart/tests/quickstart.tftest.hcl")).unwrap();
    quickstart.0.terraform().write("tests/quickstart.tftest.hcl", &test);
    // The variables of the test itself count, not those of this case.
    fs::remove_file(quickstart.0.terraform().path().join("test.auto.tfvars.json")).unwrap();
    quickstart.run(&["init", "-input=false"]);
    let output = quickstart.run(&["test", "-no-color"]);
    assert!(output.stdout().contains("4 passed, 0 failed"), "{output}");
}

#[test]
fn a_second_plan_of_the_quickstart_asks_for_each_object_once() {
    let quickstart = Quickstart::new(&Tool::preferred());
    let case = &quickstart.0;
    let _ = case.plan_again(&[]);
    let _ = case.carry_out().succeeded();
    let before = case.control_plane().all_requests();
    let _ = case.plan_again(&[]);
    let after = case.control_plane().all_requests();
    let asked: u64 = after
        .as_object()
        .unwrap()
        .iter()
        .map(|(template, count)| count.as_u64().unwrap() - before[template].as_u64().unwrap_or(0))
        .sum();
    // Eight objects of the control plane and one data source.
    assert!(asked <= 9, "{asked} requests: {before} before, {after} after");
    quickstart.0.finish();
}
