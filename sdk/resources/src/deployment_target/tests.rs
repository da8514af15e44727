//! Tests of planning and of the wire form.

mod requests;

use expect_test::expect;

use super::DeploymentTarget;
use crate::golden::{check_plan, check_validate};

const KUBERNETES: &str = r#"{"environment_id": "01930000-0000-7000-8000-0000000000e1", "name": "use1",
    "kubernetes": {"connection": "main", "namespace": "web", "workload": "web"}}"#;
const CUSTOM: &str = r#"{"environment_id": "01930000-0000-7000-8000-0000000000e1", "name": "use1",
    "custom": {"webhook_url": "https://example.com/deploy", "signing_secret_wo": "hunter2", "signing_secret_wo_version": 1}}"#;

/// What the control plane knows of a target with these settings.
fn document(platform: &str, settings: &str) -> String {
    format!(
        r#"{{"id": "t1", "environment_id": "01930000-0000-7000-8000-0000000000e1", "name": "use1", "platform": "{platform}", "settings": {settings},
            "strategy": {{"type": "direct", "steps": []}}, "health_checks": [],
            "rollback": {{"auto": true, "on": ["health_check_failed"], "to": "last_verified", "observe_seconds": 300}},
            "validation_scripts": [], "order": 0, "labels": {{}}, "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z"}}"#
    )
}

fn kubernetes_document() -> String {
    document(
        "kubernetes",
        r#"{"cluster_arn": null, "connection": "main", "namespace": "web", "workload": "web"}"#,
    )
}

fn custom_document() -> String {
    document(
        "custom",
        r#"{"webhook_url": "https://example.com/deploy", "script": null, "signing_secret_fingerprint": "0123456789ab"}"#,
    )
}

#[test]
fn the_platform_is_the_attribute_that_is_set() {
    check_plan::<DeploymentTarget>(
        "",
        "",
        KUBERNETES,
        &expect![[r##"
            # it will be created
            + it {
              + id = (known after apply)
              + environment_id = "01930000-0000-7000-8000-0000000000e1"
              + name = "use1"
              + platform = "kubernetes"
              + kubernetes = {
                + connection = "main"
                + namespace = "web"
                + workload = "web"
                }
              + strategy = {
                + type = "direct"
                }
              + rollback = {
                + auto = true
                + on = ["health_check_failed"]
                + to = "last_verified"
                + observe_seconds = 300
                }
              + order = 0
              + created_at = (known after apply)
              + updated_at = (known after apply)
            }
        "##]],
    );
}

#[test]
fn what_the_control_plane_fills_in_is_no_change() {
    check_plan::<DeploymentTarget>(
        KUBERNETES,
        &kubernetes_document(),
        KUBERNETES,
        &expect![[r#"
        No changes.
    "#]],
    );
    check_plan::<DeploymentTarget>(
        CUSTOM,
        &custom_document(),
        CUSTOM,
        &expect![[r#"
        No changes.
    "#]],
    );
}

#[test]
fn settings_change_in_place_and_the_platform_does_not() {
    check_plan::<DeploymentTarget>(
        KUBERNETES,
        &kubernetes_document(),
        &KUBERNETES.replace(r#""workload": "web""#, r#""workload": "api""#),
        &expect![[r##"
            # it will be updated in place
            ~ it {
              ~ kubernetes = {
                ~ workload = "web" -> "api"
                }
              ~ updated_at = "2026-01-01T00:00:00Z" -> (known after apply)
            }
        "##]],
    );
    check_plan::<DeploymentTarget>(
        KUBERNETES,
        &kubernetes_document(),
        CUSTOM,
        &expect![[r##"
        # it must be replaced
        -/+ it {
          ~ platform = "kubernetes" -> "custom"
          - kubernetes = {
            - connection = "main" -> null
            - namespace = "web" -> null
            - workload = "web" -> null
            }
          + custom = { # forces replacement
            + webhook_url = "https://example.com/deploy"
            + signing_secret_wo_version = 1
            }
          + signing_secret_fingerprint = (known after apply)
          ~ updated_at = "2026-01-01T00:00:00Z" -> (known after apply)
        }
    "##]],
    );
}

#[test]
fn a_new_version_of_the_secret_has_another_fingerprint() {
    check_plan::<DeploymentTarget>(
        CUSTOM,
        &custom_document(),
        &CUSTOM.replace(r#""signing_secret_wo_version": 1"#, r#""signing_secret_wo_version": 2"#),
        &expect![[r##"
            # it will be updated in place
            ~ it {
              ~ custom = {
                ~ signing_secret_wo_version = 1 -> 2
                }
              ~ signing_secret_fingerprint = "0123456789ab" -> (known after apply)
              ~ updated_at = "2026-01-01T00:00:00Z" -> (known after apply)
            }
        "##]],
    );
}

#[test]
fn the_platform_is_not_known_while_more_than_one_attribute_may_turn_out_to_be_set() {
    check_plan::<DeploymentTarget>(
        KUBERNETES,
        &kubernetes_document(),
        r#"{"environment_id": "01930000-0000-7000-8000-0000000000e1", "name": "use1", "kubernetes": "?", "railway": "?"}"#,
        &expect![[r##"
            # it will be updated in place
            ~ it {
              ~ platform = "kubernetes" -> (known after apply)
              ~ kubernetes = {...} -> (known after apply)
              + railway = (known after apply)
              ~ updated_at = "2026-01-01T00:00:00Z" -> (known after apply)
            }
        "##]],
    );
}

#[test]
fn another_environment_replaces() {
    check_plan::<DeploymentTarget>(
        KUBERNETES,
        &kubernetes_document(),
        &KUBERNETES.replace(
            r#""environment_id": "01930000-0000-7000-8000-0000000000e1""#,
            r#""environment_id": "01930000-0000-7000-8000-0000000000e2""#,
        ),
        &expect![[r##"
            # it must be replaced
            -/+ it {
              ~ environment_id = "01930000-0000-7000-8000-0000000000e1" -> "01930000-0000-7000-8000-0000000000e2" # forces replacement
              ~ updated_at = "2026-01-01T00:00:00Z" -> (known after apply)
            }
        "##]],
    );
}

/// Checks a configuration that has this beside its name and environment.
#[track_caller]
fn check_with(rest: &str, expected: &expect_test::Expect) {
    check_validate::<DeploymentTarget>(
        &format!(r#"{{"environment_id": "01930000-0000-7000-8000-0000000000e1", "name": "use1", {rest}}}"#),
        expected,
    );
}

const VERCEL: &str = r#""vercel": {"project_id": "v1"}"#;

#[test]
fn one_platform_is_configured_completely() {
    check_with(
        r#""order": 1"#,
        &expect![[r#"
            error: Invalid combination of attributes
              One of "kubernetes", "railway", "render", "flyio", "vercel" and "custom" is required. Set one of them.
        "#]],
    );
    check_with(
        r#""vercel": {"project_id": "v1"}, "render": {"service_id": "s1"}"#,
        &expect![[r#"
        error: Invalid combination of attributes
          at vercel
          Only one of "kubernetes", "railway", "render", "flyio", "vercel" and "custom" can be set, but "render" and "vercel" are. Remove all but one.
    "#]],
    );
    check_with(
        r#""kubernetes": {"namespace": "web", "workload": "web"}"#,
        &expect![[r#"
        error: Invalid combination of attributes
          at kubernetes
          One of "cluster_arn" and "connection" is required. Set one of them.
    "#]],
    );
    check_with(
        r#""custom": {"webhook_url": "example.com", "script": "x", "signing_secret_wo": "hunter2"}"#,
        &expect![[r#"
            error: Invalid attribute value
              at custom.webhook_url
              "custom.webhook_url" must be an address that starts with https:// or http://, and is "example.com".
            error: Invalid combination of attributes
              at custom.script
              Only one of "webhook_url" and "script" can be set, but "webhook_url" and "script" are. Remove all but one.
            error: Invalid combination of attributes
              at custom.signing_secret_wo
              "signing_secret_wo" and "signing_secret_wo_version" go together, but "signing_secret_wo_version" is not set. Set all of them or none.
        "#]],
    );
}

#[test]
fn a_strategy_is_one_that_the_platform_can_carry_out() {
    check_with(
        &format!(r#"{VERCEL}, "strategy": {{"type": "blue-green"}}"#),
        &expect![[r#"
        error: Unsupported strategy
          at strategy.type
          The platform vercel cannot do "blue-green". Use one of: direct, canary.
    "#]],
    );
    check_with(
        &format!(r#"{VERCEL}, "strategy": {{"type": "slowly"}}"#),
        &expect![[r#"
            error: Invalid attribute value
              at strategy.type
              "strategy.type" must be one of direct, rolling, blue-green, canary, and is "slowly".
        "#]],
    );
    check_with(r#""vercel": "?", "strategy": {"type": "?"}"#, &expect![""]);
}

#[test]
fn the_steps_of_a_canary_grow() {
    check_with(
        &format!(r#"{VERCEL}, "strategy": {{"type": "canary", "steps": [50, 25]}}"#),
        &expect![[r#"
        error: Invalid canary steps
          at strategy.steps
          Each of "steps" must be larger than the one before, such as [5, 25, 50, 100].
    "#]],
    );
    check_with(
        &format!(r#"{VERCEL}, "strategy": {{"type": "canary", "steps": [0, 101]}}"#),
        &expect![[r#"
            error: Invalid attribute value
              at strategy.steps
              "strategy.steps" has the element 0, which must be between 1 and 100.
        "#]],
    );
    check_with(
        &format!(r#"{VERCEL}, "strategy": {{"type": "direct", "steps": [50]}}"#),
        &expect![[r#"
        error: Invalid canary steps
          at strategy.steps
          "steps" only goes with the type "canary". Remove it, or change the type.
    "#]],
    );
    check_with(
        &format!(r#"{VERCEL}, "strategy": {{"type": "canary", "steps": [5, 50, 100]}}"#),
        &expect![""],
    );
}

#[test]
fn a_health_check_has_what_its_type_needs() {
    check_with(
        &format!(
            r#"{VERCEL}, "health_checks": [{{"name": "a", "type": "http"}}, {{"name": "b", "type": "tcp", "port": 80}}, {{"name": "c", "type": "script"}}]"#
        ),
        &expect![[r#"
            error: Incomplete health check
              at health_checks[0].url
              A health check of type "http" needs "url". Set it.
            error: Incomplete health check
              at health_checks[2].command
              A health check of type "script" needs "command". Set it.
        "#]],
    );
    check_with(
        &format!(
            r#"{VERCEL}, "health_checks": [{{"name": "a", "type": "tcp", "port": 70000, "interval_seconds": 0}}]"#
        ),
        &expect![[r#"
            error: Invalid attribute value
              at health_checks[0].port
              "health_checks[0].port" must be between 1 and 65535, and is 70000.
            error: Invalid attribute value
              at health_checks[0].interval_seconds
              "health_checks[0].interval_seconds" must be between 1 and 3600, and is 0.
        "#]],
    );
}

#[test]
fn a_health_check_has_nothing_that_belongs_to_another_type() {
    check_with(
        &format!(
            r#"{VERCEL}, "health_checks": [{{"name": "a", "type": "http", "url": "https://example.com", "command": "x"}},
                {{"name": "b", "type": "tcp", "port": 80, "url": "?"}},
                {{"name": "c", "type": "script", "command": "x", "port": 80, "url": "https://example.com"}}]"#
        ),
        &expect![[r#"
            error: Invalid health check
              at health_checks[0].command
              "command" does not go with a health check of type "http", which looks at "url". Remove it, or change the type.
            error: Invalid health check
              at health_checks[2].url
              "url" does not go with a health check of type "script", which looks at "command". Remove it, or change the type.
            error: Invalid health check
              at health_checks[2].port
              "port" does not go with a health check of type "script", which looks at "command". Remove it, or change the type.
        "#]],
    );
}

#[test]
fn the_limits_of_the_control_plane_are_known_when_planning() {
    check_with(
        r#""vercel": {"project_id": "v1", "team": ""}, "order": -1001,
            "health_checks": [{"name": "a", "type": "http", "url": "", "interval_seconds": 3601, "healthy_threshold": 101}],
            "rollback": {"observe_seconds": 86401}"#,
        &expect![[r#"
            error: Invalid attribute value
              at vercel.team
              "vercel.team" must have 1 to 255 characters, but has 0, and is "".
            error: Invalid attribute value
              at health_checks[0].url
              "health_checks[0].url" must have 1 to 2048 characters, but has 0, and is "".
            error: Invalid attribute value
              at health_checks[0].interval_seconds
              "health_checks[0].interval_seconds" must be between 1 and 3600, and is 3601.
            error: Invalid attribute value
              at health_checks[0].healthy_threshold
              "health_checks[0].healthy_threshold" must be between 1 and 100, and is 101.
            error: Invalid attribute value
              at rollback.observe_seconds
              "rollback.observe_seconds" must be between 0 and 86400, and is 86401.
            error: Invalid attribute value
              at order
              "order" must be between -1000 and 1000, and is -1001.
        "#]],
    );
    check_with(
        r#""kubernetes": {"connection": "", "namespace": "web", "workload": "web"}, "order": -1000"#,
        &expect![[r#"
            error: Invalid attribute value
              at kubernetes.connection
              "kubernetes.connection" must have 1 to 2048 characters, but has 0, and is "".
        "#]],
    );
}

#[test]
fn the_address_of_a_webhook_has_no_password() {
    check_with(
        r#""custom": {"webhook_url": "https://jane:hunter2@example.com/deploy"}"#,
        &expect![[r#"
        error: Invalid attribute value
          at custom.webhook_url
          "custom.webhook_url" must not hold a user or password before its host, which would stand in plan files, and is "https://***@example.com/deploy".
    "#]],
    );
    check_with(r#""custom": {"webhook_url": "https://example.com/deploy?by=a@b"}"#, &expect![""]);
}
