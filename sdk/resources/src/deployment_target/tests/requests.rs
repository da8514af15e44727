//! What is sent, and what the fields of the wire form stand for.

use expect_test::expect;

use super::{CUSTOM, KUBERNETES, custom_document, kubernetes_document};
use crate::deployment_target::DeploymentTarget;
use crate::golden::{check_pointers, check_requests};

#[test]
fn the_platform_has_one_field_for_its_settings() {
    check_requests::<DeploymentTarget>(
        KUBERNETES,
        &kubernetes_document(),
        r#"{"environment_id": "01930000-0000-7000-8000-0000000000e1", "name": "use1", "strategy": {"type": "canary", "steps": [5, 100]},
            "kubernetes": {"cluster_arn": "arn:aws:eks:x", "namespace": "web", "workload": "web"}}"#,
        &expect![[r#"
            POST /deployment-targets
            {
              "environment_id": "01930000-0000-7000-8000-0000000000e1",
              "name": "use1",
              "order": 0,
              "platform": "kubernetes",
              "rollback": {
                "auto": true,
                "observe_seconds": 300,
                "on": [
                  "health_check_failed"
                ],
                "to": "last_verified"
              },
              "settings": {
                "connection": "main",
                "namespace": "web",
                "workload": "web"
              },
              "strategy": {
                "type": "direct"
              }
            }
            PATCH
            {
              "health_checks": null,
              "labels": null,
              "name": "use1",
              "order": 0,
              "rollback": {
                "auto": true,
                "observe_seconds": 300,
                "on": [
                  "health_check_failed"
                ],
                "to": "last_verified"
              },
              "settings": {
                "cluster_arn": "arn:aws:eks:x",
                "connection": null,
                "namespace": "web",
                "workload": "web"
              },
              "strategy": {
                "steps": [
                  5,
                  100
                ],
                "type": "canary"
              },
              "validation_scripts": null
            }
        "#]],
    );
}

#[test]
fn the_secret_is_sent_with_its_first_version_and_with_every_new_one() {
    check_requests::<DeploymentTarget>(
        CUSTOM,
        &custom_document(),
        &CUSTOM.replace(r#""name": "use1""#, r#""name": "usw2""#),
        &expect![[r#"
            POST /deployment-targets
            {
              "environment_id": "01930000-0000-7000-8000-0000000000e1",
              "name": "use1",
              "order": 0,
              "platform": "custom",
              "rollback": {
                "auto": true,
                "observe_seconds": 300,
                "on": [
                  "health_check_failed"
                ],
                "to": "last_verified"
              },
              "settings": {
                "signing_secret": "hunter2",
                "webhook_url": "https://example.com/deploy"
              },
              "strategy": {
                "type": "direct"
              }
            }
            PATCH
            {
              "health_checks": null,
              "labels": null,
              "name": "usw2",
              "order": 0,
              "rollback": {
                "auto": true,
                "observe_seconds": 300,
                "on": [
                  "health_check_failed"
                ],
                "to": "last_verified"
              },
              "settings": {
                "script": null,
                "webhook_url": "https://example.com/deploy"
              },
              "strategy": {
                "steps": null,
                "type": "direct"
              },
              "validation_scripts": null
            }
        "#]],
    );
    check_requests::<DeploymentTarget>(
        CUSTOM,
        &custom_document(),
        &CUSTOM.replace("hunter2", "hunter3").replace(r#"version": 1"#, r#"version": 2"#),
        &expect![[r#"
            POST /deployment-targets
            {
              "environment_id": "01930000-0000-7000-8000-0000000000e1",
              "name": "use1",
              "order": 0,
              "platform": "custom",
              "rollback": {
                "auto": true,
                "observe_seconds": 300,
                "on": [
                  "health_check_failed"
                ],
                "to": "last_verified"
              },
              "settings": {
                "signing_secret": "hunter2",
                "webhook_url": "https://example.com/deploy"
              },
              "strategy": {
                "type": "direct"
              }
            }
            PATCH
            {
              "health_checks": null,
              "labels": null,
              "name": "use1",
              "order": 0,
              "rollback": {
                "auto": true,
                "observe_seconds": 300,
                "on": [
                  "health_check_failed"
                ],
                "to": "last_verified"
              },
              "settings": {
                "script": null,
                "signing_secret": "hunter3",
                "webhook_url": "https://example.com/deploy"
              },
              "strategy": {
                "steps": null,
                "type": "direct"
              },
              "validation_scripts": null
            }
        "#]],
    );
}

#[test]
fn problems_point_at_the_platform_that_was_written() {
    let pointers = ["/name", "/settings/namespace", "/settings/signing_secret", "/strategy/steps/0"];
    check_pointers::<DeploymentTarget>(
        KUBERNETES,
        &pointers,
        &expect![[r#"
        /name -> name
        /settings/namespace -> kubernetes.namespace
        /settings/signing_secret -> kubernetes.signing_secret_wo
        /strategy/steps/0 -> strategy.steps[0]
    "#]],
    );
    check_pointers::<DeploymentTarget>(
        CUSTOM,
        &pointers,
        &expect![[r#"
        /name -> name
        /settings/namespace -> custom.namespace
        /settings/signing_secret -> custom.signing_secret_wo
        /strategy/steps/0 -> strategy.steps[0]
    "#]],
    );
}
