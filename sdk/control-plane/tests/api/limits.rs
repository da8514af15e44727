//! Request limits.

use serde_json::json;

use crate::world::{World, send};

#[tokio::test]
async fn a_key_may_make_so_many_requests_an_hour() {
    let world = World::with(|settings| settings.rate_limit_per_hour = 3).await;
    let admin = world.admin();
    let first = admin.get("/platforms").await.expect(200);
    assert_eq!((first.header("x-ratelimit-limit"), first.header("x-ratelimit-remaining")), ("3", "2"));
    // 2026-01-01T01:00:00Z.
    assert_eq!(first.header("x-ratelimit-reset"), "1767229200");
    admin.get("/platforms").await.expect(200);
    admin.get("/platforms").await.expect(200);
    world.advance(600);
    let refused = admin.get("/platforms").await.expect(429);
    assert_eq!((refused.code(), refused.header("retry-after")), ("rate_limited", "3000"));
    assert_eq!((&refused.body["retryable"], refused.header("x-ratelimit-remaining")), (&json!(true), "0"));
    world.advance(3000);
    let again = admin.get("/platforms").await.expect(200);
    assert_eq!(again.header("x-ratelimit-remaining"), "2");
}

#[tokio::test]
async fn what_is_cheap_counts_a_tenth() {
    let world = World::with(|settings| settings.rate_limit_per_hour = 10).await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let path = format!("/workspaces/{}", workspace.id());
    let mut last = String::new();
    for _ in 0..10 {
        let request = admin.request("GET", &path).header("if-none-match", workspace.etag());
        last = send(request).await.expect(304).header("x-ratelimit-remaining").to_owned();
    }
    assert_eq!(last, "8", "one request to create, ten tenths to read");
    let items = vec![json!({"kind": "workspace", "id": workspace.id()}); 20];
    let batch =
        send(admin.request("POST", "/resources:batchGet").json(&json!({"items": items}))).await.expect(200);
    assert_eq!(batch.header("x-ratelimit-remaining"), "6");
}

#[tokio::test]
async fn guessing_is_limited_by_address() {
    let world = World::with(|settings| settings.rate_limit_per_hour = 2).await;
    let guess = async || send(world.request("GET", "/me").header("x-api-key", "spk_a_b")).await;
    guess().await.expect(401);
    send(world.request("POST", "/auth/refresh").json(&json!({"refresh_token": "x"}))).await.expect(401);
    guess().await.expect(429);
    send(world.request("POST", "/auth/refresh").json(&json!({"refresh_token": "x"}))).await.expect(429);
    world.admin().get("/me").await.expect(200);
}

#[tokio::test]
async fn zero_turns_limits_off() {
    let world = World::new().await;
    assert_eq!(world.admin().get("/me").await.expect(200).header("x-ratelimit-limit"), "");
}
