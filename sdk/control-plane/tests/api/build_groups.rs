//! Builds that exclude each other.

use serde_json::{Value, json};
use sparki_control_plane::Running;

use crate::{
    builds::COMMIT,
    webhooks::until,
    world::{Caller, Reply, World, configuration},
};

/// A project whose server does no work, so that builds stay as they are.
async fn idle_world() -> World {
    World::with(|settings| settings.workers = 0).await
}

/// A server that does the work from now on.
async fn start_working(world: &World) -> Running {
    world.twin_with(|settings| settings.workers = 2).await
}

async fn project(admin: &Caller<'_>) -> String {
    let workspace = admin.workspace("acme").await.id();
    admin.project(&workspace, "web").await.id()
}

/// A pipeline whose builds are in the group `g`.
async fn pipeline(admin: &Caller<'_>, project: &str, on_conflict: &str) -> String {
    let body = json!({
        "project_id": project, "name": on_conflict, "configuration": configuration(),
        "concurrency": {"group": "g", "on_conflict": on_conflict},
    });
    admin.post("/pipelines", body).await.expect(201).id()
}

async fn build(admin: &Caller<'_>, pipeline: &str) -> Reply {
    admin.post("/builds", json!({"pipeline_id": pipeline, "commit_sha": COMMIT})).await.expect(202)
}

/// Has a server that died in the middle of it leave a build behind.
async fn leave_running(world: &World) {
    let start = "UPDATE builds SET document = REPLACE(document, '\"status\":\"queued\",\"steps\"', \
                 '\"status\":\"running\",\"steps\"') WHERE id = (SELECT MIN(id) FROM builds)";
    world.tamper(start).await.unwrap();
    world.tamper("DELETE FROM jobs WHERE kind = 'build'").await.unwrap();
}

async fn statuses(admin: &Caller<'_>, builds: &[&Reply]) -> Vec<String> {
    let mut statuses = Vec::new();
    for build in builds {
        let read = admin.get(&format!("/builds/{}", build.id())).await.expect(200);
        statuses.push(read.body["status"].as_str().unwrap().to_owned());
    }
    statuses
}

#[tokio::test]
async fn a_build_waits_for_the_one_of_its_group_that_is_under_way() {
    let world = idle_world().await;
    let admin = world.admin();
    let project = project(&admin).await;
    let pipeline = pipeline(&admin, &project, "queue").await;
    let first = build(&admin, &pipeline).await;
    assert_eq!(first.body["concurrency_group"], "g");
    leave_running(&world).await;
    let (second, third) = (build(&admin, &pipeline).await, build(&admin, &pipeline).await);
    let working = start_working(&world).await;
    // Somebody has looked at both, and put them aside until later.
    let waiting = "SELECT id FROM jobs WHERE kind = 'build' AND claimed_by IS NULL AND due_at > '2026-01-01T00:00:00.000000Z'";
    while world.sql(waiting).await.len() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(statuses(&admin, &[&first, &second, &third]).await, ["running", "queued", "queued"]);
    let path = format!("/builds/{}:cancel", first.id());
    admin.post(&path, json!({})).await.expect(200);
    for build in [&second, &third] {
        let path = format!("/builds/{}", build.id());
        let ended = until(&admin, &path, |build| build["completed_at"] != Value::Null).await;
        assert_eq!(ended.body["status"], "success");
    }
    working.stop().await;
}

#[tokio::test]
async fn a_newer_build_takes_the_place_of_those_that_wait_and_of_the_one_under_way() {
    let world = idle_world().await;
    let admin = world.admin();
    let project = project(&admin).await;
    let (canceling, lenient) =
        (pipeline(&admin, &project, "cancel").await, pipeline(&admin, &project, "cancel_queued").await);
    let first = build(&admin, &canceling).await;
    leave_running(&world).await;
    let second = build(&admin, &lenient).await;
    assert_eq!(statuses(&admin, &[&first, &second]).await, ["running", "queued"]);
    let third = build(&admin, &lenient).await;
    assert_eq!(statuses(&admin, &[&first, &second, &third]).await, ["running", "canceled", "queued"]);
    let fourth = build(&admin, &canceling).await;
    let expected = ["canceled", "canceled", "canceled", "queued"];
    assert_eq!(statuses(&admin, &[&first, &second, &third, &fourth]).await, expected);
    let canceled = admin.get(&format!("/builds/{}", first.id())).await.expect(200);
    assert_eq!(canceled.body["reason"], "Canceled for a newer build of the group g.");
    assert_eq!(admin.finished(&first).await.body["status"], "canceled");
    let working = start_working(&world).await;
    assert_eq!(admin.finished(&fourth).await.body["status"], "succeeded");
    working.stop().await;
}
