//! Waiting for the end of work.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use sparki_client::{Client, Locator, Request};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::account::{Account, id};
use crate::fixture::{Thing, VirtualTimer, call, chain, client, settings};
use crate::server::{Reply, Server};

/// Far more than stopping takes, far less than any time limit of the client.
const PROMPTLY: Duration = Duration::from_secs(5);

fn operation(status: &str, stage: &str) -> Reply {
    Reply::json(
        200,
        json!({"id": "o-1", "kind": "build", "resource_id": "b-1", "status": status, "stage": stage, "reason": null}),
    )
}

#[tokio::test]
async fn a_wait_asks_until_the_work_has_ended_and_tells_what_changes() {
    let server = Server::replying(vec![
        operation("running", "queued"),
        operation("running", "queued"),
        operation("running", "building"),
        operation("succeeded", "success"),
    ])
    .await;
    let (client, timer) = client(&server);
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let tell = Arc::clone(&told);
    let wait = client.wait_for("o-1").on_progress(move |progress| {
        tell.lock().unwrap().extend(progress.stage.clone());
    });
    let end = wait.send().await.unwrap().unwrap();
    assert_eq!((end.status.as_str(), end.resource_id.as_deref()), ("succeeded", Some("b-1")));
    assert_eq!(*told.lock().unwrap(), ["queued", "building", "success"]);
    let seen = server.seen();
    assert_eq!(seen.len(), 4);
    assert!(seen.iter().all(|seen| seen.target == "/api/v1/operations/o-1?wait=5s"), "{seen:?}");
    // A server that does not wait is not asked without end.
    assert_eq!(timer.slept(), [0.5, 1.0, 2.0]);
}

#[tokio::test]
async fn a_server_may_wait_half_as_long_as_an_attempt_may_take() {
    let server = Server::replying(vec![operation("succeeded", "success")]).await;
    client(&server).0.wait_for("o-1").send().await.unwrap();
    assert_eq!(server.seen()[0].target, "/api/v1/operations/o-1?wait=15s");
}

#[tokio::test]
async fn work_that_has_failed_is_an_error_that_says_why() {
    let failed = json!({"id": "o-1", "status": "failed", "reason": "step unit exited with 1", "new": true});
    let server = Server::replying(vec![Reply::json(200, failed)]).await;
    let error = client(&server).0.wait_for("o-1").send().await.unwrap_err();
    assert_eq!(
        chain(&error),
        "failed to wait for the end of the operation: operation o-1 is failed: step unit exited with 1"
    );
}

#[tokio::test]
async fn a_wait_ends_when_its_time_is_over() {
    let server = Server::replying(vec![operation("running", "building")]).await;
    let (client, timer) = client(&server);
    let error = client.wait_for("o-1").timeout(Duration::from_secs(60)).send().await.unwrap_err();
    assert!(error.is_timeout() && !error.maybe_applied());
    assert_eq!(chain(&error), "failed to wait for the end of the operation: it took longer than 60 s");
    assert_eq!(timer.slept().iter().sum::<f64>(), 60.0);
}

#[tokio::test]
async fn a_wait_can_be_cancelled() {
    let server = Server::replying(vec![Reply::Hang]).await;
    let stop = CancellationToken::new();
    let wait = client(&server).0.wait_for("o-1").cancel(&stop);
    let waiting = tokio::spawn(wait.send());
    server.has_seen(1).await;
    stop.cancel();
    let error = tokio::time::timeout(PROMPTLY, waiting).await.unwrap().unwrap().unwrap_err();
    assert!(error.is_cancelled());
}

#[tokio::test]
async fn errors_of_a_wait_carry_the_id_of_the_last_question() {
    let id = |reply: Reply| reply.with("x-correlation-id", "cp-7");
    let failed = Server::replying(vec![id(operation("failed", "failed"))]).await;
    let error = client(&failed).0.wait_for("o-1").send().await.unwrap_err();
    assert_eq!((error.correlation_id(), error.attempts()), (Some("cp-7"), 1));

    let endless = Server::replying(vec![id(operation("running", "building"))]).await;
    let wait = client(&endless).0.wait_for("o-1").timeout(Duration::from_secs(60));
    assert_eq!(wait.send().await.unwrap_err().correlation_id(), Some("cp-7"));
}

#[tokio::test]
async fn what_was_read_before_awaited_work_ended_is_not_served_afterwards() {
    let account = Account::of(60);
    let script = account.clone();
    let server = Server::start(move |request, _| {
        if request.target.contains("/operations/") {
            script.change(&id(55));
            return operation("succeeded", "success");
        }
        script.answer(request)
    })
    .await;
    let (client, _) = client(&server);
    let read = async |number: usize| {
        let id = id(number);
        let thing = Locator::new("/things", "thing", &id).under("parent_id", "p");
        client.read(&thing, &call()).await.unwrap().unwrap().value["version"].as_u64()
    };
    // After these, all others have been read ahead.
    for number in 0..30 {
        read(number).await;
    }
    let requests = server.seen().len();
    assert_eq!((read(54).await, server.seen().len()), (Some(1), requests));
    client.wait_for("o-1").send().await.unwrap();
    assert_eq!(read(55).await, Some(2));
}

#[tokio::test]
async fn waits_leave_the_places_among_the_requests_in_flight_to_others() {
    let server = Server::start(|request, _| match request.target.contains("/operations/") {
        true => Reply::Hang,
        false => Reply::json(200, r#"{"id":"t-1"}"#),
    })
    .await;
    let mut settings = settings(&server, &VirtualTimer::new());
    settings.max_concurrency = NonZeroUsize::new(2).unwrap();
    let client = Client::new(settings).unwrap();
    let waits: Vec<_> =
        (0..5).map(|number| tokio::spawn(client.wait_for(format!("o-{number}")).send())).collect();
    server.has_seen(5).await;
    let call = call();
    let read = tokio::time::timeout(PROMPTLY, client.get::<Thing>(Request::get("/things/t-1"), &call));
    assert!(read.await.unwrap().unwrap().is_some());
    waits.iter().for_each(JoinHandle::abort);
}
