//! Request limits.

use std::time::Duration;

use serde_json::json;
use sparki_control_plane::Pace;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

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

/// Sends bytes and nothing more, and answers with all that comes back.
async fn raw(world: &World, bytes: &str) -> String {
    let mut stream = TcpStream::connect(world.running.url.strip_prefix("http://").unwrap()).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A connection that is cut off is an answer, too.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let pace = Pace { grace: Duration::from_millis(50), bytes_per_second: 1024 };
    let world = World::with(|settings| settings.body_pace = pace).await;
    let head = format!(
        "POST /api/v1/workspaces HTTP/1.1\r\nhost: x\r\nx-api-key: {}\r\nidempotency-key: k\r\n\
         content-type: application/json\r\ncontent-length: 1000\r\n\r\n{{",
        crate::world::KEY
    );
    let answer = raw(&world, &head).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("\"code\":\"malformed\""), "{answer}");
}

#[tokio::test]
async fn headers_have_a_number_and_a_size() {
    let world = World::new().await;
    let request =
        |headers: String| format!("GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n");
    let many = |count: usize| (0..count).map(|index| format!("x-{index}: y\r\n")).collect::<String>();
    assert!(raw(&world, &request(many(90))).await.starts_with("HTTP/1.1 200 "));
    assert!(raw(&world, &request(many(110))).await.starts_with("HTTP/1.1 431 "));
    let large = format!("x-large: {}\r\n", "y".repeat(65 * 1024));
    assert!(!raw(&world, &request(large)).await.contains(" 200 "));
}

#[tokio::test]
async fn an_address_may_have_so_many_connections() {
    let world = World::with(|settings| settings.connections_per_address = 2).await;
    let connect =
        async || TcpStream::connect(world.running.url.strip_prefix("http://").unwrap()).await.unwrap();
    let ask = async |stream: &mut TcpStream| {
        let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
        let mut first = [0; 12];
        stream.read_exact(&mut first).await.is_ok_and(|_| &first == b"HTTP/1.1 200")
    };
    let (mut first, mut second, mut third) = (connect().await, connect().await, connect().await);
    assert!(ask(&mut first).await && ask(&mut second).await);
    assert!(!ask(&mut third).await, "a third is closed");
    drop(first);
    // The server sees the end of a connection when it sees it.
    while !ask(&mut connect().await).await {}
}
