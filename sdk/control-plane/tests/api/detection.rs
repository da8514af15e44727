//! What builds find a project to be written with and in.

use serde_json::{Value, json};

use crate::{
    builds::COMMIT,
    world::{Caller, Reply, World},
};

/// Reports a build that has found a framework, of this version of it.
async fn report(admin: &Caller<'_>, pipeline: &str, framework: &str) -> Reply {
    let detected =
        json!({"framework": framework, "language": "typescript", "version": "15", "confidence": 0.9});
    let body =
        json!({"pipeline_id": pipeline, "commit_sha": COMMIT, "status": "success", "detected": detected});
    admin.post("/builds", body).await
}

/// A new project with these fields, and a pipeline of it.
async fn project(admin: &Caller<'_>, more: Value) -> (String, String) {
    let workspace = admin.workspace("acme").await.id();
    let mut body =
        json!({"workspace_id": workspace, "name": "web", "git_url": "https://github.com/acme/web"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let project = admin.post("/projects", body).await.expect(201).id();
    let pipeline = admin.pipeline(&project, "ci").await.id();
    (format!("/projects/{project}"), pipeline)
}

fn written(project: &Reply) -> (&str, &str) {
    let text = |name: &str| project.body[name].as_str().unwrap_or("none");
    (text("framework"), text("language"))
}

#[tokio::test]
async fn what_nobody_has_chosen_is_what_the_newest_build_has_found() {
    let world = World::new().await;
    let admin = world.admin();
    let (path, pipeline) = project(&admin, json!({"language": "javascript"})).await;
    let before = admin.get(&path).await.expect(200);
    assert_eq!((written(&before), &before.body["detected"]), (("none", "javascript"), &Value::Null));
    assert_eq!(before.body["following"], json!(["framework"]));
    report(&admin, &pipeline, "nextjs").await.expect(201);
    let found = admin.get(&path).await.expect(200);
    assert_eq!(
        (written(&found), &found.body["detected"]["confidence"]),
        (("nextjs", "javascript"), &json!(0.9))
    );
    assert_ne!(found.etag(), before.etag());
    // A change of something else leaves it following.
    let renamed = admin.patch(&path, &found.etag(), json!({"name": "Web"})).await.expect(200);
    assert_eq!((written(&renamed), &renamed.body["following"]), (written(&found), &json!(["framework"])));
    report(&admin, &pipeline, "remix").await.expect(201);
    assert_eq!(written(&admin.get(&path).await), ("remix", "javascript"));
    // What is chosen stays, be it what was found; what is not any more follows.
    let chosen = json!({"framework": "remix", "language": null});
    let chosen = admin.patch(&path, "*", chosen).await.expect(200);
    assert_eq!(
        (written(&chosen), &chosen.body["following"]),
        (("remix", "typescript"), &json!(["language"]))
    );
    report(&admin, &pipeline, "astro").await.expect(201);
    assert_eq!(written(&admin.get(&path).await), ("remix", "typescript"));
}

#[tokio::test]
async fn what_is_pinned_is_found_once_and_what_is_off_never() {
    let world = World::new().await;
    let admin = world.admin();
    let (path, pipeline) = project(&admin, json!({"detection": "pin"})).await;
    for framework in ["nextjs", "remix"] {
        report(&admin, &pipeline, framework).await.expect(201);
        assert_eq!(written(&admin.get(&path).await), ("nextjs", "typescript"));
    }
    let off = admin.patch(&path, "*", json!({"detection": "off"})).await.expect(200);
    assert_eq!((written(&off), &off.body["following"]), (("none", "none"), &json!([])));
    report(&admin, &pipeline, "remix").await.expect(201);
    assert_eq!(written(&admin.get(&path).await), ("none", "none"));
}

#[tokio::test]
async fn only_builds_that_are_reported_have_found_something() {
    let world = World::new().await;
    let admin = world.admin();
    let (_, pipeline) = project(&admin, json!({})).await;
    let detected = json!({"framework": "nextjs", "language": "", "confidence": 1.5});
    let body = json!({"pipeline_id": pipeline, "commit_sha": COMMIT, "detected": detected});
    let refused = admin.post("/builds", body).await.expect(422);
    let expected = [
        "/detected conflict",
        "/detected/confidence range",
        "/detected/language length",
        "/detected/version required",
    ];
    assert_eq!(refused.errors(), expected);
}
