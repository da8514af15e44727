//! Faults on purpose.

use serde_json::{Value, json};
use sparki_control_plane::Faults;

use crate::world::{World, send_beyond_contract};

async fn faulty() -> World {
    World::with(|settings| settings.faults = Faults::Enabled).await
}

async fn rules(world: &World, rules: Value) {
    send_beyond_contract(world.root("PUT", "/_faults").json(&json!({"rules": rules}))).await.expect(200);
}

#[tokio::test]
async fn there_are_none_unless_enabled() {
    let world = World::new().await;
    for path in ["/_faults", "/_stats"] {
        send_beyond_contract(world.root("GET", path)).await.expect(404);
    }
}

#[tokio::test]
async fn a_rule_answers_so_many_times_and_then_no_more() {
    let world = faulty().await;
    let body = json!({"error": "rate_limited", "message": "slow down", "retryAfter": 7});
    let rule = json!({
        "id": "r", "method": "GET", "path_prefix": "/api/v1/workspaces", "times": 2, "status": 429,
        "body": body, "content_type": "application/json", "retry_after": 7,
    });
    rules(&world, json!([rule])).await;
    let faulted = send_beyond_contract(world.admin().request("GET", "/workspaces")).await.expect(429);
    assert_eq!((&faulted.body, faulted.header("retry-after")), (&body, "7"));
    assert_eq!(faulted.header("content-type"), "application/json");
    world.admin().get("/me").await.expect(200);
    world.admin().workspace("acme").await;
    let shown = send_beyond_contract(world.root("GET", "/_faults")).await.expect(200).body;
    assert_eq!(shown["rules"][0]["remaining"], 1);
    send_beyond_contract(world.admin().request("GET", "/workspaces")).await.expect(429);
    world.admin().get("/workspaces").await.expect(200);
    send_beyond_contract(world.request("PUT", "/_faults").json(&json!({"rules": [{"surprise": 1}]})))
        .await
        .expect(422);
}

#[tokio::test]
async fn a_status_alone_is_answered_as_a_problem() {
    let world = faulty().await;
    rules(&world, json!([{"path_prefix": "/me", "status": 503}])).await;
    let faulted = world.admin().get("/me").await.expect(503);
    assert_eq!((faulted.code(), &faulted.body["retryable"]), ("internal", &json!(true)));
}

#[tokio::test]
async fn hanging_up_before_leaves_the_work_undone_and_after_does_it() {
    let world = faulty().await;
    let admin = world.admin();
    for (drop, name, count) in [("before", "aa", 0), ("after", "bb", 1)] {
        rules(&world, json!([{"method": "POST", "path_prefix": "/workspaces", "drop": drop}])).await;
        let request = admin.request("POST", "/workspaces").header("idempotency-key", name);
        assert!(request.json(&json!({"name": name})).send().await.is_err(), "{drop}");
        let list = admin.get(&format!("/workspaces?slug={name}")).await.expect(200);
        assert_eq!(list.body["data"].as_array().unwrap().len(), count, "{drop}");
    }
}

#[tokio::test]
async fn a_delay_holds_back_the_answer_only() {
    let world = faulty().await;
    rules(&world, json!([{"method": "POST", "path_prefix": "/workspaces", "delay_ms": 400}])).await;
    let started = std::time::Instant::now();
    world.admin().workspace("acme").await;
    assert!(started.elapsed().as_millis() >= 400);
}

#[tokio::test]
async fn requests_are_counted_by_template() {
    let world = faulty().await;
    let workspace = world.admin().workspace("acme").await;
    rules(&world, json!([{"path_prefix": "/workspaces/", "status": 500}])).await;
    for _ in 0..3 {
        world.admin().get(&format!("/workspaces/{}", workspace.id())).await;
    }
    let stats = send_beyond_contract(world.root("GET", "/_stats")).await.expect(200).body;
    assert_eq!(stats, json!({"requests": {"GET /workspaces/{id}": 3, "POST /workspaces": 1}}));
}
