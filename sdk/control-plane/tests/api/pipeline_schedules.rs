//! Schedules: pipelines that are built without anybody asking.

use serde_json::{Value, json};
use sparki_control_plane::Role;

use crate::{
    builds::COMMIT,
    webhooks::{busy_world, until},
    world::{Caller, Reply, World},
};

/// A project with a pipeline, of whose main branch a build was reported.
struct Place<'a> {
    admin: Caller<'a>,
    project: String,
    pipeline: String,
}

impl<'a> Place<'a> {
    async fn new(world: &'a World) -> Self {
        let admin = world.admin();
        let workspace = admin.workspace("acme").await.id();
        let project = admin.project(&workspace, "web").await.id();
        let pipeline = admin.pipeline(&project, "ci").await.id();
        Self { admin, project, pipeline }
    }

    async fn report(&self, branch: &str) {
        let body = json!({"pipeline_id": self.pipeline, "commit_sha": COMMIT, "branch": branch, "status": "success"});
        self.admin.post("/builds", body).await.expect(201);
    }

    async fn schedule(&self, more: Value) -> Reply {
        let mut body = json!({"pipeline_id": self.pipeline, "name": "nightly", "cron": "0 3 * * *"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.admin.post("/pipeline-schedules", body).await
    }

    /// The schedule, once a time has come.
    async fn came(&self, schedule: &Reply, due_at: &str) -> Value {
        let path = format!("/pipeline-schedules/{}", schedule.id());
        until(&self.admin, &path, |schedule| schedule["last_run"]["due_at"] == due_at).await.body
    }

    /// The builds that schedules have brought.
    async fn builds(&self) -> Vec<Value> {
        let path = format!("/builds?pipeline_id={}", self.pipeline);
        let page = self.admin.get(&path).await.expect(200).body;
        let builds = page["data"].as_array().unwrap().iter();
        builds.filter(|build| build["trigger"] == "schedule").cloned().collect()
    }
}

#[tokio::test]
async fn a_schedule_says_when_it_is_next() {
    let world = World::new().await;
    let place = Place::new(&world).await;
    let created = place.schedule(json!({"timezone": "Europe/Berlin"})).await.expect(201);
    let next = ["2026-01-01T02:00:00.000000Z", "2026-01-02T02:00:00.000000Z", "2026-01-03T02:00:00.000000Z"];
    assert_eq!((&created.body["next_runs"], &created.body["last_run"]), (&json!(next), &Value::Null));
    let path = format!("/pipeline-schedules/{}", created.id());
    let off = place.admin.patch(&path, &created.etag(), json!({"enabled": false})).await.expect(200);
    assert_eq!(off.body["next_runs"], json!([]));
    assert_eq!(place.schedule(json!({})).await.expect(409).body["existing_id"], json!(created.id()));
    let wrong = json!({"name": "x", "cron": "0 0 30 2 *", "timezone": "Mars/Base"});
    assert_eq!(place.schedule(wrong).await.expect(422).errors(), ["/cron format", "/timezone format"]);
    // Whoever may not build has nobody build for them.
    let body = json!({"workspace_id": created_in(&place).await, "name": "planner",
        "permissions": ["pipeline_schedule:create", "pipeline:read"]});
    let role = place.admin.post("/roles", body).await.expect(201).id();
    let planner = world.account("acme", Role::Viewer).await;
    let principal = json!({"type": "service_account", "id": planner.id().await});
    let scope = json!({"type": "project", "id": place.project});
    let bound = json!({"workspace_id": created_in(&place).await, "role_id": role, "principal": principal, "scope": scope});
    place.admin.post("/role-bindings", bound).await.expect(201);
    let body = json!({"pipeline_id": place.pipeline, "name": "mine", "cron": "0 3 * * *"});
    let refused = planner.post("/pipeline-schedules", body).await.expect(403);
    assert_eq!(refused.body["permission"], "build:create");
}

async fn created_in(place: &Place<'_>) -> Value {
    place.admin.get(&format!("/projects/{}", place.project)).await.expect(200).body["workspace_id"].clone()
}

#[tokio::test]
async fn each_time_brings_one_build_whichever_server_is_at_it() {
    let world = busy_world().await;
    let twin = world.twin().await;
    let place = Place::new(&world).await;
    place.report("main").await;
    let schedule = place.schedule(json!({})).await.expect(201);
    for (seconds, day) in [(3 * 3600, 1), (24 * 3600, 2), (24 * 3600, 3)] {
        world.advance(seconds);
        let shown = place.came(&schedule, &format!("2026-01-0{day}T03:00:00.000000Z")).await;
        assert_eq!(shown["next_runs"][0], format!("2026-01-0{}T03:00:00.000000Z", day + 1));
        let builds = place.builds().await;
        assert_eq!(builds.len(), day);
        assert_eq!(shown["last_run"]["build_id"], builds[day - 1]["id"]);
        assert_eq!(
            (&builds[day - 1]["commit_sha"], &builds[day - 1]["branch"]),
            (&json!(COMMIT), &json!("main"))
        );
        assert_eq!(builds[day - 1]["requested_by"], json!({"id": null, "name": "schedule nightly"}));
    }
    let path = format!("/builds/{}", place.builds().await[2]["id"].as_str().unwrap());
    until(&place.admin, &path, |build| build["status"] == "success").await;
    // What the server has noted is no change that somebody else would have to know of.
    let path = format!("/pipeline-schedules/{}", schedule.id());
    place.admin.patch(&path, &schedule.etag(), json!({"name": "daily"})).await.expect(200);
    twin.stop().await;
}

#[tokio::test]
async fn of_the_times_that_no_server_has_seen_only_the_latest_is_made_up_for() {
    let world = busy_world().await;
    let place = Place::new(&world).await;
    place.report("main").await;
    let schedule = place.schedule(json!({})).await.expect(201);
    world.advance(10 * 24 * 3600);
    let shown = place.came(&schedule, "2026-01-10T03:00:00.000000Z").await;
    assert_eq!(shown["next_runs"][0], "2026-01-11T03:00:00.000000Z");
    assert_eq!(place.builds().await.len(), 1);
}

#[tokio::test]
async fn a_schedule_that_has_changed_goes_by_its_new_times_only() {
    let world = busy_world().await;
    let place = Place::new(&world).await;
    place.report("main").await;
    let schedule = place.schedule(json!({})).await.expect(201);
    let path = format!("/pipeline-schedules/{}", schedule.id());
    let later = json!({"cron": "0 5 * * *"});
    let changed = place.admin.patch(&path, &schedule.etag(), later).await.expect(200);
    world.advance(4 * 3600);
    let other = place.schedule(json!({"name": "other", "cron": "30 4 * * *"})).await.expect(201);
    world.advance(1800);
    place.came(&other, "2026-01-01T04:30:00.000000Z").await;
    assert_eq!(place.admin.get(&path).await.body["last_run"], Value::Null);
    world.advance(1800);
    place.came(&changed, "2026-01-01T05:00:00.000000Z").await;
    assert_eq!(place.builds().await.len(), 2);
}

#[tokio::test]
async fn a_time_that_brings_no_build_says_why() {
    let world = busy_world().await;
    let place = Place::new(&world).await;
    let schedule = place.schedule(json!({"branch": "next"})).await.expect(201);
    world.advance(3 * 3600);
    let shown = place.came(&schedule, "2026-01-01T03:00:00.000000Z").await;
    let unknown = "No build has said yet which commit next is at.";
    assert_eq!(
        (&shown["last_run"]["build_id"], &shown["last_run"]["reason"]),
        (&Value::Null, &json!(unknown))
    );
    place.report("next").await;
    let path = format!("/pipelines/{}", place.pipeline);
    place.admin.patch(&path, "*", json!({"enabled": false})).await.expect(200);
    world.advance(24 * 3600);
    let shown = place.came(&schedule, "2026-01-02T03:00:00.000000Z").await;
    assert_eq!(shown["last_run"]["reason"], "The pipeline is disabled.");
    assert_eq!(place.builds().await, Vec::<Value>::new());
}
