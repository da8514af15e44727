//! Builds: simulated here, or reported by whoever ran them.

use serde_json::{Value, json};
use sparki_control_plane::Role;

use crate::world::{Caller, Reply, World, configuration};

pub(crate) const COMMIT: &str = "4f2c1d9a8b7e6f5d4c3b2a190807060504030201";

/// A workspace with a project that has a pipeline of these commands; answers with the ids of all three.
async fn pipeline_of(admin: &Caller<'_>, commands: &[&str]) -> (String, String, String) {
    let workspace = admin.workspace("acme").await.id();
    let project = admin.project(&workspace, "web").await.id();
    let steps: Vec<Value> = commands
        .iter()
        .enumerate()
        .map(|(index, command)| json!({"name": format!("s{index}"), "command": command, "retry": 1, "timeout": "60s"}))
        .collect();
    let configuration = json!({"version": "v1", "stages": [{"name": "build", "steps": steps}]});
    let body = json!({"project_id": project, "name": "ci", "configuration": configuration});
    let pipeline = admin.post("/pipelines", body).await.expect(201).id();
    (workspace, project, pipeline)
}

async fn build(admin: &Caller<'_>, pipeline: &str) -> Reply {
    admin.post("/builds", json!({"pipeline_id": pipeline, "commit_sha": COMMIT})).await
}

fn statuses(build: &Reply) -> Vec<String> {
    let steps = build.body["steps"].as_array().unwrap().iter();
    steps.map(|step| format!("{} {}", step["status"].as_str().unwrap(), step["attempts"])).collect()
}

#[tokio::test]
async fn a_build_runs_through_its_steps_and_says_that_it_is_simulated() {
    let world = World::new().await;
    let admin = world.admin();
    let (_, project, pipeline) = pipeline_of(&admin, &["make", "make test"]).await;
    let accepted = build(&admin, &pipeline).await.expect(202);
    assert_eq!((&accepted.body["status"], &accepted.body["simulated"]), (&json!("queued"), &json!(true)));
    assert_eq!((&accepted.body["branch"], &accepted.body["project_id"]), (&json!("main"), &json!(project)));

    let operation = admin.finished(&accepted).await;
    assert_eq!(operation.body["status"], "succeeded");
    assert_eq!(operation.body["resource_id"], json!(accepted.id()));
    let done = admin.get(&format!("/builds/{}", accepted.id())).await.expect(200);
    assert_eq!(done.body["status"], "success");
    assert_eq!(statuses(&done), ["success 1", "success 1"]);
    assert!(done.body["completed_at"].is_string());

    // The same commit built in the same way is the same artifact.
    let again = build(&admin, &pipeline).await.expect(202);
    admin.finished(&again).await;
    let again = admin.get(&format!("/builds/{}", again.id())).await.expect(200);
    assert_eq!(again.body["artifacts"], done.body["artifacts"]);
    assert!(done.body["artifacts"][0]["digest"].as_str().unwrap().starts_with("sha256:"));

    let events = admin.get(&format!("/events?workspace_id={}&after=0", done_workspace(&world).await)).await;
    let names: Vec<&str> = events.body["data"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["resource"]["id"] == json!(accepted.id()))
        .map(|event| event["type"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["build.created", "build.started", "build.succeeded"]);
}

async fn done_workspace(world: &World) -> String {
    world.sql("SELECT id FROM workspaces").await.remove(0)
}

#[tokio::test]
async fn a_step_that_fails_is_tried_again_and_stops_the_build() {
    let world = World::new().await;
    let admin = world.admin();
    let (_, _, pipeline) = pipeline_of(&admin, &["make", "exit 3", "make install"]).await;
    let accepted = build(&admin, &pipeline).await.expect(202);
    let operation = admin.finished(&accepted).await;
    assert_eq!((&operation.body["status"], &operation.body["stage"]), (&json!("failed"), &json!("failed")));
    let done = admin.get(&format!("/builds/{}", accepted.id())).await.expect(200);
    assert_eq!(statuses(&done), ["success 1", "failed 2", "skipped 0"]);
    assert_eq!(done.body["reason"], "The step \"build/s1\" exited with 3 after 2 attempts.");
    assert_eq!(done.body["artifacts"], json!([]));

    let path = format!("/builds/{}/logs?limit=4", accepted.id());
    let page = admin.get(&path).await.expect(200).body;
    let lines: Vec<&str> =
        page["data"].as_array().unwrap().iter().map(|line| line["line"].as_str().unwrap()).collect();
    let first = "[simulated] $ exit 3 (attempt 1 of 2)";
    assert_eq!(lines[2..], [first, "[simulated] exited with 3"]);
    let rest = format!("{path}&cursor={}", page["next_cursor"].as_str().unwrap());
    let rest = admin.get(&rest).await.expect(200).body;
    assert_eq!((rest["data"].as_array().unwrap().len(), &rest["next_cursor"]), (2, &Value::Null));
}

#[tokio::test]
async fn a_build_that_was_run_elsewhere_is_reported_with_its_artifacts() {
    let world = World::new().await;
    let admin = world.admin();
    let (_, _, pipeline) = pipeline_of(&admin, &["make"]).await;
    let artifacts = json!([{"name": "web", "uri": "oci://r/web", "digest": format!("sha256:{}", "ab".repeat(32)), "signature": null}]);
    let body = json!({
        "pipeline_id": pipeline, "commit_sha": COMMIT, "branch": "release", "trigger": "push", "status": "success",
        "started_at": "2025-12-31T23:00:00+01:00", "artifacts": artifacts,
    });
    let reported = admin.post("/builds", body.clone()).await.expect(201);
    assert_eq!((&reported.body["simulated"], &reported.body["artifacts"]), (&json!(false), &artifacts));
    assert_eq!(reported.body["started_at"], "2025-12-31T22:00:00.000000Z");
    assert_eq!(reported.body["operation_id"], Value::Null);
    let list = |query: &str| format!("/builds?pipeline_id={pipeline}&{query}");
    for (query, count) in [("status=success", 1), ("status=queued", 0), ("branch=release", 1)] {
        let found = admin.get(&list(query)).await.expect(200).body;
        assert_eq!(found["data"].as_array().unwrap().len(), count, "{query}");
    }

    let mut wrong = body;
    wrong["status"] = json!("running");
    wrong["commit_sha"] = json!("main");
    let refused = admin.post("/builds", wrong).await.expect(422);
    assert_eq!(
        refused.errors(),
        ["/artifacts conflict", "/commit_sha format", "/started_at conflict", "/status choice"]
    );
    let unreported = json!({"pipeline_id": pipeline, "commit_sha": COMMIT, "artifacts": artifacts});
    assert_eq!(admin.post("/builds", unreported).await.expect(422).errors(), ["/artifacts conflict"]);
}

#[tokio::test]
async fn a_build_that_waits_is_canceled_and_one_that_has_ended_is_not() {
    // Without workers, nothing moves.
    let world = World::with(|settings| settings.workers = 0).await;
    let admin = world.admin();
    let (_, _, pipeline) = pipeline_of(&admin, &["make"]).await;
    let waiting = build(&admin, &pipeline).await.expect(202);
    let cancel = format!("/builds/{}:cancel", waiting.id());
    let viewer = world.account("acme", Role::Viewer).await;
    assert_eq!(viewer.post(&cancel, json!({})).await.expect(403).body["permission"], "build:cancel");
    let canceled = admin.post(&cancel, json!({})).await.expect(200);
    assert_eq!(canceled.body["status"], "canceled");
    let again = admin.post(&cancel, json!({})).await.expect(200);
    assert_eq!(again.etag(), canceled.etag());
    assert_eq!(admin.finished(&waiting).await.body["status"], "canceled");

    let reported = json!({"pipeline_id": pipeline, "commit_sha": COMMIT, "status": "failed"});
    let reported = admin.post("/builds", reported).await.expect(201);
    let refused = admin.post(&format!("/builds/{}:cancel", reported.id()), json!({})).await.expect(409);
    assert_eq!((refused.code(), &refused.body["state"]), ("invalid_state", &json!("failed")));
    admin.post(&format!("/builds/{}:paint", reported.id()), json!({})).await.expect(404);
    admin.post(&format!("/builds/{}", reported.id()), json!({})).await.expect(405);
}

#[tokio::test]
async fn a_pipeline_that_is_disabled_builds_nothing_and_takes_its_builds_along() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let project = admin.project(&workspace, "web").await.id();
    let body =
        json!({"project_id": project, "name": "ci", "configuration": configuration(), "enabled": false});
    let pipeline = admin.post("/pipelines", body).await.expect(201);
    let refused = build(&admin, &pipeline.id()).await.expect(409);
    assert_eq!((refused.code(), &refused.body["state"]), ("invalid_state", &json!("disabled")));
    let reported = json!({"pipeline_id": pipeline.id(), "commit_sha": COMMIT, "status": "canceled"});
    let reported = admin.post("/builds", reported).await.expect(201);
    admin.delete(&format!("/pipelines/{}", pipeline.id()), &pipeline.etag()).await.expect(204);
    admin.get(&format!("/builds/{}", reported.id())).await.expect(404);
}
