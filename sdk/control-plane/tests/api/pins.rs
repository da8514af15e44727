//! Pins: which release an environment is to have.

use serde_json::{Value, json};
use sparki_control_plane::Role;

use crate::{
    promoting::{approve, place},
    receiver::Receiver,
    world::World,
};

#[tokio::test]
async fn a_pin_promotes_and_shows_what_becomes_of_it() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    place.release("v1").await;
    let body = json!({"environment_id": place.environment, "release": {"version": "v1"}});
    let pin = place.admin.post("/environment-releases", body.clone()).await.expect(201);
    assert_eq!((&pin.body["status"], &pin.body["plan"]["operation"]), (&json!("pending"), &json!("promote")));
    let taken = place.admin.post("/environment-releases", body).await.expect(409);
    assert_eq!(taken.body["existing_id"], json!(pin.id()));
    place.once(pin.body["promotion_id"].as_str().unwrap(), "succeeded").await;
    let path = format!("/environment-releases/{}", pin.id());
    let there = place.admin.get(&path).await.expect(200);
    assert_eq!(there.body["status"], "in_place");
    // Changing nothing about it does nothing.
    let same = place.admin.patch(&path, &there.etag(), json!({})).await.expect(200);
    assert_eq!(same.etag(), there.etag());

    place.release("v2").await;
    let wrong = json!({"release": {"version": "v2", "digest": there.body["release"]["digest"]}});
    let refused = place.admin.patch(&path, &there.etag(), wrong).await.expect(422);
    assert_eq!(refused.errors(), ["/release/digest conflict"]);
    let second = json!({"release": {"version": "v2"}});
    let moved = place.admin.patch(&path, &there.etag(), second).await.expect(200);
    place.once(moved.body["promotion_id"].as_str().unwrap(), "succeeded").await;
    let back = json!({"release": {"version": "v1"}});
    let refused = place.admin.patch(&path, "*", back).await.expect(409);
    assert_eq!(refused.body["state"], "rollback_not_allowed");
    let back = json!({"release": {"version": "v1"}, "allow_rollback": true});
    let moved = place.admin.patch(&path, "*", back).await.expect(200);
    assert_eq!(moved.body["plan"]["operation"], "rollback");
    place.once(moved.body["promotion_id"].as_str().unwrap(), "succeeded").await;
    assert_eq!(place.current_version().await, "v1");
}

#[tokio::test]
async fn a_pin_that_did_not_hold_tries_again_once_the_block_is_gone() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    place.bring("v1").await;
    receiver.health_of("v2", 500);
    let release = place.release("v2").await;
    let body = json!({"environment_id": place.environment, "release": {"version": "v2"}});
    let pin = place.admin.post("/environment-releases", body).await.expect(201);
    place.once(pin.body["promotion_id"].as_str().unwrap(), "rolled_back").await;
    let path = format!("/environment-releases/{}", pin.id());
    let fallen = place.admin.get(&path).await.expect(200);
    assert_eq!(fallen.body["status"], "rolled_back");
    let refused = place.admin.patch(&path, &fallen.etag(), json!({})).await.expect(409);
    assert_eq!(refused.body["state"], "blocked");

    receiver.health_of("v2", 200);
    let blocks = place.admin.get(&format!("/release-blocks?release_id={release}")).await.expect(200).body;
    let block = blocks["data"][0]["id"].as_str().unwrap();
    place.admin.delete(&format!("/release-blocks/{block}"), "*").await.expect(204);
    let again = place.admin.patch(&path, &fallen.etag(), json!({})).await.expect(200);
    assert_ne!(again.body["promotion_id"], fallen.body["promotion_id"]);
    place.once(again.body["promotion_id"].as_str().unwrap(), "succeeded").await;
    assert_eq!(place.admin.get(&path).await.body["status"], "in_place");
}

#[tokio::test]
async fn a_pin_waits_for_gates_unless_it_is_to_fail() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    place.gate("people", json!({"approval": {}})).await;
    place.release("v1").await;
    let body = |word: &str| {
        json!({
            "environment_id": place.environment, "release": {"version": "v1"}, "on_pending_gates": word,
        })
    };
    let refused = place.admin.post("/environment-releases", body("fail")).await.expect(409);
    assert_eq!(refused.body["state"], "gates_pending");
    let dry = place.admin.post("/environment-releases?dry_run=true", body("wait")).await.expect(200);
    assert_eq!(dry.body["plan"]["gates"][1]["status"], "pending");
    let promotions = place.admin.get("/promotions").await.expect(200).body;
    assert_eq!(promotions["data"], json!([]));
    let pin = place.admin.post("/environment-releases", body("detach")).await.expect(201);
    let id = pin.body["promotion_id"].as_str().unwrap();
    let waiting = place.once(id, "awaiting_gates").await;
    // Another promotion of the same environment takes its place, and the pin says so.
    let other = place.release("v2").await;
    place.promote(&other, Value::Object(serde_json::Map::new())).await.expect(202);
    let path = format!("/environment-releases/{}", pin.id());
    assert_eq!(place.admin.get(&path).await.body["status"], "stopped");
    let again = place.admin.patch(&path, "*", json!({})).await.expect(200);
    let asked = place.promotion(again.body["promotion_id"].as_str().unwrap()).await;
    assert_ne!(asked.id(), waiting.id());
    approve(&place.admin, &asked).await.expect(200);
    place.once(&asked.id(), "succeeded").await;
    assert_eq!(place.admin.get(&path).await.body["status"], "in_place");
}

#[tokio::test]
async fn who_may_pin_but_not_promote_sets_no_pin_that_would() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    place.release("v1").await;
    let role = json!({
        "workspace_id": place.workspace, "name": "pinner", "permissions": ["environment_release:*"],
    });
    let role = place.admin.post("/roles", role).await.expect(201).id();
    let pinner = world.account("acme", Role::Viewer).await;
    let principal = json!({"type": "service_account", "id": pinner.get("/me").await.body["user_id"]});
    let bound = json!({"workspace_id": place.workspace, "role_id": role, "principal": principal});
    place.admin.post("/role-bindings", bound).await.expect(201);
    let body = json!({"environment_id": place.environment, "release": {"version": "v1"}});
    let refused = pinner.post("/environment-releases", body.clone()).await.expect(403);
    assert_eq!(refused.body["permission"], "promotion:create");
    place.bring("v2").await;
    let there = json!({"environment_id": place.environment, "release": {"version": "v2"}});
    assert_eq!(pinner.post("/environment-releases", there).await.expect(201).body["status"], "in_place");
}
