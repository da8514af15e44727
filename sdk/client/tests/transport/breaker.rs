//! The circuit breaker.

use std::num::NonZeroU32;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use sparki_client::{Cause, Client, Request};
use tokio_util::sync::CancellationToken;

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
    let found = client.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap().unwrap();
    assert_eq!((found.attempts, server.seen().len()), (4, 4), "2 failures, 1 failed test and the answer");
    // Two back-offs and the rest of the 5 s, and the same again after the failed test.
    assert_eq!(timer.slept(), [0.5, 1.0, 4.0, 2.0, 3.0]);
}

#[tokio::test]
async fn whoever_waits_for_a_slow_test_goes_on_as_soon_as_it_ends() {
    let late = CancellationToken::new();
    let gate = late.clone();
    let server = Server::start(move |_, position| match position {
        0 => Reply::problem(500, r#"{"code":"internal"}"#),
        1 => Reply::Late(gate.clone(), Box::new(Reply::json(200, r#"{"id":"t-1"}"#))),
        _ => Reply::json(200, r#"{"id":"t-1"}"#),
    })
    .await;
    let timer = VirtualTimer::new();
    let mut settings = settings(&server, &timer);
    settings.breaker.failures = NonZeroU32::MIN;
    let client = Client::new(settings).unwrap();
    let read = async || {
        let found = client.get::<Thing>(Request::get("/things/t-1"), &call()).await;
        found.unwrap().unwrap().attempts
    };
    let (first, others, ()) = tokio::join!(
        read(),
        async {
            server.has_seen(2).await;
            join_all((0..20).map(|_| read())).await
        },
        async {
            server.has_seen(2).await;
            // All others have been turned away by now.
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            assert_eq!(server.seen().len(), 2);
            late.cancel();
        }
    );
    assert_eq!((first, others), (2, vec![1; 20]));
    assert_eq!(timer.slept(), [0.5, 4.5], "only the first one has waited for anything but the test");
}

#[tokio::test]
async fn whoever_waits_for_a_test_waits_no_longer_than_allowed() {
    let server = Server::start(move |_, position| match position {
        0 => Reply::problem(500, r#"{"code":"internal"}"#),
        _ => Reply::Hang,
    })
    .await;
    let mut settings = settings(&server, &VirtualTimer::new());
    settings.breaker.failures = NonZeroU32::MIN;
    let client = Client::new(settings).unwrap();
    let testing = tokio::spawn({
        let client = client.clone();
        async move { client.get::<Thing>(Request::get("/things/t-1"), &call()).await.map(|_| ()) }
    });
    server.has_seen(2).await;
    let hasty = call().deadline(Duration::from_millis(50));
    let error = client.get::<Thing>(Request::get("/things/t-1"), &hasty).await.unwrap_err();
    let expected = "it took longer than 0.05 s: 127.0.0.1";
    assert!(chain(&error).starts_with(&format!("failed to do the thing: {expected}")), "{}", chain(&error));
    assert!(chain(&error).contains("failed 1 times in a row; it is being asked again"), "{}", chain(&error));
    assert_eq!((error.attempts(), server.seen().len()), (0, 2));
    testing.abort();
}

#[tokio::test]
async fn a_silent_host_is_left_alone_also_by_those_who_have_little_time() {
    let server = Server::replying(vec![Reply::Hang]).await;
    let client = client(&server, &VirtualTimer::new());
    let hasty = call().deadline(Duration::from_millis(20));
    for attempts in [1, 1, 1, 0, 0] {
        let error = client.get::<Thing>(Request::get("/things/t-1"), &hasty).await.unwrap_err();
        assert_eq!(error.attempts(), attempts, "{}", chain(&error));
    }
    // Silence is what a wait is for.
    let waits = Server::replying(vec![Reply::Hang]).await;
    let client = self::client(&waits, &VirtualTimer::new());
    for _ in 0..5 {
        let request = Request::get("/operations/o-1").query("wait", "30s");
        client.get::<Thing>(request, &hasty).await.unwrap_err();
    }
    assert_eq!(waits.seen().len(), 5);
}
