//! Creating, reading, changing and deleting each kind.

use serde_json::{Value, json};

use crate::world::{World, configuration};

/// The object without what differs from run to run.
fn stable(body: &Value) -> Value {
    let mut body = body.clone();
    for name in ["id", "created_at", "updated_at", "owner_id", "workspace_id", "project_id", "environment_id"]
    {
        body.as_object_mut().unwrap().remove(name);
    }
    body
}

#[tokio::test]
async fn a_workspace_gets_its_defaults() {
    let world = World::new().await;
    let admin = world.admin();
    let created = admin.post("/workspaces", json!({"name": "Acme & Co"})).await.expect(201);
    let expected = json!({
        "name": "Acme & Co", "slug": "acme-co", "description": null, "default_region": "us-east-1",
        "data_residency": [],
        "security": {"mfa_required": false, "session_ttl_seconds": 86400, "allowed_cidrs": [], "require_sso": false},
        "retention": {"builds_days": 90, "artifacts_days": 30, "logs_days": 30, "audit_days": 365},
        "promotion_policy": {"min_approvals": 0, "separation_of_duties": false, "require_signed_artifacts": false, "signing_keys": []},
        "deletion_protection": true, "warnings": [], "labels": {},
    });
    assert_eq!(stable(&created.body), expected);
    let me = admin.get("/me").await.body;
    assert_eq!(created.body["owner_id"], me["user_id"]);
    assert_eq!(created.body["created_at"], "2026-01-01T00:00:00.000000Z");
    assert_eq!(created.header("location"), format!("/api/v1/workspaces/{}", created.id()));
    let read = admin.get(&format!("/workspaces/{}", created.id())).await.expect(200);
    assert_eq!((read.body.clone(), read.etag()), (created.body.clone(), created.etag()));
}

#[tokio::test]
async fn a_project_gets_its_defaults() {
    let world = World::new().await;
    let workspace = world.admin().workspace("acme").await;
    let project = world.admin().project(&workspace.id(), "web").await;
    let expected = json!({
        "name": "web", "slug": "web", "git_url": "https://github.com/acme/web", "default_branch": "main",
        "root_directory": ".", "framework": null, "language": null, "detection": "auto",
        "following": ["framework", "language"],
        "build_settings": {"install_command": null, "build_command": null, "output_directory": null},
        "visibility": "private", "deletion_protection": false, "archived": false, "detected": null, "labels": {},
    });
    assert_eq!(stable(&project.body), expected);
}

#[tokio::test]
async fn an_environment_gets_its_defaults() {
    let world = World::new().await;
    let workspace = world.admin().workspace("acme").await;
    let project = world.admin().project(&workspace.id(), "web").await;
    let environment = world.admin().environment(&project.id(), "dev").await;
    let expected = json!({
        "name": "dev", "slug": "dev", "tier": "development", "promotes_from": [], "allowed_branches": [],
        "locked": null, "deployment_concurrency": 1, "deletion_protection": false, "current_release": null, "current_deployment": null,
        "health": "unknown", "labels": {},
    });
    assert_eq!(stable(&environment.body), expected);
    let body = json!({"project_id": project.id(), "name": "Production", "tier": "production"});
    let production = world.admin().post("/environments", body).await.expect(201);
    assert_eq!(production.body["deletion_protection"], true);
}

#[tokio::test]
async fn a_deployment_target_gets_its_defaults() {
    let world = World::new().await;
    let workspace = world.admin().workspace("acme").await;
    let project = world.admin().project(&workspace.id(), "web").await;
    let environment = world.admin().environment(&project.id(), "dev").await;
    let target = world.admin().target(&environment.id(), "main").await;
    let expected = json!({
        "name": "main", "platform": "render", "settings": {"service_id": "srv"},
        "strategy": {"type": "direct", "steps": []}, "health_checks": [],
        "rollback": {"auto": true, "on": ["health_check_failed"], "to": "last_verified", "observe_seconds": 300},
        "validation_scripts": [], "order": 0, "labels": {},
    });
    assert_eq!(stable(&target.body), expected);
}

#[tokio::test]
async fn a_pipeline_echoes_its_configuration_and_counts_its_versions() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let project = admin.project(&workspace.id(), "web").await;
    let body = json!({
        "project_id": project.id(), "name": "ci", "configuration": configuration(), "triggers": ["tag", "push"],
    });
    let pipeline = admin.post("/pipelines", body).await.expect(201);
    let expected = json!({
        "name": "ci", "enabled": true, "configuration": configuration(), "triggers": ["push", "tag"],
        // printf '{"stages":[{"name":"build","steps":[{"command":"make","name":"make"}]}],"version":"v1"}' | sha256sum
        "concurrency": null, "version": 1, "steps_count": 1, "labels": {},
        "configuration_digest": "sha256:db6bdadbbc959dc7eb56917983374d1f2738ee697d82afb51c2f1032883a9f65",
    });
    assert_eq!(stable(&pipeline.body), expected);
    let digest = pipeline.body["configuration_digest"].clone();

    let path = format!("/pipelines/{}", pipeline.id());
    // The same configuration in another order is the same configuration.
    let reordered =
        json!({"configuration": {"stages": configuration()["stages"], "version": "v1"}, "enabled": false});
    let changed = admin.patch(&path, &pipeline.etag(), reordered).await.expect(200);
    assert_eq!((&changed.body["version"], &changed.body["configuration_digest"]), (&json!(1), &digest));

    let mut other = configuration();
    other["environment"] = json!({"A": "1", "B": "2"});
    let changed = admin.patch(&path, &changed.etag(), json!({"configuration": other})).await.expect(200);
    assert_eq!(changed.body["version"], 2);
    assert_ne!(changed.body["configuration_digest"], digest);

    // A whole configuration replaces: variables it leaves out are gone.
    other["environment"] = json!({"B": "2"});
    let changed = admin.patch(&path, &changed.etag(), json!({"configuration": other})).await.expect(200);
    assert_eq!(changed.body["configuration"], other);
    // One without its version is a merge patch.
    let patch = json!({"configuration": {"environment": {"C": "3"}}});
    let changed = admin.patch(&path, &changed.etag(), patch).await.expect(200);
    assert_eq!(changed.body["configuration"]["environment"], json!({"B": "2", "C": "3"}));
    assert_eq!(changed.body["version"], 4);
}

#[tokio::test]
async fn a_patch_leaves_alone_what_it_does_not_name_and_clears_what_is_null() {
    let world = World::new().await;
    let admin = world.admin();
    let body = json!({
        "name": "acme", "description": "d", "default_region": "eu-west-1",
        "security": {"mfa_required": true, "session_ttl_seconds": 600}, "labels": {"a": "1", "b": "2"},
        "data_residency": ["us-east-1", "eu-west-1"],
    });
    let created = admin.post("/workspaces", body).await.expect(201);
    assert_eq!(created.body["data_residency"], json!(["eu-west-1", "us-east-1"]));
    world.advance(1);
    let path = format!("/workspaces/{}", created.id());
    let patch = json!({
        "description": null, "default_region": null, "security": {"session_ttl_seconds": null},
        "labels": {"a": null, "c": "3"},
    });
    let changed = admin.patch(&path, &created.etag(), patch).await.expect(200);
    let mut expected = created.body.clone();
    expected["description"] = Value::Null;
    expected["default_region"] = json!("us-east-1");
    expected["security"]["session_ttl_seconds"] = json!(86400);
    expected["labels"] = json!({"b": "2", "c": "3"});
    expected["updated_at"] = json!("2026-01-01T00:00:01.000000Z");
    assert_eq!(changed.body, expected);
    assert_ne!(changed.etag(), created.etag());
}

#[tokio::test]
async fn a_patch_that_changes_nothing_keeps_the_tag() {
    let world = World::new().await;
    let created = world.admin().workspace("acme").await;
    world.advance(1);
    let path = format!("/workspaces/{}", created.id());
    let changed = world.admin().patch(&path, &created.etag(), json!({"name": "acme"})).await.expect(200);
    assert_eq!((changed.etag(), &changed.body), (created.etag(), &created.body));
}

#[tokio::test]
async fn what_is_deleted_is_gone() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let project = admin.project(&workspace.id(), "web").await;
    let environment = admin.environment(&project.id(), "dev").await;
    let pipeline = admin.pipeline(&project.id(), "ci").await;
    let target = admin.target(&environment.id(), "main").await;
    for (path, object) in [
        ("/deployment-targets", &target),
        ("/pipelines", &pipeline),
        ("/environments", &environment),
        ("/projects", &project),
        ("/workspaces", &workspace),
    ] {
        let path = format!("{path}/{}", object.id());
        let deleted = admin.delete(&path, &object.etag()).await.expect(204);
        assert!(!deleted.header("sparki-revision").is_empty());
        assert_eq!(admin.get(&path).await.expect(404).code(), "not_found");
        assert_eq!(admin.delete(&path, &object.etag()).await.expect(404).code(), "not_found");
    }
}

#[tokio::test]
async fn protection_and_dependents_keep_objects() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let path = format!("/workspaces/{}", workspace.id());
    let project = admin.project(&workspace.id(), "web").await;
    let refused = admin.delete(&path, &workspace.etag()).await.expect(409);
    assert_eq!(refused.code(), "in_use");
    assert_eq!(refused.body["dependents"], json!([{"kind": "project", "id": project.id(), "name": "web"}]));

    let protected =
        admin.patch(&path, &workspace.etag(), json!({"deletion_protection": true})).await.expect(200);
    let refused = admin.delete(&format!("{path}?behavior=cascade"), &protected.etag()).await.expect(409);
    assert_eq!((refused.code(), &refused.body["state"]), ("invalid_state", &json!("deletion_protected")));

    let free = admin.patch(&path, &protected.etag(), json!({"deletion_protection": false})).await.expect(200);
    let environment = admin.environment(&project.id(), "dev").await;
    admin.target(&environment.id(), "main").await;
    let refused = admin.delete(&format!("/projects/{}", project.id()), &project.etag()).await.expect(409);
    assert_eq!(refused.code(), "in_use");
    admin.delete(&format!("{path}?behavior=cascade"), &free.etag()).await.expect(204);
    admin.get(&format!("/environments/{}", environment.id())).await.expect(404);
}

#[tokio::test]
async fn an_archived_project_is_gone_and_gives_its_slug_back() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let project = admin.project(&workspace.id(), "web").await;
    let path = format!("/projects/{}", project.id());
    admin.delete(&format!("{path}?archive=true"), &project.etag()).await.expect(204);
    assert_eq!(admin.get(&path).await.expect(410).code(), "gone");
    assert_eq!(admin.get("/projects").await.body["data"], json!([]));
    let second = admin.project(&workspace.id(), "web").await;
    admin.delete(&format!("/projects/{}?archive=true", second.id()), &second.etag()).await.expect(204);
    // What was archived is out of sight and does not keep the workspace.
    admin.delete(&format!("/workspaces/{}", workspace.id()), &workspace.etag()).await.expect(204);
}

#[tokio::test]
async fn a_natural_key_is_taken_once() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let project = admin.project(&workspace.id(), "web").await;
    let environment = admin.environment(&project.id(), "dev").await;
    let (pipeline, other) =
        (admin.pipeline(&project.id(), "ci").await, admin.pipeline(&project.id(), "cd").await);
    let target = admin.target(&environment.id(), "main").await;
    let cases = [
        ("/workspaces", json!({"name": "acme"}), workspace.id()),
        (
            "/projects",
            json!({"workspace_id": workspace.id(), "name": "Web", "git_url": "git@h:o/r"}),
            project.id(),
        ),
        ("/environments", json!({"project_id": project.id(), "name": "Dev"}), environment.id()),
        (
            "/pipelines",
            json!({"project_id": project.id(), "name": "ci", "configuration": configuration()}),
            pipeline.id(),
        ),
        (
            "/deployment-targets",
            json!({"environment_id": environment.id(), "name": "main", "platform": "render", "settings": {"service_id": "s"}}),
            target.id(),
        ),
    ];
    for (path, body, existing) in cases {
        let refused = admin.post(path, body).await.expect(409);
        assert_eq!((refused.code(), &refused.body["existing_id"]), ("already_exists", &json!(existing)));
    }
    let path = format!("/pipelines/{}", other.id());
    let refused = admin.patch(&path, &other.etag(), json!({"name": "ci"})).await.expect(409);
    assert_eq!(refused.body["existing_id"], json!(pipeline.id()));
    // The same slug in another workspace is another project.
    let elsewhere = admin.workspace("other").await;
    admin.project(&elsewhere.id(), "web").await;
}

#[tokio::test]
async fn environments_never_promote_in_a_circle() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let project = admin.project(&workspace.id(), "web").await;
    let dev = admin.environment(&project.id(), "dev").await;
    let body = json!({"project_id": project.id(), "name": "prod", "promotes_from": [dev.id()]});
    let prod = admin.post("/environments", body).await.expect(201);
    let path = format!("/environments/{}", dev.id());
    let refused = admin.patch(&path, &dev.etag(), json!({"promotes_from": [prod.id()]})).await.expect(409);
    assert_eq!((refused.code(), &refused.body["path"]), ("cycle", &json!(["dev", "prod", "dev"])));
    let refused = admin.delete(&path, &dev.etag()).await.expect(409);
    assert_eq!((refused.code(), &refused.body["dependents"][0]["name"]), ("in_use", &json!("prod")));

    let elsewhere = admin.project(&workspace.id(), "api").await;
    let foreign = admin.environment(&elsewhere.id(), "dev").await;
    let refused = admin.patch(&path, &dev.etag(), json!({"promotes_from": [foreign.id()]})).await.expect(422);
    assert_eq!(refused.errors(), ["/promotes_from/0 not_found"]);
}

#[tokio::test]
async fn a_signing_secret_leaves_a_fingerprint_only() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let project = admin.project(&workspace.id(), "web").await;
    let environment = admin.environment(&project.id(), "dev").await;
    let body = json!({
        "environment_id": environment.id(), "name": "hook", "platform": "custom",
        "settings": {"webhook_url": "https://example.com/deploy", "signing_secret": "s3cr3t"},
    });
    let target = admin.post("/deployment-targets", body).await.expect(201);
    let fingerprint = &target.body["settings"]["signing_secret_fingerprint"];
    // printf s3cr3t | sha256sum
    assert!(fingerprint.as_str().is_some_and(|text| !text.starts_with("4e738ca5")), "{fingerprint}");
    let settings = json!({
        "webhook_url": "https://example.com/deploy", "script": null, "signing_secret_fingerprint": fingerprint,
    });
    assert_eq!(target.body["settings"], settings);
    let path = format!("/deployment-targets/{}", target.id());
    let patch = json!({"settings": {"webhook_url": "https://example.com/other"}});
    let changed = admin.patch(&path, &target.etag(), patch).await.expect(200);
    assert_eq!(changed.body["settings"]["signing_secret_fingerprint"], *fingerprint);
    let forged = json!({"settings": {"signing_secret_fingerprint": "000000000000"}});
    let refused = admin.patch(&path, &changed.etag(), forged).await.expect(422);
    assert_eq!(refused.errors(), ["/settings/signing_secret_fingerprint unknown_field"]);
    let cleared =
        admin.patch(&path, &changed.etag(), json!({"settings": {"signing_secret": null}})).await.expect(200);
    assert_eq!(cleared.body["settings"]["signing_secret_fingerprint"], Value::Null);
    // Moving to another platform leaves the settings of the old one behind.
    let patch = json!({"platform": "render", "settings": {"service_id": "srv"}});
    let moved = admin.patch(&path, &cleared.etag(), patch).await.expect(200);
    assert_eq!(moved.body["settings"], json!({"service_id": "srv"}));
}

#[tokio::test]
async fn the_platforms_say_what_they_can_do() {
    let world = World::new().await;
    let reply = world.admin().get("/platforms").await.expect(200);
    let find = |name: &str| {
        let data = reply.body["data"].as_array().unwrap();
        data.iter().find(|platform| platform["platform"] == name).unwrap()["strategies"].clone()
    };
    assert_eq!(find("vercel"), json!(["direct", "canary"]));
    assert_eq!(find("kubernetes"), json!(["direct", "rolling", "blue-green", "canary"]));
    assert_eq!(find("custom"), json!(["direct"]));
}
