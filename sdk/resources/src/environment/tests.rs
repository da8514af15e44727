//! Tests of planning and of the wire form.

use expect_test::expect;

use super::Environment;
use crate::golden::{check_plan, check_requests, check_validate};

const CONFIG: &str =
    r#"{"project_id": "01930000-0000-7000-8000-0000000000b1", "name": "Production", "tier": "production"}"#;
const DOCUMENT: &str = r#"{
    "id": "01930000-0000-7000-8000-0000000000e1", "project_id": "01930000-0000-7000-8000-0000000000b1", "name": "Production", "slug": "production", "tier": "production",
    "promotes_from": [], "allowed_branches": [], "locked": null, "deployment_concurrency": 1,
    "deletion_protection": true, "current_release": null, "health": "unknown", "labels": {},
    "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"
}"#;

#[test]
fn a_new_environment_has_its_defaults() {
    check_plan::<Environment>(
        "",
        "",
        CONFIG,
        &expect![[r##"
            # it will be created
            + it {
              + id = (known after apply)
              + project_id = "01930000-0000-7000-8000-0000000000b1"
              + name = "Production"
              + slug = "production"
              + tier = "production"
              + deployment_concurrency = 1
              + deletion_protection = true
              + current_release = (known after apply)
              + health = (known after apply)
              + created_at = (known after apply)
              + updated_at = (known after apply)
            }
        "##]],
    );
}

#[test]
fn what_the_control_plane_fills_in_is_no_change() {
    check_plan::<Environment>(
        CONFIG,
        DOCUMENT,
        CONFIG,
        &expect![[r#"
        No changes.
    "#]],
    );
}

#[test]
fn another_tier_changes_the_protection() {
    check_plan::<Environment>(
        CONFIG,
        DOCUMENT,
        r#"{"project_id": "01930000-0000-7000-8000-0000000000b1", "name": "Production"}"#,
        &expect![[r##"
            # it will be updated in place
            ~ it {
              ~ tier = "production" -> "development"
              ~ deletion_protection = true -> false
              + current_release = (known after apply)
              ~ health = "unknown" -> (known after apply)
              ~ updated_at = "2026-01-01T00:00:00Z" -> (known after apply)
            }
        "##]],
    );
}

#[test]
fn another_project_replaces() {
    check_plan::<Environment>(
        CONFIG,
        DOCUMENT,
        r#"{"project_id": "01930000-0000-7000-8000-0000000000b2", "name": "Production", "tier": "production"}"#,
        &expect![[r##"
            # it must be replaced
            -/+ it {
              ~ project_id = "01930000-0000-7000-8000-0000000000b1" -> "01930000-0000-7000-8000-0000000000b2" # forces replacement
              + current_release = (known after apply)
              ~ health = "unknown" -> (known after apply)
              ~ updated_at = "2026-01-01T00:00:00Z" -> (known after apply)
            }
            error: Environment is protected from removal
              at deletion_protection
              "deletion_protection" is true, which is the default in production. Set it to false, apply, and then remove the environment.
        "##]],
    );
}

#[test]
fn an_environment_does_not_promote_from_itself() {
    check_plan::<Environment>(
        CONFIG,
        DOCUMENT,
        r#"{"project_id": "01930000-0000-7000-8000-0000000000b1", "name": "Production", "tier": "production", "promotes_from": ["01930000-0000-7000-8000-0000000000e0", "01930000-0000-7000-8000-0000000000e1"]}"#,
        &expect![[r##"
            # it will be updated in place
            ~ it {
              + promotes_from = ["01930000-0000-7000-8000-0000000000e0", "01930000-0000-7000-8000-0000000000e1"]
              + current_release = (known after apply)
              ~ health = "unknown" -> (known after apply)
              ~ updated_at = "2026-01-01T00:00:00Z" -> (known after apply)
            }
            error: Environment promotes from itself
              at promotes_from
              "promotes_from" names the environment itself. Remove it; releases move from one environment to another.
        "##]],
    );
}

#[test]
fn a_protected_environment_is_not_removed() {
    check_plan::<Environment>(
        CONFIG,
        DOCUMENT,
        "",
        &expect![[r##"
        # it will be destroyed
        - it {
          - id = "01930000-0000-7000-8000-0000000000e1" -> null
          - project_id = "01930000-0000-7000-8000-0000000000b1" -> null
          - name = "Production" -> null
          - slug = "production" -> null
          - tier = "production" -> null
          - deployment_concurrency = 1 -> null
          - deletion_protection = true -> null
          - health = "unknown" -> null
          - created_at = "2026-01-01T00:00:00Z" -> null
          - updated_at = "2026-01-01T00:00:00Z" -> null
        }
        error: Environment is protected from removal
          at deletion_protection
          "deletion_protection" is true, which is the default in production. Set it to false, apply, and then remove the environment.
    "##]],
    );
}

#[test]
fn values_are_checked() {
    check_validate::<Environment>(
        r#"{"project_id": "01930000-0000-7000-8000-0000000000b1", "name": "Production", "slug": "Production", "tier": "live", "deployment_concurrency": 0, "locked": {}}"#,
        &expect![[r#"
            error: Invalid attribute value
              at slug
              "slug" must consist of lower-case letters, digits and hyphens, and neither start nor end with a hyphen, and is "Production".
            error: Invalid attribute value
              at tier
              "tier" must be one of development, testing, staging, production, preview, and is "live".
            error: Missing required attribute
              at locked.reason
              "locked.reason" is required. Set it.
            error: Invalid attribute value
              at deployment_concurrency
              "deployment_concurrency" must be between 1 and 100, and is 0.
        "#]],
    );
    check_validate::<Environment>(
        r#"{"project_id": "01930000-0000-7000-8000-0000000000b1", "name": "Production", "locked": {"reason": "holidays", "until": "tomorrow"}}"#,
        &expect![[r#"
            error: Invalid time
              at locked.until
              "until" is "tomorrow". Use a time such as "2026-12-24T18:00:00Z" (RFC 3339).
        "#]],
    );
}

#[test]
fn a_change_sends_no_protection_that_the_control_plane_decided() {
    check_requests::<Environment>(
        CONFIG,
        DOCUMENT,
        r#"{"project_id": "01930000-0000-7000-8000-0000000000b1", "name": "Production", "tier": "production", "locked": {"reason": "holidays"}, "promotes_from": ["01930000-0000-7000-8000-0000000000e0"]}"#,
        &expect![[r#"
            POST /environments
            {
              "deletion_protection": true,
              "deployment_concurrency": 1,
              "name": "Production",
              "project_id": "01930000-0000-7000-8000-0000000000b1",
              "slug": "production",
              "tier": "production"
            }
            PATCH
            {
              "allowed_branches": null,
              "deployment_concurrency": 1,
              "labels": null,
              "locked": {
                "reason": "holidays",
                "until": null
              },
              "name": "Production",
              "promotes_from": [
                "01930000-0000-7000-8000-0000000000e0"
              ],
              "tier": "production"
            }
        "#]],
    );
}

#[test]
fn branches_are_not_empty() {
    check_validate::<Environment>(
        r#"{"project_id": "01930000-0000-7000-8000-0000000000b1", "name": "Production", "allowed_branches": ["", "main"]}"#,
        &expect![[r#"
            error: Invalid attribute value
              at allowed_branches
              "allowed_branches" has the element "", which must have 1 to 255 characters, but has 0.
        "#]],
    );
}

#[test]
fn a_name_of_which_no_slug_can_be_made_needs_one() {
    check_validate::<Environment>(
        r#"{"project_id": "01930000-0000-7000-8000-0000000000b1", "name": "One that is longer than the fifty characters of a slug"}"#,
        &expect![[r#"
            error: No slug can be made from the name
              at slug
              "slug" is not set, and none can be made from the name "One that is longer than the fifty characters of a slug": "one-that-is-longer-than-the-fifty-characters-of-a-slug" is longer than 50 characters. Set "slug".
        "#]],
    );
}

#[test]
fn what_follows_from_what_is_unknown_is_unknown() {
    check_plan::<Environment>(
        "",
        "",
        r#"{"project_id": "01930000-0000-7000-8000-0000000000b1", "name": "?", "tier": "?"}"#,
        &expect![[r##"
            # it will be created
            + it {
              + id = (known after apply)
              + project_id = "01930000-0000-7000-8000-0000000000b1"
              + name = (known after apply)
              + slug = (known after apply)
              + tier = (known after apply)
              + deployment_concurrency = 1
              + deletion_protection = (known after apply)
              + current_release = (known after apply)
              + health = (known after apply)
              + created_at = (known after apply)
              + updated_at = (known after apply)
            }
        "##]],
    );
}
