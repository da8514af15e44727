//! Tests of planning and of the wire form.

use expect_test::expect;

use super::Pipeline;
use crate::golden::{check_plan, check_pointers, check_requests, check_validate};

const STAGES: &str = r#"{"project_id": "01930000-0000-7000-8000-0000000000b1", "name": "ci", "stages": [
    {"name": "build", "steps": [{"name": "compile", "command": "make"}, {"name": "test", "command": "make test", "retry": 2}]}
], "environment": {"CI": "1"}}"#;
const JSON: &str = r#"{"project_id": "01930000-0000-7000-8000-0000000000b1", "name": "ci",
    "configuration_json": "{ \"version\": \"v1\", \"stages\": [{\"name\": \"build\", \"steps\": [{\"name\": \"compile\", \"command\": \"make\"}]}] }"}"#;

/// What the control plane knows of a pipeline with this configuration.
fn document(configuration: &str, steps: u32) -> String {
    format!(
        r#"{{"id": "c1", "project_id": "01930000-0000-7000-8000-0000000000b1", "name": "ci", "enabled": true, "configuration": {configuration},
            "triggers": ["push"], "concurrency": null, "version": 3, "configuration_digest": "sha256:00",
            "steps_count": {steps}, "labels": {{}}, "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}}"#
    )
}

fn stages_document() -> String {
    document(
        r#"{"version": "v1", "environment": {"CI": "1"}, "stages": [{"name": "build", "steps": [
            {"name": "compile", "command": "make", "env": {}, "retry": 0, "timeout": null},
            {"name": "test", "command": "make test", "env": {}, "retry": 2, "timeout": null}]}]}"#,
        2,
    )
}

fn json_document() -> String {
    document(
        r#"{"stages": [{"steps": [{"command": "make", "name": "compile"}], "name": "build"}], "version": "v1"}"#,
        1,
    )
}

#[test]
fn the_number_of_steps_is_known_while_planning() {
    check_plan::<Pipeline>(
        "",
        "",
        STAGES,
        &expect![[r##"
        # it will be created
        + it {
          + id = (known after apply)
          + project_id = "01930000-0000-7000-8000-0000000000b1"
          + name = "ci"
          + enabled = true
          + stages = {
              [0] = {
                + name = "build"
                + steps = {
                    [0] = {
                      + name = "compile"
                      + command = "make"
                      + retry = 0
                    }
                    [1] = {
                      + name = "test"
                      + command = "make test"
                      + retry = 2
                    }
                  }
              }
            }
          + environment = { CI = "1" }
          + triggers = ["push"]
          + version = (known after apply)
          + configuration_digest = (known after apply)
          + steps_count = 2
          + created_at = (known after apply)
          + updated_at = (known after apply)
        }
    "##]],
    );
}

#[test]
fn the_same_configuration_is_no_change_in_either_form() {
    check_plan::<Pipeline>(
        STAGES,
        &stages_document(),
        STAGES,
        &expect![[r#"
        No changes.
    "#]],
    );
    check_plan::<Pipeline>(
        JSON,
        &json_document(),
        JSON,
        &expect![[r#"
        No changes.
    "#]],
    );
}

#[test]
fn white_space_and_the_order_of_members_do_not_count() {
    check_plan::<Pipeline>(
        JSON,
        &json_document(),
        r#"{"project_id": "01930000-0000-7000-8000-0000000000b1", "name": "ci",
            "configuration_json": "{\"stages\":[{\"name\":\"build\",\"steps\":[{\"command\":\"make\",\"name\":\"compile\"}]}],\"version\":\"v1\"}"}"#,
        &expect![[r#"
            No changes.
        "#]],
    );
}

#[test]
fn a_change_beside_the_configuration_keeps_its_version() {
    check_plan::<Pipeline>(
        JSON,
        &json_document(),
        &JSON.replace(r#""name": "ci","#, r#""name": "ci", "enabled": false,"#),
        &expect![[r##"
            # it will be updated in place
            ~ it {
              ~ enabled = true -> false
              ~ updated_at = "2026-01-01T00:00:00Z" -> (known after apply)
            }
        "##]],
    );
}

#[test]
fn another_step_is_another_version() {
    check_plan::<Pipeline>(
        STAGES,
        &stages_document(),
        &STAGES.replace(r#""command": "make test""#, r#""command": "make check""#),
        &expect![[r##"
            # it will be updated in place
            ~ it {
              ~ stages = {
                  [0] = {
                    ~ steps = {
                        [1] = {
                          ~ command = "make test" -> "make check"
                        }
                      }
                  }
                }
              ~ version = 3 -> (known after apply)
              ~ configuration_digest = "sha256:00" -> (known after apply)
              ~ updated_at = "2026-01-01T00:00:00Z" -> (known after apply)
            }
        "##]],
    );
}

#[test]
fn the_form_may_change() {
    check_plan::<Pipeline>(
        STAGES,
        &stages_document(),
        JSON,
        &expect![[r##"
        # it will be updated in place
        ~ it {
          - stages = {
              [0] = {
                - name = "build" -> null
                - steps = {
                    [0] = {
                      - name = "compile" -> null
                      - command = "make" -> null
                      - retry = 0 -> null
                    }
                    [1] = {
                      - name = "test" -> null
                      - command = "make test" -> null
                      - retry = 2 -> null
                    }
                  }
              }
            }
          + configuration_json = "{ \"version\": \"v1\", \"stages\": [{\"name\": \"build\", \"steps\": [{\"name\": \"compile\", \"command\": \"make\"}]}] }"
          - environment = { CI = "1" } -> null
          ~ version = 3 -> (known after apply)
          ~ configuration_digest = "sha256:00" -> (known after apply)
          ~ steps_count = 2 -> 1
          ~ updated_at = "2026-01-01T00:00:00Z" -> (known after apply)
        }
    "##]],
    );
}

#[test]
fn a_document_is_checked_as_stages_are() {
    let check = |text: &str, expected: &expect_test::Expect| {
        let config = serde_json::json!({"project_id": "01930000-0000-7000-8000-0000000000b1", "name": "ci", "configuration_json": text});
        check_validate::<Pipeline>(&config.to_string(), expected);
    };
    check(
        "{",
        &expect![[r#"
            error: Invalid attribute value
              at configuration_json
              "configuration_json" must be a JSON document; line 1, column 1: EOF while parsing an object, and is "{".
        "#]],
    );
    check(
        r#"{"version": "v2", "stages": []}"#,
        &expect![[r#"
        error: Invalid pipeline configuration
          at configuration_json
          In the document, version: "version" must be one of v1, and is "v2".
        error: Invalid pipeline configuration
          at configuration_json
          In the document, stages: "stages" must have at least 1 element, but has 0.
    "#]],
    );
    check(
        r#"{"version": "v1", "stages": [{"name": "a", "steps": [{"name": "b", "command": "c", "timeout": "soon"}]}]}"#,
        &expect![[r#"
            error: Invalid pipeline configuration
              at configuration_json
              In the document, stages[0].steps[0].timeout: "stages[0].steps[0].timeout" must be digits followed by s, m or h, such as "10m", and is "soon".
        "#]],
    );
    check(
        r#"{"version": "v1", "stages": [{"name": "a", "step": []}]}"#,
        &expect![[r#"
        error: Invalid pipeline configuration
          at configuration_json
          In the document, stages[0]: unsupported attribute "step".
    "#]],
    );
}

#[test]
fn values_are_checked() {
    check_validate::<Pipeline>(
        r#"{"project_id": "01930000-0000-7000-8000-0000000000b1", "name": "ci"}"#,
        &expect![[r#"
            error: Invalid combination of attributes
              One of "stages" and "configuration_json" is required. Set one of them.
        "#]],
    );
    check_validate::<Pipeline>(
        r#"{"project_id": "01930000-0000-7000-8000-0000000000b1", "name": "ci", "stages": [{"name": "", "steps": []}], "triggers": ["often"],
            "concurrency": {"group": "g", "on_conflict": "fight"}, "configuration_json": "{}", "environment": {}}"#,
        &expect![[r#"
            error: Invalid attribute value
              at stages[0].name
              "stages[0].name" must have 1 to 100 characters, but has 0, and is "".
            error: Invalid attribute value
              at stages[0].steps
              "stages[0].steps" must have at least 1 element, but has 0.
            error: Invalid attribute value
              at triggers
              "triggers" has the element "often", which must be one of push, pull_request, tag, manual.
            error: Invalid attribute value
              at concurrency.on_conflict
              "concurrency.on_conflict" must be one of queue, cancel, and is "fight".
            error: Invalid combination of attributes
              at configuration_json
              Only one of "stages" and "configuration_json" can be set, but "stages" and "configuration_json" are. Remove all but one.
            error: Invalid combination of attributes
              at environment
              Only one of "configuration_json" and "environment" can be set, but "configuration_json" and "environment" are. Remove all but one.
        "#]],
    );
}

#[test]
fn both_forms_are_sent_as_one_field() {
    check_requests::<Pipeline>(
        STAGES,
        &stages_document(),
        JSON,
        &expect![[r#"
        POST /pipelines
        {
          "configuration": {
            "environment": {
              "CI": "1"
            },
            "stages": [
              {
                "name": "build",
                "steps": [
                  {
                    "command": "make",
                    "name": "compile",
                    "retry": 0
                  },
                  {
                    "command": "make test",
                    "name": "test",
                    "retry": 2
                  }
                ]
              }
            ],
            "version": "v1"
          },
          "enabled": true,
          "name": "ci",
          "project_id": "01930000-0000-7000-8000-0000000000b1",
          "triggers": [
            "push"
          ]
        }
        PATCH
        {
          "concurrency": null,
          "configuration": {
            "stages": [
              {
                "name": "build",
                "steps": [
                  {
                    "command": "make",
                    "name": "compile"
                  }
                ]
              }
            ],
            "version": "v1"
          },
          "enabled": true,
          "labels": null,
          "name": "ci",
          "triggers": [
            "push"
          ]
        }
    "#]],
    );
}

#[test]
fn problems_point_at_what_was_written() {
    let pointers =
        ["/name", "/configuration/stages/0/steps/1/command", "/configuration", "/configuration/version"];
    check_pointers::<Pipeline>(
        STAGES,
        &pointers,
        &expect![[r#"
        /name -> name
        /configuration/stages/0/steps/1/command -> stages[0].steps[1].command
        /configuration -> 
        /configuration/version -> version
    "#]],
    );
    check_pointers::<Pipeline>(
        JSON,
        &pointers,
        &expect![[r#"
        /name -> name
        /configuration/stages/0/steps/1/command -> configuration_json
        /configuration -> configuration_json
        /configuration/version -> configuration_json
    "#]],
    );
}

#[test]
fn an_empty_document_is_called_empty() {
    check_validate::<Pipeline>(
        r#"{"project_id": "01930000-0000-7000-8000-0000000000b1", "name": "ci", "configuration_json": ""}"#,
        &expect![[r#"
            error: Invalid attribute value
              at configuration_json
              "configuration_json" must be a JSON document and not empty, and is "".
        "#]],
    );
    check_validate::<Pipeline>(
        r#"{"project_id": "01930000-0000-7000-8000-0000000000b1", "name": "ci", "configuration_json": "{\"version\": \"v1\", \"stages\": [[]]}"}"#,
        &expect![[r#"
            error: Invalid pipeline configuration
              at configuration_json
              In the document, stages[0]: an object is required.
        "#]],
    );
}
