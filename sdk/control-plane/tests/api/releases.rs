//! Releases and what blocks them.

use serde_json::{Value, json};

use crate::{
    builds::COMMIT,
    world::{Caller, Reply, World},
};

fn artifacts() -> Value {
    json!([{"name": "web", "uri": "oci://r/web", "digest": format!("sha256:{}", "ab".repeat(32)), "signature": null}])
}

async fn release(admin: &Caller<'_>, project: &str, version: &str) -> Reply {
    let body =
        json!({"project_id": project, "version": version, "commit_sha": COMMIT, "artifacts": artifacts()});
    admin.post("/releases", body).await.expect(201)
}

#[tokio::test]
async fn a_release_is_known_by_its_content() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let project = admin.project(&workspace, "web").await.id();
    let first = release(&admin, &project, "v1.4.2").await;
    // printf '{"artifacts":[{"digest":"sha256:abab...","name":"web"}],"commit_sha":"4f2c...","irreversible_migrations":false,
    // "version":"v1.4.2"}' | sha256sum
    let digest = json!("sha256:1f4796cf7e10b8277a22cf9c2ac400aa983fe73bbf679b05d15b196be7358c6d");
    assert_eq!(first.body["digest"], digest);
    let elsewhere = admin.project(&workspace, "api").await.id();
    let mut mirrored = artifacts();
    mirrored[0]["uri"] = json!("oci://mirror/web");
    let body =
        json!({"project_id": elsewhere, "version": "v1.4.2", "commit_sha": COMMIT, "artifacts": mirrored});
    assert_eq!(admin.post("/releases", body.clone()).await.expect(201).body["digest"], digest);
    let mut other = body;
    other["version"] = json!("v1.4.3");
    assert_ne!(admin.post("/releases", other).await.expect(201).body["digest"], digest);

    let found = admin.get(&format!("/releases?project_id={project}&version=v1.4.2")).await.expect(200).body;
    assert_eq!(found["data"][0]["id"], json!(first.id()));
    let body =
        json!({"project_id": project, "version": "v1.4.2", "commit_sha": COMMIT, "artifacts": artifacts()});
    let taken = admin.post("/releases", body).await.expect(409);
    assert_eq!((taken.code(), &taken.body["existing_id"]), ("already_exists", &json!(first.id())));
}

#[tokio::test]
async fn a_release_stays_as_it_is_but_for_its_labels() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let project = admin.project(&workspace, "web").await.id();
    let first = release(&admin, &project, "v1").await;
    let path = format!("/releases/{}", first.id());
    let changed = admin.patch(&path, &first.etag(), json!({"labels": {"a": "b"}})).await.expect(200);
    assert_eq!((&changed.body["labels"]["a"], &changed.body["digest"]), (&json!("b"), &first.body["digest"]));
    for (name, value) in
        [("version", json!("v2")), ("artifacts", json!([])), ("irreversible_migrations", json!(true))]
    {
        let refused = admin.patch(&path, &changed.etag(), json!({name: value})).await.expect(422);
        assert!(refused.errors().iter().all(|error| error.starts_with(&format!("/{name} "))), "{name}");
    }
    let read_only = admin.patch(&path, &changed.etag(), json!({"digest": "sha256:0"})).await.expect(422);
    assert_eq!(read_only.errors(), ["/digest read_only"]);
    admin.delete(&path, &changed.etag()).await.expect(204);
}

#[tokio::test]
async fn a_release_is_made_of_a_build_that_succeeded() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let project = admin.project(&workspace, "web").await.id();
    let pipeline = admin.pipeline(&project, "ci").await.id();
    let report = |status: &str, artifacts: Value| {
        let body =
            json!({"pipeline_id": pipeline, "commit_sha": COMMIT, "status": status, "artifacts": artifacts});
        let admin = admin.clone();
        async move { admin.post("/builds", body).await.expect(201).id() }
    };
    let (good, bad) = (report("success", artifacts()).await, report("failed", Value::Null).await);
    let empty = report("success", Value::Null).await;
    let made = json!({"project_id": project, "version": "v1", "build_id": good});
    let made = admin.post("/releases", made).await.expect(201);
    assert_eq!((&made.body["artifacts"], &made.body["commit_sha"]), (&artifacts(), &json!(COMMIT)));
    assert_eq!(made.body["branch"], "main");
    let path = format!("/releases/{}", made.id());
    admin.patch(&path, &made.etag(), json!({"labels": {"a": "b"}})).await.expect(200);

    let refuse = |body: Value| {
        let admin = admin.clone();
        async move { admin.post("/releases", body).await.expect(422).errors() }
    };
    let of = |build: &str| json!({"project_id": project, "version": "v2", "build_id": build});
    assert_eq!(refuse(of(&bad)).await, ["/build_id not_successful"]);
    assert_eq!(refuse(of(&empty)).await, ["/build_id no_artifacts"]);
    let other = admin.project(&workspace, "api").await.id();
    let foreign = json!({"project_id": other, "version": "v2", "build_id": good});
    assert_eq!(refuse(foreign).await, ["/build_id not_found"]);
    let mut both = of(&good);
    both["artifacts"] = artifacts();
    assert_eq!(refuse(both).await, [" exactly_one"]);
    let neither = json!({"project_id": project, "version": "v 2"});
    assert_eq!(refuse(neither).await, [" exactly_one", "/commit_sha required", "/version format"]);
}

#[tokio::test]
async fn a_release_is_blocked_once_for_a_place() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let project = admin.project(&workspace, "web").await.id();
    let environment = admin.environment(&project, "dev").await.id();
    let first = release(&admin, &project, "v1").await;
    let body = json!({"release_id": first.id(), "environment_id": environment, "reason": "leaks memory"});
    let block = admin.post("/release-blocks", body.clone()).await.expect(201);
    assert_eq!(block.body["automatic"], false);
    let taken = admin.post("/release-blocks", body).await.expect(409);
    assert_eq!(taken.body["existing_id"], json!(block.id()));
    let everywhere = json!({"release_id": first.id(), "reason": "leaks memory"});
    admin.post("/release-blocks", everywhere).await.expect(201);
    let path = format!("/release-blocks/{}", block.id());
    let changed = admin.patch(&path, &block.etag(), json!({"reason": "leaks much"})).await.expect(200);

    let other = admin.project(&workspace, "api").await.id();
    let foreign = admin.environment(&other, "dev").await.id();
    let body = json!({"release_id": first.id(), "environment_id": foreign, "reason": "r"});
    assert_eq!(admin.post("/release-blocks", body).await.expect(422).errors(), ["/environment_id not_found"]);
    admin.delete(&path, &changed.etag()).await.expect(204);
    let found = admin.get(&format!("/release-blocks?release_id={}", first.id())).await.expect(200).body;
    assert_eq!(found["data"].as_array().unwrap().len(), 1);
}
