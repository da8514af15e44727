//! Runs that are cut short.

use std::time::Duration;

use acceptance::{Action, Case, Detour, Fault, eventually};

use crate::eks_cluster::cluster;
use crate::subject::{project_around, workspace_around};

/// Long enough to interrupt, short enough to wait for.
const SLOW: Duration = Duration::from_secs(6);

/// A case that is about to wait for its workspace.
fn slow_creation() -> Case {
    let case = Case::alone();
    let _ = case.plan(&project_around("acme"));
    case.control_plane().misbehave(&[Fault::on("POST", "/workspaces").delay(SLOW)]);
    case
}

fn wait_until_made(case: &Case) {
    eventually("the workspace is made", || !case.control_plane().list("workspaces", "limit=1").is_empty());
}

#[test]
fn an_interrupt_in_the_middle_of_a_creation_leaves_the_object_in_the_state() {
    let case = slow_creation();
    let apply = case.terraform().start(&["apply", "-input=false", "-no-color", "plan"]);
    wait_until_made(&case);
    apply.interrupt();
    let output = apply.wait();
    assert_ne!(output.code(), Some(0), "it did not finish: {output}");
    let state = case.state();
    assert!(state.has("sparki_workspace.around"), "{output}");
    assert!(!state.is_tainted("sparki_workspace.around"), "it was made: {output}");
    assert!(!state.has("sparki_project.around"), "nothing new was begun: {output}");
    let applied = case.apply(&project_around("acme"));
    assert_eq!(applied.plan.action("sparki_workspace.around"), Action::NoOp);
    assert_eq!(case.control_plane().list("workspaces", "limit=9").len(), 1);
    case.finish();
}

#[test]
fn a_provider_that_is_killed_in_the_middle_of_a_creation_is_reported_and_the_next_apply_converges() {
    let case = slow_creation();
    let apply = case.terraform().start(&["apply", "-input=false", "-no-color", "plan"]);
    wait_until_made(&case);
    assert!(apply.kill_child("terraform-provider-sparki"), "there is a provider to kill");
    let output = apply.wait();
    assert_ne!(output.code(), Some(0), "{output}");
    assert!(
        // Terraform's own words, one of the two by chance: the connection broke before or after it looked.
        output.stderr().contains("Plugin did not respond")
            || output.stderr().contains("Request cancelled")
            || output.stderr().contains("sparki_workspace.around"),
        "{output}"
    );
    case.apply(&project_around("acme"));
    let found = case.control_plane().list("workspaces", "limit=9");
    assert_eq!(found.len(), 1, "{found:?}");
    case.finish();
}

#[test]
fn a_creation_whose_terraform_was_killed_is_taken_up_by_the_next_apply() {
    let case = slow_creation();
    let apply = case.terraform().start(&["apply", "-input=false", "-no-color", "plan"]);
    wait_until_made(&case);
    // The provider finishes what it does, and nobody hears of it.
    apply.kill();
    case.apply(&project_around("acme"));
    let found = case.control_plane().list("workspaces", "limit=9");
    assert_eq!(found.len(), 1, "{found:?}");
    case.finish();
}

#[test]
fn an_interrupt_while_an_object_is_read_ends_at_once() {
    let case = Case::alone();
    let config = workspace_around("acme");
    case.apply(&config);
    case.control_plane().misbehave(&[Fault::on("GET", "/workspaces").delay(Duration::from_secs(25))]);
    let before = case.control_plane().requests("GET /workspaces/{id}");
    let started = std::time::Instant::now();
    let plan = case.terraform().start(&["plan", "-input=false", "-no-color"]);
    eventually("the workspace is read", || case.control_plane().requests("GET /workspaces/{id}") > before);
    plan.interrupt();
    let output = plan.wait();
    assert_ne!(output.code(), Some(0), "{output}");
    assert!(started.elapsed() < Duration::from_secs(20), "it waited: {output}");
    case.control_plane().misbehave(&[]);
    case.expect_nothing_to_do();
    case.finish();
}

#[test]
fn an_object_that_is_tainted_is_made_again() {
    let case = Case::new();
    let config = workspace_around(&case.unique("acme"));
    let first = case.apply(&config);
    case.taint("sparki_workspace.around");
    let applied = case.apply(&config);
    assert_eq!(applied.plan.action("sparki_workspace.around"), Action::Replace);
    assert_ne!(
        applied.state.text("sparki_workspace.around", "/id"),
        first.state.text("sparki_workspace.around", "/id")
    );
    case.finish();
}

#[test]
fn an_interrupt_in_the_middle_of_the_creation_of_a_cluster_says_how_to_keep_it() {
    let mut case = Case::with_aws();
    let name = case.unique("main");
    let slow = Detour::slow(&format!("GET /clusters/{name}"), SLOW, case.aws().endpoint());
    case.terraform_mut().set("AWS_ENDPOINT_URL", slow.endpoint());
    let config = cluster(&case, &name, "");
    let _ = case.plan(&config);
    let made = || case.aws().eks("GET", &format!("/clusters/{name}"), None).status == 200;
    let apply = case.terraform().start(&["apply", "-input=false", "-no-color", "plan"]);
    eventually("the cluster is made", made);
    apply.interrupt();
    let output = apply.wait();
    assert_ne!(output.code(), Some(0), "{output}");
    assert!(case.state().has("sparki_eks_cluster.it"), "{output}");
    assert!(output.stderr().contains("terraform untaint"), "{output}");
    let endpoint = case.aws().endpoint().to_owned();
    case.terraform_mut().set("AWS_ENDPOINT_URL", &endpoint);
    if case.state().is_tainted("sparki_eks_cluster.it") {
        let _ = case.terraform().run(&["untaint", "-no-color", "sparki_eks_cluster.it"]).succeeded();
    }
    let applied = case.apply(&config);
    assert_ne!(applied.plan.action("sparki_eks_cluster.it"), Action::Replace);
    case.finish();
}
