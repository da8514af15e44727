//! What is wrong with a body is found at once, and in its place.

use serde_json::{Value, json};

use crate::world::{World, configuration, send};

#[tokio::test]
async fn every_error_is_reported_with_its_pointer() {
    let world = World::new().await;
    let body = json!({
        "slug": "Bad Slug", "surprise": 1, "id": "x", "default_region": "nowhere", "description": 5,
        "security": {"session_ttl_seconds": 1, "allowed_cidrs": ["10.0.0.0/8", "x"], "surprise": 1},
        "labels": {"team/a": 1}, "data_residency": ["eu-west-1", "eu-west-1", 5, "moon"],
    });
    let refused = world.admin().post("/workspaces", body).await.expect(422);
    assert_eq!(refused.code(), "validation_failed");
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert_eq!(refused.body["retryable"], false);
    assert_eq!(refused.body["correlation_id"], refused.header("x-correlation-id"));
    assert_eq!(
        refused.errors(),
        [
            "/data_residency/1 duplicate",
            "/data_residency/2 type",
            "/data_residency/3 format",
            "/default_region format",
            "/description type",
            "/id read_only",
            "/labels/team~1a type",
            "/name required",
            "/security/allowed_cidrs/1 format",
            "/security/session_ttl_seconds range",
            "/security/surprise unknown_field",
            "/slug format",
            "/surprise unknown_field",
        ]
    );
}

async fn check_pipeline(configuration: Value, expected: &[&str]) {
    let world = World::new().await;
    let workspace = world.admin().workspace("acme").await;
    let project = world.admin().project(&workspace.id(), "web").await;
    let body = json!({"project_id": project.id(), "name": "ci", "configuration": configuration});
    assert_eq!(world.admin().post("/pipelines", body).await.expect(422).errors(), expected);
}

#[tokio::test]
async fn a_configuration_follows_the_schema() {
    check_pipeline(
        json!({"version": "v2", "stages": []}),
        &["/configuration/stages length", "/configuration/version choice"],
    )
    .await;
    let step =
        json!({"name": "s", "command": "c", "retry": 6, "timeout": "5 minutes", "env": {"A": 1}, "x": 1});
    let stages = json!([{"name": "n".repeat(101), "steps": [step]}, {"steps": []}, 5]);
    check_pipeline(
        json!({"version": "v1", "stages": stages, "environment": []}),
        &[
            "/configuration/environment type",
            "/configuration/stages/0/name length",
            "/configuration/stages/0/steps/0/env/A type",
            "/configuration/stages/0/steps/0/retry range",
            "/configuration/stages/0/steps/0/timeout format",
            "/configuration/stages/0/steps/0/x unknown_field",
            "/configuration/stages/1/name required",
            "/configuration/stages/1/steps length",
            "/configuration/stages/2 type",
        ],
    )
    .await;
    check_pipeline(Value::Null, &["/configuration required"]).await;
}

async fn target_errors(body: Value) -> (String, Vec<String>, Value) {
    let world = World::new().await;
    let workspace = world.admin().workspace("acme").await;
    let project = world.admin().project(&workspace.id(), "web").await;
    let environment = world.admin().environment(&project.id(), "dev").await;
    let mut whole = json!({"environment_id": environment.id(), "name": "t"});
    whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    let refused = world.admin().post("/deployment-targets", whole).await.expect(422);
    (refused.code().to_owned(), refused.errors(), refused.body)
}

#[tokio::test]
async fn a_whole_number_may_be_written_with_a_fraction_of_zero() {
    let world = World::new().await;
    let send = async |days: Value| {
        let body = json!({"name": "acme", "retention": {"logs_days": days}});
        world.admin().post("/workspaces?dry_run=true", body).await
    };
    assert_eq!(send(json!(7.0)).await.expect(200).body["retention"]["logs_days"], 7);
    assert_eq!(send(json!(7.5)).await.expect(422).errors(), ["/retention/logs_days type"]);
}

#[tokio::test]
async fn nul_is_refused_wherever_it_is() {
    let world = World::new().await;
    let body = json!({
        "name": "a\0", "labels": {"k\0": "v", "l": "\0"}, "data_residency": ["us-east-1", "\0"],
    });
    let refused = world.admin().post("/workspaces", body).await.expect(422).errors();
    for pointer in ["/name nul", "/labels/k\0 nul", "/labels/l nul", "/data_residency/1 nul"] {
        assert!(refused.iter().any(|error| error == pointer), "{pointer} in {refused:?}");
    }
    for query in ["slug=a%00", "label.a%00=b", "label.a=%00"] {
        world.admin().get(&format!("/workspaces?{query}")).await.expect(400);
    }
}

#[tokio::test]
async fn settings_are_those_of_the_platform() {
    let cases = [
        (
            json!({"platform": "kubernetes", "settings": {"cluster_arn": "a", "connection": "b", "namespace": "n"}}),
            vec!["/settings exactly_one", "/settings/workload required"],
        ),
        (
            json!({"platform": "custom", "settings": {"regions": []}}),
            vec!["/settings exactly_one", "/settings/regions unknown_field"],
        ),
        (json!({"platform": "flyio"}), vec!["/settings/app required"]),
        (json!({"platform": "heroku", "settings": {"x": 1}}), vec!["/platform choice"]),
        (json!({"settings": {"x": 1}}), vec!["/platform required"]),
        (
            json!({"platform": "vercel", "settings": {"project_id": "p"}, "strategy": {"type": "direct", "steps": [5]},
                "health_checks": [{"name": "h", "type": "tcp"}], "rollback": {"on": ["rain"]}}),
            vec!["/health_checks/0/port required", "/rollback/on/0 choice", "/strategy/steps conflict"],
        ),
        (
            json!({"platform": "flyio", "settings": {"app": "a"}, "strategy": {"type": "canary", "steps": [50, 10, 101]}}),
            vec!["/strategy/steps order", "/strategy/steps/2 range"],
        ),
    ];
    for (body, expected) in cases {
        let (code, errors, _) = target_errors(body.clone()).await;
        assert_eq!(
            (code.as_str(), errors.iter().map(String::as_str).collect()),
            ("validation_failed", expected),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_strategy_the_platform_lacks_is_refused_by_name() {
    let body = json!({"platform": "render", "settings": {"service_id": "s"}, "strategy": {"type": "canary"}});
    let (code, errors, body) = target_errors(body).await;
    assert_eq!(code, "capability_unsupported");
    assert_eq!((&body["platform"], &body["feature"]), (&json!("render"), &json!("canary")));
    assert_eq!(errors, ["/strategy/type capability_unsupported"]);
}

#[tokio::test]
async fn what_is_chosen_once_stays() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let project = admin.project(&workspace.id(), "web").await;
    let path = format!("/projects/{}", project.id());
    let elsewhere = admin.workspace("other").await;
    let patch = json!({"slug": "other", "workspace_id": elsewhere.id(), "archived": true});
    let refused = admin.patch(&path, &project.etag(), patch).await.expect(422);
    assert_eq!(refused.errors(), ["/archived read_only"]);
    let patch = json!({"slug": "other", "workspace_id": elsewhere.id()});
    let refused = admin.patch(&path, &project.etag(), patch).await.expect(422);
    assert_eq!(refused.errors(), ["/slug immutable", "/workspace_id immutable"]);
    // Naming the same again is no change.
    let patch = json!({"slug": "web", "workspace_id": workspace.id()});
    admin.patch(&path, &project.etag(), patch).await.expect(200);
}

#[tokio::test]
async fn a_parent_that_is_not_there_is_an_error_of_its_field() {
    let world = World::new().await;
    let missing = "01890a5d-ac96-774b-bcce-b302099a8057";
    let body = json!({"project_id": missing, "name": "ci", "configuration": configuration()});
    let refused = world.admin().post("/pipelines", body).await.expect(422);
    assert_eq!(refused.errors(), ["/project_id not_found"]);
}

#[tokio::test]
async fn a_body_names_no_member_twice() {
    let world = World::new().await;
    let request = |body: &'static str| {
        let request = world.admin().request("POST", "/workspaces").header("idempotency-key", world.unique());
        request.header("content-type", "application/json").body(body)
    };
    let twice = r#"{"name": "acme", "deletion_protection": true, "deletion_protection": false, "labels": {"a": "1", "a": "2"}}"#;
    let refused = send(request(twice)).await.expect(422);
    assert_eq!(refused.code(), "validation_failed");
    assert_eq!(refused.errors(), ["/deletion_protection duplicate", "/labels/a duplicate"]);
    send(request(r#"{"name": "acme", "labels": {"a": "1"}}"#)).await.expect(201);
}
