//! Tests of planning and of the wire form.

use std::collections::BTreeMap;

use expect_test::expect;

use sparki_core::Value;

use super::{Project, ProjectModel};
use crate::golden::{check_plan, check_requests, check_validate};

const CONFIG: &str = r#"{"name": "Web", "git_url": "https://github.com/acme/web"}"#;
const DOCUMENT: &str = r#"{
    "id": "01930000-0000-7000-8000-0000000000b1", "workspace_id": "01930000-0000-7000-8000-0000000000a1", "name": "Web", "slug": "web", "git_url": "git@github.com:acme/web.git",
    "default_branch": "main", "root_directory": ".", "framework": "nextjs", "language": null, "detection": "auto",
    "build_settings": {"install_command": null, "build_command": null, "output_directory": null},
    "visibility": "private", "deletion_protection": false, "archived": false,
    "detected": {"framework": "nextjs", "language": "typescript", "version": "15", "confidence": 0.9},
    "labels": {}, "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"
}"#;

#[test]
fn a_new_project_has_its_defaults() {
    check_plan::<Project>(
        "",
        "",
        CONFIG,
        &expect![[r##"
            # it will be created
            + it {
              + id = (known after apply)
              + workspace_id = (known after apply)
              + name = "Web"
              + slug = "web"
              + git_url = "https://github.com/acme/web"
              + default_branch = "main"
              + root_directory = "."
              + framework = (known after apply)
              + language = (known after apply)
              + detection = "auto"
              + visibility = "private"
              + deletion_protection = false
              + archive_on_destroy = false
              + detected = (known after apply)
              + created_at = (known after apply)
              + updated_at = (known after apply)
            }
        "##]],
    );
}

#[test]
fn another_form_of_the_same_address_is_no_change() {
    check_plan::<Project>(
        CONFIG,
        DOCUMENT,
        r#"{"name": "Web", "git_url": "ssh://git@github.com/acme/web"}"#,
        &expect![[r#"
        No changes.
    "#]],
    );
}

#[test]
fn a_new_name_keeps_the_slug_and_what_was_detected() {
    check_plan::<Project>(
        CONFIG,
        DOCUMENT,
        r#"{"name": "Shop", "git_url": "https://github.com/acme/web"}"#,
        &expect![[r##"
        # it will be updated in place
        ~ it {
          ~ name = "Web" -> "Shop"
          ~ updated_at = "2026-01-01T00:00:00Z" -> (known after apply)
        }
    "##]],
    );
}

#[test]
fn another_repository_is_looked_at_again() {
    check_plan::<Project>(
        CONFIG,
        DOCUMENT,
        r#"{"name": "Web", "git_url": "https://github.com/acme/app"}"#,
        &expect![[r##"
        # it will be updated in place
        ~ it {
          ~ git_url = "https://github.com/acme/web" -> "https://github.com/acme/app"
          ~ framework = "nextjs" -> (known after apply)
          + language = (known after apply)
          ~ detected = {...} -> (known after apply)
          ~ updated_at = "2026-01-01T00:00:00Z" -> (known after apply)
        }
    "##]],
    );
}

#[test]
fn another_slug_replaces() {
    check_plan::<Project>(
        CONFIG,
        DOCUMENT,
        r#"{"name": "Web", "slug": "shop", "git_url": "https://github.com/acme/web"}"#,
        &expect![[r##"
            # it must be replaced
            -/+ it {
              ~ slug = "web" -> "shop" # forces replacement
              ~ updated_at = "2026-01-01T00:00:00Z" -> (known after apply)
            }
        "##]],
    );
}

#[test]
fn removal_says_that_the_project_is_only_archived_or_protected() {
    check_plan::<Project>(
        r#"{"name": "Web", "git_url": "https://github.com/acme/web", "archive_on_destroy": true}"#,
        DOCUMENT,
        "",
        &expect![[r##"
            # it will be destroyed
            - it {
              - id = "01930000-0000-7000-8000-0000000000b1" -> null
              - workspace_id = "01930000-0000-7000-8000-0000000000a1" -> null
              - name = "Web" -> null
              - slug = "web" -> null
              - git_url = "https://github.com/acme/web" -> null
              - default_branch = "main" -> null
              - root_directory = "." -> null
              - framework = "nextjs" -> null
              - detection = "auto" -> null
              - visibility = "private" -> null
              - deletion_protection = false -> null
              - archive_on_destroy = true -> null
              - detected = {
                - framework = "nextjs" -> null
                - language = "typescript" -> null
                - version = "15" -> null
                - confidence = 0.9 -> null
                }
              - created_at = "2026-01-01T00:00:00Z" -> null
              - updated_at = "2026-01-01T00:00:00Z" -> null
            }
            warning: Project will be archived
              "archive_on_destroy" is true: the project leaves the state and is archived on the control plane, not deleted.
        "##]],
    );
    check_plan::<Project>(
        r#"{"name": "Web", "git_url": "https://github.com/acme/web", "deletion_protection": true}"#,
        &DOCUMENT.replace(r#""deletion_protection": false"#, r#""deletion_protection": true"#),
        "",
        &expect![[r##"
            # it will be destroyed
            - it {
              - id = "01930000-0000-7000-8000-0000000000b1" -> null
              - workspace_id = "01930000-0000-7000-8000-0000000000a1" -> null
              - name = "Web" -> null
              - slug = "web" -> null
              - git_url = "https://github.com/acme/web" -> null
              - default_branch = "main" -> null
              - root_directory = "." -> null
              - framework = "nextjs" -> null
              - detection = "auto" -> null
              - visibility = "private" -> null
              - deletion_protection = true -> null
              - archive_on_destroy = false -> null
              - detected = {
                - framework = "nextjs" -> null
                - language = "typescript" -> null
                - version = "15" -> null
                - confidence = 0.9 -> null
                }
              - created_at = "2026-01-01T00:00:00Z" -> null
              - updated_at = "2026-01-01T00:00:00Z" -> null
            }
            error: Project is protected from removal
              at deletion_protection
              "deletion_protection" is true. Set it to false, apply, and then remove the project.
        "##]],
    );
}

#[test]
fn values_are_checked() {
    check_validate::<Project>(
        r#"{"name": "", "git_url": "web", "slug": "-Web", "detection": "on"}"#,
        &expect![[r#"
        error: Invalid attribute value
          at name
          "name" must have 1 to 255 characters, but has 0, and is "".
        error: Invalid attribute value
          at slug
          "slug" must consist of lower-case letters, digits and hyphens, and neither start nor end with a hyphen, and is "-Web".
        error: Invalid attribute value
          at git_url
          "git_url" must be the address of a Git repository, such as "https://github.com/acme/web" or "git@github.com:acme/web.git", and is "web".
        error: Invalid attribute value
          at detection
          "detection" must be one of auto, pin, off, and is "on".
    "#]],
    );
    check_validate::<Project>(CONFIG, &expect![""]);
}

#[test]
fn requests_hold_what_is_configured_and_not_what_was_detected() {
    check_requests::<Project>(
        r#"{"name": "Web", "git_url": "https://github.com/acme/web", "labels": {"a": "b"}, "build_settings": {"build_command": "make"}}"#,
        &DOCUMENT
            .replace(r#""labels": {}"#, r#""labels": {"a": "b"}"#)
            .replace(r#""build_command": null"#, r#""build_command": "make""#),
        CONFIG,
        &expect![[r#"
            POST /projects
            {
              "build_settings": {
                "build_command": "make"
              },
              "default_branch": "main",
              "deletion_protection": false,
              "detection": "auto",
              "git_url": "https://github.com/acme/web",
              "labels": {
                "a": "b"
              },
              "name": "Web",
              "root_directory": ".",
              "slug": "web",
              "visibility": "private",
              "workspace_id": "0190b5c4-8f0e-7c3a-9d6e-1f2a3b4c5d6e"
            }
            PATCH
            {
              "build_settings": null,
              "default_branch": "main",
              "deletion_protection": false,
              "detection": "auto",
              "git_url": "https://github.com/acme/web",
              "labels": null,
              "name": "Web",
              "root_directory": ".",
              "visibility": "private"
            }
        "#]],
    );
}

#[test]
fn a_label_that_is_gone_is_removed_by_a_merge_patch() {
    let prior: ProjectModel = ProjectModel::new("Web", "https://github.com/acme/web")
        .labels(BTreeMap::from([("old".to_owned(), "1".to_owned()), ("kept".to_owned(), "2".to_owned())]));
    let labels =
        |planned: ProjectModel| crate::control_plane::patch_body(&prior, &planned)["labels"].to_string();
    let kept = BTreeMap::from([("kept".to_owned(), "3".to_owned())]);
    assert_eq!(labels(prior.clone().labels(kept)), r#"{"kept":"3","old":null}"#);
    assert_eq!(labels(prior.clone().labels(BTreeMap::new())), r#"{"kept":null,"old":null}"#);
    assert_eq!(labels(prior.clone().labels(Value::Null)), "null");
}

#[test]
fn an_answer_that_lacks_what_every_object_has_is_not_understood() {
    let answer = serde_json::json!({"id": "01930000-0000-7000-8000-0000000000b1"});
    let error = crate::control_plane::model::<ProjectModel>(&answer, "project").unwrap_err();
    assert!(error.to_string().contains("it has no"), "{error}");
}

#[test]
fn the_limits_of_the_control_plane_are_known_when_planning() {
    check_validate::<Project>(
        r#"{"name": "Web", "git_url": "https://github.com/acme/web",
            "build_settings": {"install_command": "", "build_command": "", "output_directory": ""}}"#,
        &expect![[r#"
            error: Invalid attribute value
              at build_settings.install_command
              "build_settings.install_command" must have 1 to 1000 characters, but has 0, and is "".
            error: Invalid attribute value
              at build_settings.build_command
              "build_settings.build_command" must have 1 to 1000 characters, but has 0, and is "".
            error: Invalid attribute value
              at build_settings.output_directory
              "build_settings.output_directory" must have 1 to 255 characters, but has 0, and is "".
        "#]],
    );
    let label = "ä".repeat(128);
    check_validate::<Project>(
        &format!(
            r#"{{"name": "Web", "git_url": "https://github.com/acme/web", "labels": {{"team": "{label}"}}}}"#
        ),
        &expect![[r#"
            error: Invalid attribute value
              at labels
              "labels" has the key "team", whose value must have up to 255 bytes, but has 256.
        "#]],
    );
}

#[test]
fn an_address_with_a_password_is_refused_and_not_shown() {
    check_validate::<Project>(
        r#"{"name": "Web", "git_url": "https://jane:hunter2@github.com/acme/web"}"#,
        &expect![[r#"
            error: Invalid attribute value
              at git_url
              "git_url" must be an address without a user, password or token, such as "https://github.com/acme/web", and is "https://***@github.com/acme/web".
        "#]],
    );
    check_validate::<Project>(
        r#"{"name": "Web", "git_url": "https://hunter2@github.com/acme/web"}"#,
        &expect![[r#"
            error: Invalid attribute value
              at git_url
              "git_url" must be an address without a user, password or token, such as "https://github.com/acme/web", and is "https://***@github.com/acme/web".
        "#]],
    );
    check_validate::<Project>(
        r#"{"name": "Web", "git_url": "ssh://git:hunter2@github.com/acme/web"}"#,
        &expect![[r#"
            error: Invalid attribute value
              at git_url
              "git_url" must be an address without a password, such as "ssh://git@github.com/acme/web" or "git@github.com:acme/web.git", and is "ssh://***@github.com/acme/web".
        "#]],
    );
    check_validate::<Project>(
        r#"{"name": "Web", "git_url": "git:hunter2@github.com:acme/web"}"#,
        &expect![[r#"
            error: Invalid attribute value
              at git_url
              "git_url" must be an address without a password, such as "ssh://git@github.com/acme/web" or "git@github.com:acme/web.git", and is "***@github.com:acme/web".
        "#]],
    );
    check_validate::<Project>(
        r#"{"name": "Web", "git_url": "https://github.com/acme/web?access_token=hunter2"}"#,
        &expect![[r##"
            error: Invalid attribute value
              at git_url
              "git_url" must be an address without "?" and "#", which may hide a token, such as "https://github.com/acme/web", and is "https://github.com/acme/web?***".
        "##]],
    );
    check_validate::<Project>(
        r#"{"name": "Web", "git_url": "git+ssh://git@github.com/acme/web"}"#,
        &expect![[r#"
            error: Invalid attribute value
              at git_url
              "git_url" must begin with "https://" or "ssh://", or have the form "git@github.com:acme/web.git", and is "git+ssh://git@github.com/acme/web".
        "#]],
    );
    check_validate::<Project>(r#"{"name": "Web", "git_url": "ssh://git@github.com/acme/web"}"#, &expect![""]);
}

#[test]
fn a_name_of_which_no_slug_can_be_made_needs_one() {
    check_validate::<Project>(
        r#"{"name": "!!!", "git_url": "https://github.com/acme/web"}"#,
        &expect![[r#"
        error: No slug can be made from the name
          at slug
          "slug" is not set, and none can be made from the name "!!!": a slug has two letters (a-z) or digits at least. Set "slug".
    "#]],
    );
}
