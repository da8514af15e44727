//! Tests of planning and of the wire form.

use expect_test::expect;

use super::Workspace;
use crate::golden::{check_plan, check_requests, check_validate};

const DOCUMENT: &str = r#"{
    "id": "01930000-0000-7000-8000-0000000000a1", "name": "Acme", "slug": "acme", "owner_id": "u1", "description": null, "default_region": "us-east-1",
    "data_residency": [], "security": {"mfa_required": false, "session_ttl_seconds": 86400, "allowed_cidrs": [], "require_sso": false},
    "retention": {"builds_days": 90, "artifacts_days": 30, "logs_days": 30, "audit_days": 365},
    "promotion_policy": {"min_approvals": 0, "separation_of_duties": false, "require_signed_artifacts": false},
    "deletion_protection": true, "labels": {}, "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"
}"#;

#[test]
fn a_new_workspace_has_its_defaults_and_is_protected() {
    check_plan::<Workspace>(
        "",
        "",
        r#"{"name": "Acme"}"#,
        &expect![[r##"
            # it will be created
            + it {
              + id = (known after apply)
              + name = "Acme"
              + slug = "acme"
              + owner_id = (known after apply)
              + default_region = "us-east-1"
              + security = {
                + mfa_required = false
                + session_ttl_seconds = 86400
                + require_sso = false
                }
              + retention = {
                + builds_days = 90
                + artifacts_days = 30
                + logs_days = 30
                + audit_days = 365
                }
              + promotion_policy = {
                + min_approvals = 0
                + separation_of_duties = false
                + require_signed_artifacts = false
                }
              + deletion_protection = true
              + delete_behavior = "block"
              + created_at = (known after apply)
              + updated_at = (known after apply)
            }
        "##]],
    );
}

#[test]
fn what_the_control_plane_fills_in_is_no_change() {
    check_plan::<Workspace>(
        r#"{"name": "Acme"}"#,
        DOCUMENT,
        r#"{"name": "Acme"}"#,
        &expect![[r#"
        No changes.
    "#]],
    );
}

#[test]
fn one_setting_changes_alone() {
    check_plan::<Workspace>(
        r#"{"name": "Acme"}"#,
        DOCUMENT,
        r#"{"name": "Acme", "security": {"mfa_required": true}, "data_residency": ["eu-west-1"]}"#,
        &expect![[r##"
            # it will be updated in place
            ~ it {
              + data_residency = ["eu-west-1"]
              ~ security = {
                ~ mfa_required = false -> true
                }
              ~ updated_at = "2026-01-01T00:00:00Z" -> (known after apply)
            }
        "##]],
    );
}

#[test]
fn a_protected_workspace_is_not_removed() {
    check_plan::<Workspace>(
        r#"{"name": "Acme"}"#,
        DOCUMENT,
        "",
        &expect![[r##"
        # it will be destroyed
        - it {
          - id = "01930000-0000-7000-8000-0000000000a1" -> null
          - name = "Acme" -> null
          - slug = "acme" -> null
          - owner_id = "u1" -> null
          - default_region = "us-east-1" -> null
          - security = {
            - mfa_required = false -> null
            - session_ttl_seconds = 86400 -> null
            - require_sso = false -> null
            }
          - retention = {
            - builds_days = 90 -> null
            - artifacts_days = 30 -> null
            - logs_days = 30 -> null
            - audit_days = 365 -> null
            }
          - promotion_policy = {
            - min_approvals = 0 -> null
            - separation_of_duties = false -> null
            - require_signed_artifacts = false -> null
            }
          - deletion_protection = true -> null
          - delete_behavior = "block" -> null
          - created_at = "2026-01-01T00:00:00Z" -> null
          - updated_at = "2026-01-01T00:00:00Z" -> null
        }
        error: Workspace is protected from removal
          at deletion_protection
          "deletion_protection" is true. Set it to false, apply, and then remove the workspace.
    "##]],
    );
}

#[test]
fn values_are_checked() {
    check_validate::<Workspace>(
        r#"{"name": "Acme", "slug": "a", "default_region": "here", "data_residency": ["eu"],
            "security": {"session_ttl_seconds": 10}, "promotion_policy": {"min_approvals": 11}, "delete_behavior": "ask"}"#,
        &expect![[r#"
            error: Invalid attribute value
              at slug
              "slug" must have 2 to 255 characters, but has 1, and is "a".
            error: Invalid attribute value
              at slug
              "slug" must consist of lower-case letters, digits and hyphens, and neither start nor end with a hyphen, and is "a".
            error: Invalid attribute value
              at default_region
              "default_region" must be a region such as us-east-1, and is "here".
            error: Invalid attribute value
              at data_residency
              "data_residency" has the element "eu", which must be a region such as us-east-1.
            error: Invalid attribute value
              at security.session_ttl_seconds
              "security.session_ttl_seconds" must be between 300 and 604800, and is 10.
            error: Invalid attribute value
              at promotion_policy.min_approvals
              "promotion_policy.min_approvals" must be between 0 and 10, and is 11.
            error: Invalid attribute value
              at delete_behavior
              "delete_behavior" must be one of block, cascade, and is "ask".
        "#]],
    );
}

#[test]
fn requests_hold_everything_but_what_only_steers_the_provider() {
    check_requests::<Workspace>(
        r#"{"name": "Acme", "delete_behavior": "cascade"}"#,
        DOCUMENT,
        r#"{"name": "Acme", "description": "All of it", "retention": {"logs_days": 7}}"#,
        &expect![[r#"
            POST /workspaces
            {
              "default_region": "us-east-1",
              "deletion_protection": true,
              "name": "Acme",
              "promotion_policy": {
                "min_approvals": 0,
                "require_signed_artifacts": false,
                "separation_of_duties": false
              },
              "retention": {
                "artifacts_days": 30,
                "audit_days": 365,
                "builds_days": 90,
                "logs_days": 30
              },
              "security": {
                "mfa_required": false,
                "require_sso": false,
                "session_ttl_seconds": 86400
              },
              "slug": "acme"
            }
            PATCH
            {
              "data_residency": null,
              "default_region": "us-east-1",
              "deletion_protection": true,
              "description": "All of it",
              "labels": null,
              "name": "Acme",
              "promotion_policy": {
                "min_approvals": 0,
                "require_signed_artifacts": false,
                "separation_of_duties": false
              },
              "retention": {
                "artifacts_days": 30,
                "audit_days": 365,
                "builds_days": 90,
                "logs_days": 7
              },
              "security": {
                "allowed_cidrs": null,
                "mfa_required": false,
                "require_sso": false,
                "session_ttl_seconds": 86400
              }
            }
        "#]],
    );
}

#[test]
fn the_limits_of_the_control_plane_are_known_when_planning() {
    check_validate::<Workspace>(
        r#"{"name": "Acme", "description": "", "retention": {"builds_days": 3651, "logs_days": 0},
            "security": {"allowed_cidrs": ["10.0.0.0/8", "10.0.0.0/33"]}, "labels": {"": "x"}}"#,
        &expect![[r#"
            error: Invalid attribute value
              at description
              "description" must have 1 to 1000 characters, but has 0, and is "".
            error: Invalid attribute value
              at security.allowed_cidrs
              "security.allowed_cidrs" has the element "10.0.0.0/33", which must be a range of addresses such as 203.0.113.0/24.
            error: Invalid attribute value
              at retention.builds_days
              "retention.builds_days" must be between 1 and 3650, and is 3651.
            error: Invalid attribute value
              at retention.logs_days
              "retention.logs_days" must be between 1 and 3650, and is 0.
            error: Invalid attribute value
              at labels
              "labels" has the key "", which must not be empty.
        "#]],
    );
    check_validate::<Workspace>(
        r#"{"name": "Acme", "description": "All of it", "retention": {"builds_days": 3650},
            "security": {"allowed_cidrs": ["10.0.0.0/8", "::/0"]}, "labels": {"team": ""}}"#,
        &expect![""],
    );
}

#[test]
fn a_name_of_which_no_slug_can_be_made_needs_one() {
    check_validate::<Workspace>(
        r#"{"name": "A"}"#,
        &expect![[r#"
        error: No slug can be made from the name
          at slug
          "slug" is not set, and none can be made from the name "A": a slug has two letters (a-z) or digits at least. Set "slug".
    "#]],
    );
    check_validate::<Workspace>(r#"{"name": "A", "slug": "team-a"}"#, &expect![""]);
}
