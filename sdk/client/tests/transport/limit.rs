//! The rate limit.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use sparki_client::{Call, Client, Request, WaitObserver};
use tokio_util::sync::CancellationToken;

use crate::fixture::{Log, Thing, VirtualTimer, call, chain, client, settings};
use crate::server::{Reply, Server};

fn throttled() -> Reply {
    Reply::problem(429, r#"{"code":"rate_limited"}"#)
}

fn thing() -> Reply {
    Reply::json(200, r#"{"id":"t-1"}"#)
}

#[tokio::test]
async fn retry_after_is_honoured_in_seconds_and_as_a_date_and_said_in_the_log() {
    let seconds = throttled().with("retry-after", 7);
    let date = throttled()
        .with("date", "Sun, 06 Nov 1994 08:49:37 GMT")
        .with("retry-after", "Sun, 06 Nov 1994 08:49:48 GMT");
    let older = Reply::json(429, r#"{"error":"rate_limited","message":"slow down","retryAfter":13}"#);
    let server = Server::replying(vec![seconds, date, older, thing()]).await;
    let (client, timer) = client(&server);
    Log::start();
    // A request that is not harmless to repeat is repeated too, because a 429 was not carried out.
    client.send::<Thing>(Request::post("/things/t-1/start"), &call()).await.unwrap();
    let log = Log::stop();
    assert_eq!(timer.slept(), [7.0, 11.0, 13.0]);
    for seconds in ["7.0", "11.0", "13.0"] {
        let event = format!(r#""message":"waiting for the rate limit","seconds":{seconds}"#);
        assert!(log.lines().any(|line| line.contains(r#""level":"INFO""#) && line.contains(&event)));
    }
}

#[tokio::test]
async fn all_requests_wait_for_the_one_that_was_throttled() {
    let server = Server::replying(vec![throttled().with("retry-after", 7), thing()]).await;
    let (client, timer) = client(&server);
    client.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap();
    assert_eq!(timer.slept(), [7.0]);
    client.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap();
    assert!(timer.slept()[1] < 0.1, "requests stay apart for a while: {:?}", timer.slept());
}

#[tokio::test]
async fn nothing_is_sent_while_nothing_is_left() {
    let spent = thing()
        .with("date", "Sun, 06 Nov 1994 08:49:37 GMT")
        .with("x-ratelimit-limit", 1000)
        .with("x-ratelimit-remaining", 0)
        .with("x-ratelimit-reset", 784_111_777 + 90);
    let server = Server::replying(vec![spent, thing()]).await;
    let (client, timer) = client(&server);
    for _ in 0..2 {
        client.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap();
    }
    assert_eq!(timer.slept(), [90.0]);
}

#[tokio::test]
async fn a_wait_past_the_deadline_fails_at_once() {
    let server = Server::replying(vec![throttled().with("retry-after", 3600)]).await;
    let (client, timer) = client(&server);
    let call = Call::new("create the thing").deadline(Duration::from_secs(60));
    let error = client.create::<Thing>(Request::post("/things").json(&json!({})), &call).await.unwrap_err();
    assert!(error.is_throttled() && !error.maybe_applied());
    assert_eq!(error.problem().unwrap().retry_after, Some(Duration::from_secs(3600)));
    // Others need not ask to know.
    let error = client.get::<Thing>(Request::get("/things/t-1"), &call).await.unwrap_err();
    assert!(error.is_throttled());
    assert_eq!(
        chain(&error),
        "failed to create the thing: the rate limit leaves no room for 3600 s, which is past the deadline"
    );
    assert_eq!((server.seen().len(), timer.slept().len()), (1, 0));
}

/// Ten are left for an hour, so that requests are spread.
fn paced() -> Reply {
    thing()
        .with("date", "Sun, 06 Nov 1994 08:49:37 GMT")
        .with("x-ratelimit-limit", 1000)
        .with("x-ratelimit-remaining", 10)
        .with("x-ratelimit-reset", 784_111_777 + 3600)
}

#[tokio::test]
async fn whoever_gives_up_waiting_keeps_no_place_in_line() {
    let server = Server::replying(vec![paced(), thing()]).await;
    let (client, timer) = client(&server);
    let read = async |call: Call| client.get::<Thing>(Request::get("/things/t-1"), &call).await;
    read(call()).await.unwrap();
    // The next one has its place now, and the others have none before their deadlines, or are cancelled.
    read(call()).await.unwrap();
    let stop = CancellationToken::new();
    stop.cancel();
    for _ in 0..1000 {
        assert!(read(call().deadline(Duration::from_secs(5))).await.unwrap_err().is_throttled());
        assert!(read(call().cancelled_by(&stop)).await.unwrap_err().is_cancelled());
    }
    assert_eq!((server.seen().len(), timer.slept().len()), (2, 0));
    timer.pass(Duration::from_secs(60));
    read(call().deadline(Duration::from_secs(5))).await.unwrap();
    assert_eq!((server.seen().len(), timer.slept().len()), (3, 1));
}

/// A client whose waits are told to the list.
fn observed(server: &Server, timer: &VirtualTimer) -> (Client, Arc<Mutex<Vec<String>>>) {
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let mut settings = settings(server, timer);
    settings.on_wait = Some(WaitObserver::new({
        let told = Arc::clone(&told);
        move |waiting| told.lock().unwrap().push(waiting.to_string())
    }));
    (Client::new(settings).unwrap(), told)
}

#[tokio::test]
async fn whoever_wants_to_know_is_told_of_waits_of_a_second_or_longer() {
    let unavailable = Reply::problem(503, r#"{"code":"internal"}"#);
    let replies = vec![throttled().with("retry-after", 7), unavailable.clone(), unavailable, thing()];
    let server = Server::replying(replies).await;
    let timer = VirtualTimer::new();
    let (client, told) = observed(&server, &timer);
    let request = Request::get("/things").segment("t-1");
    let call = call().deadline(Duration::from_secs(60));
    client.get::<Thing>(request, &call).await.unwrap();
    assert_eq!(timer.slept(), [7.0, 1.0, 2.0]);
    assert_eq!(
        *told.lock().unwrap(),
        [
            "waiting 7 s for the rate limit: /things/{}",
            "waiting 1 s for the next attempt: /things/{}",
            "waiting 2 s for the next attempt: /things/{}",
        ]
    );
}
