//! What every answer has in common.

use std::time::Duration;

use serde_json::json;

use crate::world::{PASSWORD, World, send};

#[tokio::test]
async fn the_correlation_id_comes_back() {
    let world = World::new().await;
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let request =
        world.admin().request("GET", "/me").header("x-correlation-id", "abc-1").header("traceparent", parent);
    let reply = send(request).await.expect(200);
    assert_eq!((reply.header("x-correlation-id"), reply.header("traceparent")), ("abc-1", parent));
    let refused = send(world.request("GET", "/me").header("x-correlation-id", "abc-2")).await.expect(401);
    assert_eq!(
        (refused.header("x-correlation-id"), &refused.body["correlation_id"]),
        ("abc-2", &json!("abc-2"))
    );
    let made_up = world.admin().get("/me").await;
    assert!(made_up.header("x-correlation-id").starts_with("req_"));
    let request = world.admin().request("GET", "/me").header("x-correlation-id", "a".repeat(500));
    assert!(send(request).await.header("x-correlation-id").starts_with("req_"));
}

#[tokio::test]
async fn revisions_grow_and_are_always_satisfied() {
    let world = World::new().await;
    let admin = world.admin();
    let created = admin.workspace("acme").await;
    let path = format!("/workspaces/{}", created.id());
    let changed = admin.patch(&path, &created.etag(), json!({"name": "A"})).await.expect(200);
    let revision = |reply: &crate::world::Reply| reply.header("sparki-revision").parse::<u64>().unwrap();
    assert!(revision(&changed) > revision(&created));
    send(admin.request("GET", &path).header("sparki-min-revision", "999999")).await.expect(200);
}

#[tokio::test]
async fn a_body_is_one_json_object_of_at_most_a_mebibyte() {
    let world = World::new().await;
    let post = |content_type: &str, body: Vec<u8>| {
        let request = world.admin().request("POST", "/workspaces").header("idempotency-key", "k");
        send(request.header("content-type", content_type.to_owned()).body(body))
    };
    assert_eq!(post("application/json", b"{".to_vec()).await.expect(400).code(), "malformed");
    post("application/json", b"[]".to_vec()).await.expect(400);
    post("text/plain", b"{}".to_vec()).await.expect(415);
    let fits = json!({"name": "acme", "description": "x".repeat(1024 * 1024 - 100)});
    post("application/json", fits.to_string().into()).await.expect(422);
    let large = vec![b' '; 1024 * 1024 + 1];
    assert_eq!(post("application/json", large.clone()).await.expect(413).code(), "malformed");
    // Without a length announced, it is found while reading.
    let chunks = unannounced(large);
    let request = world.admin().request("POST", "/workspaces").header("content-type", "application/json");
    send(request.header("idempotency-key", "k").body(chunks)).await.expect(413);
    let patch = world.admin().workspace("acme").await;
    let request = world.admin().request("PATCH", &format!("/workspaces/{}", patch.id()));
    let request =
        request.header("if-match", patch.etag()).header("content-type", "application/merge-patch+json");
    send(request.body(r#"{"name":"x"}"#)).await.expect(200);
}

/// A body of unknown length.
fn unannounced(bytes: Vec<u8>) -> reqwest::Body {
    let (sender, receiver) = tokio::io::duplex(1024 * 1024);
    tokio::spawn(async move {
        let mut sender = sender;
        let _ = tokio::io::AsyncWriteExt::write_all(&mut sender, &bytes).await;
    });
    reqwest::Body::wrap_stream(tokio_util::io::ReaderStream::new(receiver))
}

#[tokio::test]
async fn what_is_not_there_is_said_as_a_problem() {
    let world = World::new().await;
    assert_eq!(world.admin().get("/clouds").await.expect(404).code(), "malformed");
    assert_eq!(world.admin().get("/workspaces/no-uuid").await.expect(404).code(), "not_found");
    let refused = send(world.admin().request("PUT", "/workspaces")).await.expect(405);
    assert_eq!(refused.header("content-type"), "application/problem+json");
}

#[tokio::test]
async fn health_needs_no_credentials() {
    let world = World::new().await;
    send(world.root("GET", "/healthz")).await.expect(200);
    send(world.root("GET", "/readyz")).await.expect(200);
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let world = World::with(|settings| settings.request_timeout = Duration::from_millis(1)).await;
    // Hashing a password takes longer than that on any machine.
    let body = json!({"email": "admin@localhost", "password": PASSWORD});
    let reply = send(world.request("POST", "/auth/login").json(&body)).await.expect(503);
    assert_eq!((reply.code(), &reply.body["retryable"]), ("internal", &json!(true)));
}
