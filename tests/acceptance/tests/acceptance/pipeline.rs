//! `sparki_pipeline`

use acceptance::{Action, Case};
use serde_json::json;

use crate::attributes::{check_changes, check_data_source, check_drift, check_import};
use crate::subject::{pipeline, project_around};

const IT: &str = "sparki_pipeline.it";

fn with(slug: &str, attributes: &str) -> String {
    format!(
        "{}resource \"sparki_pipeline\" \"it\" {{\n  project_id = sparki_project.around.id\n  name = \"ci\"\n{attributes}}}\n",
        project_around(slug)
    )
}

#[test]
fn every_attribute_of_a_pipeline_can_be_set_changed_and_removed() {
    check_changes(pipeline);
}

#[test]
fn a_pipeline_is_imported_by_path_and_by_id() {
    check_import(pipeline);
}

#[test]
fn drift_of_a_pipeline_is_planned_and_a_lost_one_is_made_again() {
    check_drift(pipeline);
}

#[test]
fn a_pipeline_is_read_by_id_and_by_path() {
    check_data_source(pipeline);
}

#[test]
fn drift_of_the_configuration_of_a_pipeline_is_planned() {
    let case = Case::new();
    let config = with(
        &case.unique("acme"),
        "  stages = [{ name = \"test\", steps = [{ name = \"unit\", command = \"make\" }] }]\n",
    );
    let applied = case.apply(&config);
    let id = applied.state.text(IT, "/id").to_owned();
    let stages = json!([{"name": "test", "steps": [{"name": "unit", "command": "rm -rf /"}]}]);
    case.control_plane().change(
        "pipelines",
        &id,
        &json!({"configuration": {"version": "v1", "stages": stages}}),
    );
    let applied = case.apply(&config);
    assert_eq!(applied.plan.action(IT), Action::Update);
    assert_eq!(applied.plan.before(IT, "/stages/0/steps/0/command"), "rm -rf /");
    case.finish();
}

#[test]
fn the_layout_of_a_json_configuration_does_not_count() {
    let case = Case::new();
    let slug = case.unique("acme");
    let json = |text: &str| with(&slug, &format!("  configuration_json = <<-EOT\n{text}\n  EOT\n"));
    case.apply(&json(
        r#"{"version": "v1", "stages": [{"name": "test", "steps": [{"name": "unit", "command": "make"}]}]}"#,
    ));
    let other = json(
        "{\n  \"stages\": [\n    {\"steps\": [{\"command\": \"make\",\n \"name\": \"unit\"}], \"name\": \"test\"}],\n\n \"version\": \"v1\"}",
    );
    let plan = case.plan(&other);
    assert_eq!(plan.action(IT), Action::NoOp);
    let plan = case.plan(&other.replace("\"make\"", "\"make all\""));
    assert_eq!(plan.action(IT), Action::Update);
    case.finish();
}

#[test]
fn a_pipeline_is_rewritten_from_stages_to_json_and_back() {
    let case = Case::new();
    let slug = case.unique("acme");
    let stages =
        with(&slug, "  stages = [{ name = \"test\", steps = [{ name = \"unit\", command = \"make\" }] }]\n");
    let json = with(
        &slug,
        "  configuration_json = jsonencode({\n    version = \"v1\"\n    stages = [{ name = \"test\", steps = [{ name = \"unit\", \
         command = \"make\" }] }]\n  })\n",
    );
    let first = case.apply(&stages);
    let id = first.state.text(IT, "/id").to_owned();
    for config in [&json, &stages] {
        let applied = case.apply(config);
        assert_eq!(applied.plan.action(IT), Action::Update);
        assert_eq!(applied.state.text(IT, "/id"), id);
        assert_eq!(applied.state.value(IT, "/steps_count"), 1);
    }
    case.finish();
}

#[test]
fn a_version_counts_changes_of_the_configuration_only() {
    let case = Case::new();
    let slug = case.unique("acme");
    let stages = |command: &str, more: &str| {
        let stages = format!(
            "  stages = [{{ name = \"test\", steps = [{{ name = \"unit\", command = {command:?} }}] }}]\n"
        );
        with(&slug, &format!("{stages}{more}"))
    };
    let first = case.apply(&stages("make", ""));
    let renamed = case.apply(&stages("make", "  enabled = false\n"));
    assert!(!renamed.plan.changes(IT, "/version"), "a plan does not promise what will not be");
    assert_eq!(renamed.state.value(IT, "/version"), first.state.value(IT, "/version"));
    let changed = case.apply(&stages("make all", "  enabled = false\n"));
    assert!(changed.plan.is_unknown(IT, "/version"));
    assert_ne!(changed.state.value(IT, "/version"), first.state.value(IT, "/version"));
    case.finish();
}

#[test]
fn a_pipeline_has_stages_or_json() {
    let case = Case::new();
    let slug = case.unique("acme");
    case.refuses_plan(&with(&slug, "")).says(&["stages", "configuration_json"]).blames_nobody();
    let both = "  stages = [{ name = \"test\", steps = [{ name = \"unit\", command = \"make\" }] }]\n  configuration_json = \"{}\"\n";
    case.refuses_plan(&with(&slug, both)).says(&["stages", "configuration_json"]).blames_nobody();
    let text = "  configuration_json = \"stages: []\"\n";
    case.refuses_plan(&with(&slug, text)).says(&["json"]).points_at("configuration_json").blames_nobody();
    let empty = "  configuration_json = jsonencode({ version = \"v1\", stages = [] })\n";
    case.refuses_plan(&with(&slug, empty)).says(&["stages"]).points_at("configuration_json").blames_nobody();
}
