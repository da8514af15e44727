//! A control plane and a network that misbehave.

use std::sync::Arc;

use acceptance::{Case, ControlPlane, Fault};
use serde_json::json;

use crate::subject::{
    Version, deployment_target, environment, pipeline, project, workspace, workspace_around,
};

#[test]
fn an_answer_that_is_lost_after_a_creation_leaves_no_duplicate() {
    for (collection, subject) in [
        ("workspaces", workspace as fn(&Case) -> crate::subject::Subject),
        ("projects", project),
        ("pipelines", pipeline),
        ("environments", environment),
        ("deployment-targets", deployment_target),
    ] {
        let case = Case::alone();
        let subject = subject(&case);
        case.control_plane().misbehave(&[Fault::on("POST", &format!("/{collection}")).drop_after()]);
        case.apply(&subject.config(Version::Bare));
        assert!(
            case.control_plane().requests(&format!("POST /{collection}")) > 1,
            "{collection}: it was asked again"
        );
        let same = case.control_plane().list(collection, "limit=100").len();
        let state = case.state();
        let managed = state.resources().iter().filter(|resource| resource["type"] == subject.kind).count();
        assert_eq!(same, managed, "{collection}: as many as in the state");
        case.finish();
    }
}

#[test]
fn answers_that_are_lost_at_every_other_call_do_no_harm() {
    let case = Case::alone();
    let subject = project(&case);
    let lost = |method: &str| Fault::on(method, "/projects").drop_after();
    case.control_plane().misbehave(&[lost("POST"), lost("GET"), lost("PATCH")]);
    case.apply(&subject.config(Version::Bare));
    case.control_plane().misbehave(&[lost("PATCH"), lost("GET")]);
    case.apply(&subject.config(Version::Second));
    case.control_plane().misbehave(&[lost("DELETE"), lost("GET")]);
    case.finish();
}

#[test]
fn errors_of_the_server_are_tried_again() {
    let case = Case::alone();
    let config = workspace_around("acme");
    let broken = |method: &str, status: u16| {
        // Whether trying again helps, only the server knows.
        let problem = json!({"type": "about:blank", "title": "Broken", "status": status, "code": "internal", "retryable": true,
            "detail": "Something broke.", "correlation_id": "0193-test"});
        Fault::on(method, "/workspaces").times(2).answer(status, "application/problem+json", problem)
    };
    case.control_plane().misbehave(&[broken("POST", 500), broken("GET", 503)]);
    case.apply(&config);
    assert_eq!(case.control_plane().requests("POST /workspaces"), 3);
    case.control_plane().misbehave(&[broken("PATCH", 502), broken("DELETE", 504)]);
    case.apply(&config.replace("Around", "About"));
    case.finish();
}

#[test]
fn a_server_that_is_busy_is_given_the_time_it_asks_for() {
    let case = Case::alone();
    let busy = json!({"type": "about:blank", "title": "Slow down", "status": 429, "code": "rate_limited", "retryable": true,
        "detail": "Too many requests.", "correlation_id": "0193-test"});
    let mut fault = Fault::on("POST", "/workspaces").answer(429, "application/problem+json", busy);
    fault = fault.retry_after(1);
    case.control_plane().misbehave(&[fault]);
    case.apply(&workspace_around("acme"));
    assert_eq!(case.control_plane().requests("POST /workspaces"), 2);
    case.finish();
}

#[test]
fn a_server_that_stays_broken_is_reported_and_nothing_is_lost() {
    let case = Case::alone();
    let config = workspace_around("acme");
    case.control_plane().misbehave(&[Fault::on("POST", "/workspaces").times(999).status(500)]);
    case.refuses_apply(&config).says(&["create the workspace"]).blames_nobody();
    assert!(case.control_plane().list("workspaces", "limit=1").is_empty());
    case.control_plane().misbehave(&[]);
    case.apply(&config);
    case.finish();
}

#[test]
fn another_object_never_takes_the_place_of_the_one_in_the_state() {
    let case = Case::alone();
    let config = workspace_around("acme");
    case.apply(&config);
    let other = case.control_plane().create("workspaces", &json!({"name": "Other", "slug": "other"}));
    let fault = Fault::on("GET", "/workspaces").times(99);
    case.control_plane().misbehave(&[fault.answer(200, "application/json", other.clone())]);
    case.refuses_plan(&config).says(&["workspace", "answered something else"]);
    case.control_plane().misbehave(&[]);
    case.expect_nothing_to_do();
    let id = other["id"].as_str().expect("an object has an id");
    case.control_plane().change("workspaces", id, &json!({"deletion_protection": false}));
    case.control_plane().remove("workspaces", id);
    case.finish();
}

#[test]
fn an_answer_that_is_garbage_is_called_so() {
    let garbage = [
        ("text/html", json!("<html><body>It works!</body></html>")),
        ("application/json", json!("{\"id\": \"0193")),
        ("application/json", json!({"name": 7})),
        ("application/json", json!([])),
        ("application/json", json!({"id": "not-an-id", "name": "Around"})),
    ];
    for (content_type, body) in garbage {
        let case = Case::alone();
        let config = workspace_around("acme");
        case.apply(&config);
        case.control_plane().misbehave(&[Fault::on("GET", "/workspaces").times(99).answer(
            200,
            content_type,
            body.clone(),
        )]);
        case.refuses_plan(&config).says(&["workspace", "endpoint"]).blames_nobody();
        assert!(case.state().has("sparki_workspace.around"), "{body}: the state is as it was");
        case.control_plane().misbehave(&[]);
        case.expect_nothing_to_do();
        case.finish();
    }
}

#[test]
fn an_object_that_was_made_but_cannot_be_understood_is_not_lost() {
    let case = Case::alone();
    let config = workspace_around("acme");
    let garbled =
        Fault::on("POST", "/workspaces").times(99).answer(201, "application/json", json!({"id": 7}));
    case.control_plane().misbehave(&[garbled]);
    case.refuses_apply(&config).says(&["workspace"]).blames_nobody();
    case.control_plane().misbehave(&[]);
    case.apply(&config);
    assert_eq!(case.control_plane().list("workspaces", "limit=9").len(), 1);
    case.finish();
}

#[test]
fn an_object_that_somebody_else_changed_meanwhile_is_not_overwritten() {
    let case = Case::new();
    let slug = case.unique("acme");
    let config = workspace_around(&slug);
    let applied = case.apply(&config);
    let id = applied.state.text("sparki_workspace.around", "/id").to_owned();
    let _ = case.plan(&config.replace("Around", "Mine"));
    case.control_plane().change("workspaces", &id, &json!({"name": "Theirs"}));
    let output = case.carry_out();
    assert_ne!(output.code(), Some(0), "{output}");
    assert!(output.stderr().contains("changed") || output.stderr().contains("precondition"), "{output}");
    assert_eq!(case.control_plane().read("workspaces", &id).unwrap()["name"], "Theirs");
    case.apply(&config);
    case.finish();
}

#[test]
fn a_removal_of_what_is_gone_already_is_a_success() {
    let case = Case::new();
    let config = workspace_around(&case.unique("acme"));
    let applied = case.apply(&config);
    let id = applied.state.text("sparki_workspace.around", "/id").to_owned();
    case.control_plane().remove("workspaces", &id);
    let output =
        case.terraform().run(&["destroy", "-refresh=false", "-auto-approve", "-input=false"]).succeeded();
    assert!(output.stdout().contains("1 destroyed"), "{output}");
}

#[test]
fn a_server_that_answers_one_object_at_a_time_hides_nothing() {
    let case = Case::on(Arc::new(ControlPlane::start_with(&["--page-size-max", "1"])));
    let subject = environment(&case);
    let config = subject.config(Version::First);
    case.apply(&config);
    case.verify_import(&config, &subject.address(), &subject.path, subject.unverified());
    case.verify_data_source(subject.kind, &subject.address(), &subject.path, subject.unverified());
    case.finish();
}
