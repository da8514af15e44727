//! Configuration that the provider writes for what exists, under real Terraform.

use acceptance::{Action, Case};
use serde_json::{Value, json};

use crate::conversation::Conversation;
use crate::subject::{Subject, Version, deployment_target, environment, pipeline, project, workspace};

/// Makes an object, has its configuration written, and imports it with that: nothing may be left to do.
fn check_generated(subject: fn(&Case) -> Subject) {
    let case = Case::new();
    let subject = subject(&case);
    let mut provider = Conversation::start(case.control_plane(), None);
    for version in [Version::Bare, Version::First, Version::Second] {
        case.apply(&subject.config(version));
        let state = provider.import(subject.kind, &subject.path_of(version)).state;
        let config = provider.generate(subject.kind, &state);
        let written = without_nulls(config.to_json().expect("configuration is known"));
        let others = case.beside();
        others.configure("");
        let id = state.attribute("id").as_str().expect("an object has an id").to_owned();
        let configuration = json!({
            "import": [{"to": subject.address(), "id": id}],
            "resource": {subject.kind: {"it": written}},
        });
        others.terraform().write("it.tf.json", &configuration.to_string());
        let plan = others.plan_again(&[]);
        assert!(plan.imports(&subject.address()), "{configuration:#}");
        assert_eq!(plan.action(&subject.address()), Action::NoOp, "{configuration:#}");
    }
    case.finish();
}

fn without_nulls(json: Value) -> Value {
    match json {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect(),
        Value::Array(elements) => elements.into_iter().map(without_nulls).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => json,
    }
}

#[test]
fn the_configuration_of_a_workspace_can_be_generated() {
    check_generated(workspace);
}

#[test]
fn the_configuration_of_a_project_can_be_generated() {
    check_generated(project);
}

#[test]
fn the_configuration_of_a_pipeline_can_be_generated() {
    check_generated(pipeline);
}

#[test]
fn the_configuration_of_an_environment_can_be_generated() {
    check_generated(environment);
}

#[test]
fn the_configuration_of_a_deployment_target_can_be_generated() {
    check_generated(deployment_target);
}
