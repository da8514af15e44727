//! The provider block, and what happens when it leads nowhere.

use std::sync::Arc;
use std::time::Duration;

use acceptance::{Action, Case, ControlPlane, Fault};
use serde_json::json;

use crate::subject::{project_around, workspace_around};

#[test]
fn an_endpoint_that_does_not_answer_is_named() {
    let mut case = Case::new();
    case.terraform_mut().set("SPARKI_ENDPOINT", "http://127.0.0.1:9");
    let config = workspace_around(&case.unique("acme"));
    case.refuses_apply(&config).says(&["127.0.0.1:9", "endpoint"]).blames_nobody();
    assert!(case.state().resources().is_empty());
}

#[test]
fn an_endpoint_that_is_none_is_refused() {
    let case = Case::new();
    for (endpoint, word) in [
        ("sparki", "URL"),
        ("http://sparki.example.com", "https"),
        ("https://a:b@example.com", "credentials"),
    ] {
        let config =
            format!("provider \"sparki\" {{\n  endpoint = {endpoint:?}\n}}\n{}", workspace_around("acme"));
        case.refuses_plan(&config).says(&["endpoint", word]).points_at("endpoint").blames_nobody();
    }
}

#[test]
fn a_wrong_api_key_is_said_to_be_wrong() {
    let mut case = Case::new();
    case.terraform_mut().set("SPARKI_API_KEY", "spk_wrong_0123456789abcdef");
    let refusal = case.refuses_apply(&workspace_around(&case.unique("acme")));
    refusal.says(&["api_key"]).blames_nobody();
    assert!(!refusal.to_string().contains("0123456789abcdef"), "{refusal}");
}

#[test]
fn an_expired_token_is_said_to_be_expired() {
    let mut case = Case::alone();
    case.terraform_mut().unset("SPARKI_API_KEY");
    case.terraform_mut().set("SPARKI_TOKEN", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl");
    let expired = json!({
        "type": "about:blank", "title": "Token expired", "status": 401, "code": "token_expired", "retryable": false,
        "detail": "The token has expired.", "correlation_id": "0193-test",
    });
    let fault = Fault::on("POST", "/").times(99).answer(401, "application/problem+json", expired);
    case.control_plane().misbehave(&[fault]);
    case.refuses_apply(&workspace_around("acme")).says(&["expired", "token"]).blames_nobody();
}

#[test]
fn missing_credentials_are_one_error_that_says_where_they_could_be() {
    let mut case = Case::new();
    case.terraform_mut().unset("SPARKI_API_KEY");
    // Two resources need them.
    let refusal = case.refuses_plan(&project_around(&case.unique("acme")));
    refusal.says(&["api_key", "SPARKI_API_KEY", "SPARKI_TOKEN"]).blames_nobody();
    assert_eq!(refusal.errors().len(), 1, "{refusal}");
}

#[test]
fn two_kinds_of_credentials_at_once_are_refused() {
    let case = Case::new();
    let provider = "provider \"sparki\" {\n  api_key = \"spk_a_b\"\n  token = \"t\"\n}\n";
    case.refuses_plan(&format!("{provider}{}", workspace_around("acme")))
        .says(&["api_key", "token"])
        .blames_nobody();
}

#[test]
fn a_provider_that_is_configured_by_another_object_is_planned() {
    let case = Case::new();
    let (endpoint, key) = (case.control_plane().endpoint(), case.control_plane().api_key());
    let slug = case.unique("acme");
    let config = format!(
        "resource \"terraform_data\" \"elsewhere\" {{\n  input = {{ endpoint = {endpoint:?}, key = {key:?}, workspace = {slug:?} }}\n}}\n\
         provider \"sparki\" {{\n  endpoint = terraform_data.elsewhere.output.endpoint\n  api_key = terraform_data.elsewhere.output.key\n  \
         workspace = terraform_data.elsewhere.output.workspace\n}}\n{}",
        project_around(&slug)
    );
    let applied = case.apply(&config);
    assert_eq!(applied.plan.action("sparki_project.around"), Action::Create);
    case.finish();
}

#[test]
fn two_providers_with_credentials_of_their_own_work_side_by_side() {
    let case = Case::new();
    let other = Arc::new(ControlPlane::start());
    let slug = case.unique("acme");
    let provider = |control_plane: &ControlPlane, alias: &str| {
        let (endpoint, key) = (control_plane.endpoint(), control_plane.api_key());
        format!(
            "provider \"sparki\" {{\n  alias = {alias:?}\n  endpoint = {endpoint:?}\n  api_key = {key:?}\n}}\n"
        )
    };
    let workspace = |alias: &str| {
        format!(
            "resource \"sparki_workspace\" {alias:?} {{\n  provider = sparki.{alias}\n  name = {alias:?}\n  slug = {slug:?}\n  \
             deletion_protection = false\n}}\n"
        )
    };
    let config =
        [provider(case.control_plane(), "one"), provider(&other, "two"), workspace("one"), workspace("two")];
    case.apply(&config.concat());
    for (control_plane, name) in [(case.control_plane(), "one"), (&*other, "two")] {
        let found = control_plane.list("workspaces", &format!("slug={slug}"));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["name"], name);
    }
    case.finish();
    assert!(other.list("workspaces", "limit=1").is_empty());
}

#[test]
fn a_request_that_takes_too_long_is_given_up_as_configured() {
    let case = Case::alone();
    let slow = Fault::on("GET", "/workspaces").times(99).delay(Duration::from_secs(20));
    case.apply(&workspace_around("acme"));
    case.control_plane().misbehave(&[slow]);
    let hasty = "provider \"sparki\" {\n  request_timeout_seconds = 1\n}\n";
    let refusal = case.refuses_plan(&format!("{hasty}{}", workspace_around("acme")));
    refusal.says(&["read the workspace"]).blames_nobody();
    case.control_plane().misbehave(&[]);
    case.finish();
}

#[test]
fn the_timeouts_of_an_object_are_honoured() {
    let case = Case::alone();
    let patient = workspace_around("acme");
    let hasty =
        patient.replace("deletion_protection", "timeouts = { create = \"2s\" }\n  deletion_protection");
    case.control_plane().misbehave(&[Fault::on("POST", "/workspaces").times(99).status(503)]);
    case.refuses_apply(&hasty).says(&["create the workspace"]).blames_nobody();
    case.control_plane().misbehave(&[]);
    case.apply(&hasty);
    let wrong =
        patient.replace("deletion_protection", "timeouts = { create = \"soon\" }\n  deletion_protection");
    case.refuses_plan(&wrong).says(&["soon"]).points_at("timeouts").blames_nobody();
    case.apply(&patient);
    case.finish();
}
