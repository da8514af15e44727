//! Deployments, from waiting to healthy.

use serde_json::{Value, json};
use sparki_control_plane::Role;

use crate::{
    delivery::{Place, steps},
    receiver::Receiver,
    world::World,
};

#[tokio::test]
async fn a_release_goes_to_one_target_after_another_and_stays() {
    let world = World::new().await;
    let place = Place::new(world.admin()).await;
    for (name, order) in [("second", 2), ("first", 1)] {
        let settings = json!({"service_id": name});
        place.target(json!({"name": name, "platform": "render", "settings": settings, "order": order})).await;
    }
    let release = place.release("v1").await;
    let accepted = place.ask(&release).await.expect(202);
    assert_eq!(
        (&accepted.body["status"], &accepted.body["display_status"]),
        (&json!("pending"), &json!("queued"))
    );
    let done = place.carry_out(accepted).await;
    assert_eq!((&done.body["status"], &done.body["display_status"]), (&json!("success"), &json!("healthy")));
    assert_eq!((&done.body["simulated"], &done.body["health"]), (&json!(true), &json!("unknown")));
    let expected = [
        "preconditions succeeded",
        "deploy succeeded",
        "health_check succeeded",
        "deploy succeeded",
        "health_check succeeded",
    ];
    assert_eq!(steps(&done), expected);
    let logs = admin_lines(&place, &done.id()).await;
    assert_eq!(logs[0], "first/deploy [simulated] v1 replaces what was there");

    let environment = place.environment().await;
    assert_eq!(environment["current_release"], json!(release));
    assert_eq!(environment["current_deployment"]["id"], json!(done.id()));
    // A change of the environment leaves what deployments have written.
    let read = place.admin.get(&format!("/environments/{}", place.environment)).await;
    let path = format!("/environments/{}", place.environment);
    let changed = place.admin.patch(&path, &read.etag(), json!({"name": "Dev"})).await.expect(200);
    assert_eq!(changed.body["current_deployment"], environment["current_deployment"]);
}

async fn admin_lines(place: &Place<'_>, id: &str) -> Vec<String> {
    let page = place.admin.get(&format!("/deployments/{id}/logs")).await.expect(200).body;
    let line =
        |line: &Value| format!("{} {}", line["source"].as_str().unwrap(), line["line"].as_str().unwrap());
    page["data"].as_array().unwrap().iter().map(line).collect()
}

#[tokio::test]
async fn every_move_leaves_an_event_and_a_line() {
    let world = World::new().await;
    let place = Place::new(world.admin()).await;
    place.admin.target(&place.environment, "main").await;
    let done = place.deploy("v1").await;
    let events = place.admin.get(&format!("/deployments/{}/events", done.id())).await.expect(200).body;
    let mut names: Vec<&str> =
        events["data"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
    names.retain(|name| *name != "deployment.progressed");
    let expected = ["created", "validating", "deploying", "checking", "succeeded"];
    assert_eq!(names, expected.map(|name| format!("deployment.{name}")));
    assert_eq!(events["next_cursor"], Value::Null);
    let lines = world
        .sql("SELECT event_type FROM audit_logs WHERE resource_type = 'deployment' AND action <> 'progressed' ORDER BY seq")
        .await;
    assert_eq!(
        lines,
        ["create", "validating", "deploying", "checking", "succeeded"]
            .map(|name| format!("deployment.{name}"))
    );
}

#[tokio::test]
async fn only_some_targets_with_another_strategy() {
    let world = World::new().await;
    let place = Place::new(world.admin()).await;
    let kubernetes = json!({"connection": "c", "namespace": "n", "workload": "w"});
    let first = place.target(json!({"name": "a", "platform": "kubernetes", "settings": kubernetes})).await;
    place.admin.target(&place.environment, "b").await;
    let release = place.release("v1").await;
    let body = |targets: Value, strategy: &str| {
        json!({
            "environment_id": place.environment, "release_id": release, "deployment_target_ids": targets,
            "strategy": strategy,
        })
    };
    let asked = place.admin.post("/deployments", body(json!([first.id()]), "blue-green")).await.expect(202);
    assert_eq!(asked.body["deployment_target_ids"], json!([first.id()]));
    let done = place.carry_out(asked).await;
    assert_eq!(
        done.body["steps"][1]["detail"],
        "Simulated: \"kubernetes\" took v1 by a \"blue-green\" deployment."
    );

    let refused = place.admin.post("/deployments", body(Value::Null, "canary")).await.expect(422);
    assert_eq!((refused.code(), &refused.body["platform"]), ("capability_unsupported", &json!("render")));
    let other = place.environment.clone();
    let refused = place.admin.post("/deployments", body(json!([other]), "direct")).await.expect(422);
    assert_eq!(refused.errors(), ["/deployment_target_ids/0 not_found"]);
}

#[tokio::test]
async fn what_an_environment_does_not_take_is_refused() {
    let world = World::new().await;
    let place = Place::new(world.admin()).await;
    let admin = &place.admin;
    let release = place.release("v1").await;
    let refused = place.ask(&release).await.expect(409);
    assert_eq!((refused.code(), &refused.body["state"]), ("invalid_state", &json!("no_deployment_targets")));
    admin.target(&place.environment, "main").await;

    let path = format!("/environments/{}", place.environment);
    let locked = json!({"locked": {"reason": "stocktaking", "until": "2026-01-01T01:00:00Z"}});
    admin.patch(&path, "*", locked).await.expect(200);
    let refused = place.ask(&release).await.expect(423);
    assert_eq!((refused.code(), &refused.body["reason"]), ("locked", &json!("stocktaking")));
    // A lock ends by itself.
    world.advance(3600);
    place.carry_out(place.ask(&release).await.expect(202)).await;

    admin.patch(&path, "*", json!({"allowed_branches": ["release/*"]})).await.expect(200);
    assert_eq!(place.ask(&release).await.expect(422).errors(), ["/release_id branch_not_allowed"]);
    let good = place.release_with("v2", json!({"branch": "release/2"})).await;
    let block = json!({"release_id": good, "reason": "leaks"});
    let block = admin.post("/release-blocks", block).await.expect(201);
    let refused = place.ask(&good).await.expect(409);
    assert_eq!((refused.code(), &refused.body["state"]), ("invalid_state", &json!("blocked")));
    admin.delete(&format!("/release-blocks/{}", block.id()), &block.etag()).await.expect(204);
    place.carry_out(place.ask(&good).await.expect(202)).await;
    assert_eq!(place.current_version().await, "v2");

    let other = admin.project(&place.workspace, "api").await.id();
    let foreign = admin.environment(&other, "dev").await.id();
    let body = json!({"environment_id": foreign, "release_id": good});
    assert_eq!(admin.post("/deployments", body).await.expect(422).errors(), ["/release_id not_found"]);
    let neither = json!({"environment_id": foreign});
    assert_eq!(admin.post("/deployments", neither).await.expect(422).errors(), [" exactly_one"]);
}

#[tokio::test]
async fn a_build_is_deployed_without_a_release() {
    let world = World::new().await;
    let place = Place::new(world.admin()).await;
    place.admin.target(&place.environment, "main").await;
    let pipeline = place.admin.pipeline(&place.project, "ci").await.id();
    let body = json!({"pipeline_id": pipeline, "commit_sha": crate::builds::COMMIT});
    let build = place.admin.post("/builds", body).await.expect(202);
    place.admin.finished(&build).await;
    let body = json!({"environment_id": place.environment, "build_id": build.id()});
    let done = place.carry_out(place.admin.post("/deployments", body).await.expect(202)).await;
    assert_eq!(done.body["status"], "success");
    assert_eq!(place.current_version().await, crate::builds::COMMIT[..12]);
}

#[tokio::test]
async fn deployments_wait_for_a_place_in_the_order_they_came() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = Place::with_webhook(world.admin(), &receiver, json!({})).await;
    receiver.close();
    let mut asked = Vec::new();
    for version in ["v1", "v2", "v3"] {
        let release = place.release(version).await;
        asked.push(place.ask(&release).await.expect(202));
    }
    receiver.called(1).await;
    // The second waits although there are workers enough.
    assert_eq!(place.read(&asked[0].id()).await.body["status"], "deploying");
    assert_eq!(place.read(&asked[1].id()).await.body["status"], "pending");
    // More room lets one more go.
    let path = format!("/environments/{}", place.environment);
    place.admin.patch(&path, "*", json!({"deployment_concurrency": 2})).await.expect(200);
    receiver.called(2).await;
    assert_eq!(place.read(&asked[2].id()).await.body["status"], "pending");
    receiver.open();
    for accepted in &asked {
        assert_eq!(place.admin.finished(accepted).await.body["status"], "succeeded");
    }
    assert_eq!(receiver.versions(), ["v1", "v2", "v3"]);
}

#[tokio::test]
async fn what_waits_is_canceled_at_once_and_what_is_under_way_soon() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = Place::with_webhook(world.admin(), &receiver, json!({})).await;
    receiver.close();
    let first = place.release("v1").await;
    let first = place.ask(&first).await.expect(202);
    receiver.called(1).await;
    let second = place.release("v2").await;
    let second = place.ask(&second).await.expect(202);
    let cancel = |id: String| format!("/deployments/{id}:cancel");
    let canceled = place.admin.post(&cancel(second.id()), json!({})).await.expect(200);
    assert_eq!(
        (&canceled.body["status"], &canceled.body["display_status"]),
        (&json!("canceled"), &json!("failed"))
    );
    // The call is given up although nobody answers it.
    let canceling = place.admin.post(&cancel(first.id()), json!({})).await.expect(202);
    assert_eq!(canceling.body["cancel_requested"], true);
    assert_eq!(place.admin.finished(&canceling).await.body["status"], "canceled");
    assert_eq!(
        steps(&place.read(&first.id()).await),
        ["preconditions succeeded", "deploy skipped", "health_check skipped"]
    );
    place.admin.post(&cancel(first.id()), json!({})).await.expect(200);
    receiver.open();
    let third = place.deploy("v3").await;
    assert_eq!(third.body["status"], "success");
    let refused = place.admin.post(&cancel(third.id()), json!({})).await.expect(409);
    assert_eq!((refused.code(), &refused.body["state"]), ("invalid_state", &json!("success")));
}

#[tokio::test]
async fn what_is_being_deployed_stays() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = Place::with_webhook(world.admin(), &receiver, json!({})).await;
    receiver.close();
    let release = place.release("v1").await;
    let asked = place.ask(&release).await.expect(202);
    receiver.called(1).await;
    let refused = place.admin.delete(&format!("/releases/{release}"), "*").await.expect(409);
    assert_eq!((refused.code(), &refused.body["dependents"][0]["kind"]), ("in_use", &json!("deployment")));
    receiver.open();
    place.carry_out(asked).await;
    place.admin.delete(&format!("/releases/{release}"), "*").await.expect(204);
    // What has happened does not keep an environment.
    let targets = place.admin.get(&format!("/deployment-targets?environment_id={}", place.environment)).await;
    let target = targets.body["data"][0]["id"].as_str().unwrap();
    place.admin.delete(&format!("/deployment-targets/{target}"), "*").await.expect(204);
    place.admin.delete(&format!("/environments/{}", place.environment), "*").await.expect(204);
    assert!(world.sql("SELECT id FROM deployments").await.is_empty());
}

#[tokio::test]
async fn a_viewer_looks_on() {
    let world = World::new().await;
    let place = Place::new(world.admin()).await;
    place.admin.target(&place.environment, "main").await;
    let done = place.deploy("v1").await;
    let viewer = world.account("acme", Role::Viewer).await;
    let path = format!("/deployments/{}", done.id());
    viewer.get(&path).await.expect(200);
    viewer.get(&format!("{path}/logs")).await.expect(200);
    let body = json!({"environment_id": place.environment, "release_id": done.body["release_id"]});
    let refused = viewer.post("/deployments", body).await.expect(403);
    assert_eq!(refused.body["permission"], "deployment:create");
    viewer.post(&format!("{path}:cancel"), json!({})).await.expect(403);
    viewer.post(&format!("{path}:rollback"), json!({})).await.expect(403);
    world.admin().workspace("other").await;
    let stranger = world.account("other", Role::Owner).await;
    for path in [path.clone(), format!("{path}/logs"), format!("{path}/events")] {
        stranger.get(&path).await.expect(404);
    }
    stranger.post(&format!("{path}:rollback"), json!({})).await.expect(404);
    let operation = done.body["operation_id"].as_str().unwrap();
    stranger.get(&format!("/operations/{operation}")).await.expect(404);
}
