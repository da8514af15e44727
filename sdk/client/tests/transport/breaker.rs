//! The circuit breaker.

use std::num::NonZeroU32;
use std::time::Duration;

use serde_json::json;
use sparki_client::{Cause, Client, Request};

use crate::fixture::{Thing, VirtualTimer, call, chain, settings};
use crate::server::{Reply, Server};

fn client(server: &Server, timer: &VirtualTimer) -> Client {
    let mut settings = settings(server, timer);
    settings.retry.max_attempts = NonZeroU32::MIN;
    settings.breaker.failures = NonZeroU32::new(3).unwrap();
    Client::new(settings).unwrap()
}

async fn read(client: &Client) -> Result<(), String> {
    let read = client.get::<Thing>(Request::get("/things/t-1"), &call()).await;
    read.map(|_| ()).map_err(|error| chain(&error))
}

#[tokio::test]
async fn a_host_that_fails_in_a_row_is_left_alone_and_then_tested() {
    let failure = Reply::problem(500, r#"{"code":"internal"}"#);
    let thing = Reply::json(200, r#"{"id":"t-1"}"#);
    let server = Server::replying(vec![failure.clone(), Reply::Drop, failure, thing]).await;
    let timer = VirtualTimer::new();
    let client = client(&server, &timer);
    for _ in 0..3 {
        read(&client).await.unwrap_err();
    }
    let refused = read(&client).await.unwrap_err();
    let expected =
        "failed 3 times in a row; it is asked again in 5 s: the control plane answered 500 internal";
    assert!(refused.ends_with(expected), "{refused}");
    assert_eq!(server.seen().len(), 3);
    timer.pass(Duration::from_secs(5));
    for _ in 0..3 {
        read(&client).await.unwrap();
    }
    assert_eq!(server.seen().len(), 6);
}

#[tokio::test]
async fn refusals_and_throttles_never_open_the_circuit() {
    for status in [429, 400, 401, 403, 404, 409, 412, 422] {
        let server = Server::replying(vec![Reply::problem(status, r#"{"code":"whatever"}"#)]).await;
        let client = client(&server, &VirtualTimer::new());
        for _ in 0..5 {
            let _ = read(&client).await;
        }
        assert_eq!(server.seen().len(), 5, "{status}");
    }
}

#[tokio::test]
async fn one_host_that_fails_does_not_keep_requests_from_another() {
    let primary = Server::replying(vec![Reply::problem(500, r#"{"code":"internal"}"#)]).await;
    let elsewhere = primary.url();
    let replica = Server::start(move |request, _| match request.method.as_str() {
        "POST" => Reply::problem(421, json!({"code": "region_read_only", "primary_endpoint": elsewhere})),
        _ => Reply::json(200, r#"{"id":"t-1"}"#),
    })
    .await;
    let client = client(&replica, &VirtualTimer::new());
    let mut refused = Vec::new();
    for _ in 0..4 {
        refused.push(client.create::<Thing>(Request::post("/things"), &call()).await.unwrap_err());
    }
    assert!(matches!(refused[2].cause(), Cause::Refused(_)), "{:?}", refused[2]);
    assert!(matches!(refused[3].cause(), Cause::CircuitOpen { failures: 3, .. }), "{:?}", refused[3]);
    assert_eq!(primary.seen().len(), 3);
    read(&client).await.unwrap();
}

#[tokio::test]
async fn a_replica_that_lags_does_not_open_the_circuit() {
    let server = Server::replying(vec![Reply::problem(503, r#"{"code":"replica_lagging"}"#)]).await;
    let client = client(&server, &VirtualTimer::new());
    for _ in 0..5 {
        read(&client).await.unwrap_err();
    }
    assert_eq!(server.seen().len(), 5);
}

#[tokio::test]
async fn an_operation_waits_for_the_test_instead_of_failing() {
    let failure = Reply::problem(502, r#"{"code":"internal"}"#);
    let thing = Reply::json(200, r#"{"id":"t-1"}"#);
    let server = Server::replying(vec![failure.clone(), failure.clone(), failure, thing]).await;
    let timer = VirtualTimer::new();
    let mut settings = settings(&server, &timer);
    settings.breaker.failures = NonZeroU32::new(2).unwrap();
    let client = Client::new(settings).unwrap();
    read(&client).await.unwrap_err();
    assert_eq!(server.seen().len(), 3, "2 failures, 1 attempt turned away, 1 failed test");
    read(&client).await.unwrap();
    // Two back-offs, the rest of the 5 s, and the 5 s after the failed test.
    assert_eq!(timer.slept(), [0.5, 1.0, 4.0, 5.0]);
}
