//! Regions that take no changes, and the one that does.

use reqwest::Client;
use serde_json::json;
use sparki_control_plane::{PrimaryRegion, PromoteError, RegionRole, Role, Running, Server, promote_region};

use crate::world::{KEY, PASSWORD, Reply, World, send};

const PRIMARY: &str = "https://us.api.sparki.io";

/// A server of region eu-central-1 on the same database, which takes no changes.
async fn follower(world: &World) -> Running {
    let mut settings = world.settings.clone();
    settings.region = "eu-central-1".to_owned();
    settings.region_role = RegionRole::ReadOnly { primary_endpoint: PRIMARY.to_owned() };
    Server::start(settings).await.unwrap()
}

async fn ask(running: &Running, method: &str, path: &str) -> Reply {
    let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
    let client = Client::builder().no_proxy().build().unwrap();
    let request = client.request(method, format!("{}/api/v1{path}", running.url)).header("x-api-key", KEY);
    send(request.header("idempotency-key", "k").header("if-match", "*").json(&json!({"name": "acme"}))).await
}

#[tokio::test]
async fn changes_are_sent_to_the_primary_and_reads_are_answered() {
    let world = World::new().await;
    let path = format!("/workspaces/{}", world.admin().workspace("acme").await.id());
    let follower = follower(&world).await;
    for (method, path) in [("POST", "/workspaces"), ("PATCH", &path), ("DELETE", &path)] {
        let refused = ask(&follower, method, path).await.expect(421);
        assert_eq!((refused.code(), &refused.body["retryable"]), ("region_read_only", &json!(false)));
        assert_eq!(refused.body["primary_endpoint"], PRIMARY);
    }
    ask(&follower, "GET", &path).await.expect(200);
    ask(&follower, "GET", "/me").await.expect(200);
    assert_eq!(ask(&follower, "POST", "/resources:batchGet").await.expect(422).code(), "validation_failed");
    let lines = world.sql("SELECT event_type FROM audit_logs ORDER BY seq").await;
    assert_eq!(lines, ["workspace.create"], "a region that takes no changes writes nothing");
    follower.stop().await;
}

#[tokio::test]
async fn logging_in_is_a_change_and_tokens_of_the_primary_are_good() {
    let world = World::with_password().await;
    world.admin().workspace("acme").await;
    let account = world.account("acme", Role::Member).await;
    let follower = follower(&world).await;
    let client = Client::builder().no_proxy().build().unwrap();
    let at = |path: &str| format!("{}/api/v1{path}", follower.url);
    let body = json!({"email": "admin@localhost", "password": PASSWORD});
    let refused = send(client.post(at("/auth/login")).json(&body)).await.expect(421);
    assert_eq!(refused.code(), "region_read_only");
    send(client.get(at("/me")).header(account.header.0, &account.header.1)).await.expect(200);
    follower.stop().await;
}

#[tokio::test]
async fn a_failover_turns_the_regions_around() {
    let world = World::new().await;
    let follower = follower(&world).await;
    let eu =
        PrimaryRegion { name: "eu-central-1".to_owned(), endpoint: "https://eu.api.sparki.io".to_owned() };
    promote_region(&world.database, &eu).await.unwrap();
    ask(&follower, "POST", "/workspaces").await.expect(201);
    let refused = ask(&world.running, "POST", "/workspaces").await.expect(421);
    assert_eq!(refused.body["primary_endpoint"], "https://eu.api.sparki.io");
    let us = PrimaryRegion { name: "us-east-1".to_owned(), endpoint: PRIMARY.to_owned() };
    promote_region(&world.database, &us).await.unwrap();
    // The same key at either: the one that took it answers again.
    ask(&world.running, "POST", "/workspaces").await.expect(201);
    ask(&follower, "POST", "/workspaces").await.expect(421);
    let lines = world.sql("SELECT event_type FROM audit_logs ORDER BY seq").await;
    assert_eq!(lines, ["region.promote", "workspace.create", "region.promote"]);
    follower.stop().await;
}

#[tokio::test]
async fn a_primary_is_reached_by_a_url() {
    let world = World::new().await;
    let nowhere = PrimaryRegion { name: "eu-central-1".to_owned(), endpoint: "eu.api.sparki.io".to_owned() };
    assert!(matches!(promote_region(&world.database, &nowhere).await, Err(PromoteError::Endpoint)));
}
