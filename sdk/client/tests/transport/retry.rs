//! What is sent again, and what is not.

use std::num::NonZeroU32;
use std::time::Duration;

use serde_json::json;
use sparki_client::api::promotions::PlanPromotionRequest;
use sparki_client::{Client, Request};
use tokio::net::TcpListener;

use crate::fixture::{Thing, VirtualTimer, call, chain, client, settings};
use crate::server::{Reply, Server};

const THING: &str = r#"{"id":"t-1"}"#;

fn unavailable() -> Reply {
    Reply::text(503, "text/html", "<h1>Service Unavailable</h1>")
}

#[tokio::test]
async fn a_read_is_repeated_with_growing_pauses() {
    let server =
        Server::replying(vec![unavailable(), Reply::Drop, unavailable(), Reply::json(200, THING)]).await;
    let (client, timer) = client(&server);
    let thing = client.get::<Thing>(Request::get("/things").segment("t-1"), &call()).await.unwrap().unwrap();
    assert_eq!(thing.value.id, "t-1");
    assert_eq!(timer.slept(), [0.5, 1.0, 2.0]);
}

#[tokio::test]
async fn attempts_are_bounded() {
    let server = Server::replying(vec![unavailable()]).await;
    let (client, _) = client(&server);
    let error = client.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap_err();
    assert_eq!((server.seen().len(), error.attempts()), (4, 4));
    assert!(error.is_unavailable() && !error.maybe_applied());
    assert_eq!(
        chain(&error),
        "failed to do the thing: the control plane answered 503 with text/html, which is not its contract: the \
         body is not a problem document; it begins Service Unavailable"
    );
}

#[tokio::test]
async fn a_lost_creation_is_repeated_under_the_same_key() {
    let server = Server::replying(vec![Reply::Drop, unavailable(), Reply::json(201, THING)]).await;
    let (client, _) = client(&server);
    let request = Request::post("/things").json(&json!({"name": "orchid"}));
    client.create::<Thing>(request, &call()).await.unwrap();
    let seen = server.seen();
    assert_eq!(seen.len(), 3);
    let keys: Vec<_> = seen.iter().map(|seen| seen.header("idempotency-key").unwrap()).collect();
    assert!(keys.iter().all(|key| *key == keys[0] && key.len() == 36), "{keys:?}");
    assert!(seen.iter().all(|seen| seen.body == r#"{"name":"orchid"}"#));
}

#[tokio::test]
async fn two_creations_have_two_keys_and_a_given_key_is_kept() {
    let server = Server::replying(vec![Reply::json(201, THING)]).await;
    let (client, _) = client(&server);
    for request in
        [Request::post("/things"), Request::post("/things"), Request::post("/things").idempotency_key("k")]
    {
        client.create::<Thing>(request, &call()).await.unwrap();
    }
    let keys: Vec<_> =
        server.seen().iter().map(|seen| seen.header("idempotency-key").unwrap().to_owned()).collect();
    assert_ne!(keys[0], keys[1]);
    assert_eq!(keys[2], "k");
}

#[tokio::test]
async fn a_lost_action_without_a_key_is_not_repeated_and_may_have_been_carried_out() {
    for reply in [Reply::Drop, unavailable()] {
        let server = Server::replying(vec![reply]).await;
        let (client, _) = client(&server);
        let error = client.send::<()>(Request::post("/things/t-1/start"), &call()).await.unwrap_err();
        assert_eq!(server.seen().len(), 1);
        assert!(error.maybe_applied());
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_a_lost_answer() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":".to_vec();
    let server = Server::replying(vec![Reply::Raw(cut), Reply::json(200, THING)]).await;
    let (client, _) = client(&server);
    let request = Request::patch("/things/t-1").if_match("\"1\"").json(&json!({}));
    client.update::<Thing>(request, &call()).await.unwrap();
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_change_whose_answer_was_lost_says_so_when_the_repeat_is_refused() {
    let changed = Reply::problem(412, r#"{"code":"precondition_failed","changed_by":"me"}"#);
    let server = Server::replying(vec![Reply::Drop, changed.clone()]).await;
    let (lost, _) = client(&server);
    let request = || Request::patch("/things/t-1").if_match("\"1\"").json(&json!({"name": "orchid"}));
    let error = lost.update::<Thing>(request(), &call()).await.unwrap_err();
    assert!(error.is_precondition_failed() && error.is_conflict() && error.maybe_applied());
    assert_eq!(error.problem().unwrap().changed_by(), Some("me"));
    assert!(server.seen().iter().all(|seen| seen.header("if-match") == Some("\"1\"")));

    let server = Server::replying(vec![changed]).await;
    let (client, _) = client(&server);
    let error = client.update::<Thing>(request(), &call()).await.unwrap_err();
    assert!(error.is_precondition_failed() && !error.maybe_applied());
}

#[tokio::test]
async fn a_deletion_whose_answer_was_lost_and_then_finds_nothing_succeeded() {
    let server = Server::replying(vec![Reply::Drop, Reply::problem(404, r#"{"code":"not_found"}"#)]).await;
    let (client, _) = client(&server);
    client.delete(Request::delete("/things/t-1").if_match("\"1\""), &call()).await.unwrap();
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_server_error_is_repeated_if_that_is_harmless_whatever_the_server_thinks() {
    let failure = Reply::problem(500, json!({"code": "internal", "retryable": false, "detail": "It broke."}));
    let server = Server::replying(vec![failure.clone(), Reply::json(201, THING)]).await;
    let (keyed, _) = client(&server);
    keyed.create::<Thing>(Request::post("/things"), &call()).await.unwrap();
    assert_eq!(server.seen().len(), 2);

    let server = Server::replying(vec![failure]).await;
    let (unkeyed, _) = client(&server);
    let error = unkeyed.send::<()>(Request::post("/things/t-1/start"), &call()).await.unwrap_err();
    assert_eq!(server.seen().len(), 1);
    assert!(error.maybe_applied());
    assert_eq!(chain(&error), "failed to do the thing: the control plane answered 500 internal: It broke");
}

#[tokio::test]
async fn what_was_never_sent_is_always_repeated_and_not_in_doubt() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server::replying(vec![Reply::Hang]).await;
    let timer = VirtualTimer::new();
    let mut settings = settings(&server, &timer);
    settings.endpoint =
        sparki_client::Endpoint::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let client = Client::new(settings).unwrap();
    let error = client.send::<()>(Request::post("/things/t-1/start"), &call()).await.unwrap_err();
    assert_eq!(error.attempts(), 4);
    assert!(error.is_unavailable() && !error.maybe_applied());
    assert!(chain(&error).contains("cannot be reached: Connection refused"), "{}", chain(&error));
}

#[tokio::test]
async fn an_attempt_that_takes_too_long_is_given_up_and_repeated() {
    let server = Server::replying(vec![Reply::Hang, Reply::json(200, THING)]).await;
    let mut settings = settings(&server, &VirtualTimer::new());
    settings.request_timeout = Duration::from_millis(50);
    let client = Client::new(settings).unwrap();
    assert!(client.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap().is_some());
}

#[tokio::test]
async fn a_deadline_ends_an_operation_in_the_middle_of_an_attempt() {
    let server = Server::replying(vec![Reply::Hang]).await;
    let (client, _) = client(&server);
    let call = call().deadline(Duration::from_millis(50));
    let error = client.create::<Thing>(Request::post("/things"), &call).await.unwrap_err();
    assert!(error.is_timeout() && error.maybe_applied());
    assert_eq!(chain(&error), "failed to do the thing: it took longer than 0.05 s");
}

#[tokio::test]
async fn a_pause_past_the_deadline_is_not_begun() {
    let server = Server::replying(vec![unavailable()]).await;
    let (client, timer) = client(&server);
    let call = call().deadline(Duration::from_secs(1));
    let error = client.get::<Thing>(Request::get("/things/t-1"), &call).await.unwrap_err();
    assert!(error.is_unavailable());
    assert_eq!(timer.slept(), [0.5]);
}

#[tokio::test]
async fn one_attempt_can_be_made_the_only_one() {
    let server = Server::replying(vec![unavailable()]).await;
    let mut settings = settings(&server, &VirtualTimer::new());
    settings.retry.max_attempts = NonZeroU32::MIN;
    let client = Client::new(settings).unwrap();
    client.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap_err();
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn what_is_posted_and_changes_nothing_is_sent_again() {
    let server = Server::replying(vec![Reply::problem(503, r#"{"code":"internal"}"#)]).await;
    let (client, _) = client(&server);
    let plan = client.promotions().plan(PlanPromotionRequest::new("e-1", "r-1"));
    let error = plan.send().await.unwrap_err();
    assert_eq!((error.attempts(), error.maybe_applied()), (4, false));
}
