//! A creating request that is repeated is answered, not repeated.

use serde_json::json;

use crate::world::{Reply, World, send};

async fn create(world: &World, key: &str, name: &str) -> Reply {
    let request = world.admin().request("POST", "/workspaces").header("idempotency-key", key);
    send(request.json(&json!({"name": name}))).await
}

#[tokio::test]
async fn creating_takes_a_key() {
    let world = World::new().await;
    let refused =
        send(world.admin().request("POST", "/workspaces").json(&json!({"name": "acme"}))).await.expect(400);
    assert_eq!(refused.code(), "malformed");
    assert!(refused.body["detail"].as_str().unwrap().contains("Idempotency-Key"));
    create(&world, &"k".repeat(256), "acme").await.expect(400);
}

#[tokio::test]
async fn the_same_request_gets_the_same_answer() {
    let world = World::new().await;
    let first = create(&world, "one", "acme").await.expect(201);
    world.advance(3600);
    let again = create(&world, "one", "acme").await.expect(201);
    assert_eq!(again.body, first.body);
    for header in ["etag", "location", "sparki-revision"] {
        assert_eq!(again.header(header), first.header(header));
    }
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
}

#[tokio::test]
async fn another_request_needs_another_key() {
    let world = World::new().await;
    let workspace = create(&world, "one", "acme").await.expect(201);
    assert_eq!(create(&world, "one", "other").await.expect(422).code(), "idempotency_key_reused");
    let body = json!({"workspace_id": workspace.id(), "name": "web", "git_url": "git@h:o/r"});
    let request = world.admin().request("POST", "/projects").header("idempotency-key", "one").json(&body);
    assert_eq!(send(request).await.expect(422).code(), "idempotency_key_reused");
    assert_eq!(create(&world, "two", "acme").await.expect(409).code(), "already_exists");
}

#[tokio::test]
async fn a_refusal_is_not_kept() {
    let world = World::new().await;
    create(&world, "one", "").await.expect(422);
    create(&world, "one", "acme").await.expect(201);
}

#[tokio::test]
async fn a_key_is_good_again_after_a_day() {
    let world = World::new().await;
    create(&world, "one", "acme").await.expect(201);
    world.advance(24 * 3600 - 1);
    create(&world, "one", "other").await.expect(422);
    world.advance(1);
    create(&world, "one", "other").await.expect(201);
}

#[tokio::test]
async fn keys_of_different_callers_do_not_meet() {
    let world = World::new().await;
    let workspace = world.admin().workspace("acme").await;
    let account = world.account("acme", sparki_control_plane::Role::Member).await;
    let body = json!({"workspace_id": workspace.id(), "name": "web", "git_url": "git@h:o/r"});
    let request = world.admin().request("POST", "/projects").header("idempotency-key", "one").json(&body);
    send(request).await.expect(201);
    let request = account.request("POST", "/projects").header("idempotency-key", "one").json(&body);
    assert_eq!(send(request).await.expect(409).code(), "already_exists");
}

#[tokio::test]
async fn a_stored_answer_is_for_members_only() {
    let world = World::new().await;
    create(&world, "one", "acme").await.expect(201);
    world.tamper("DELETE FROM memberships").await.unwrap();
    assert_eq!(create(&world, "one", "acme").await.expect(404).code(), "not_found");
}
