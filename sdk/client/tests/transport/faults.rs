//! Bad days: what a network, a proxy and a server at its limits do to requests.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::json;
use sparki_client::{Client, Request};

use crate::fixture::{Thing, VirtualTimer, call, chain, client, settings};
use crate::server::{Reply, Seen, Server};

const THING: &str = r#"{"id":"t-1"}"#;

/// An answer that ends within its body.
fn half() -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"id\":".to_vec()
}

/// For faults that show by themselves.
const UNLIMITED: Duration = Duration::from_secs(60);
/// Far more than a good answer takes.
const ATTEMPT: Duration = Duration::from_millis(300);

/// Reads through these faults, one attempt of this length at most for each.
async fn check_survives(faults: Vec<Reply>, limit: Duration) {
    let attempts = faults.len() + 1;
    let server = Server::replying(faults.into_iter().chain([Reply::json(200, THING)]).collect()).await;
    let mut settings = settings(&server, &VirtualTimer::new());
    settings.request_timeout = limit;
    let thing = Client::new(settings).unwrap().get::<Thing>(Request::get("/things/t-1"), &call()).await;
    assert_eq!(thing.unwrap().unwrap().value, Thing { id: "t-1".into() });
    assert_eq!(server.seen().len(), attempts);
}

#[tokio::test]
async fn a_gateway_that_answers_with_a_page_is_asked_again() {
    let page = |status, title: &str| {
        Reply::text(status, "text/html", format!("<html><h1>{title}</h1><hr>nginx</html>"))
    };
    check_survives(
        vec![page(502, "Bad Gateway"), page(504, "Gateway Time-out"), page(500, "Oops")],
        UNLIMITED,
    )
    .await;
}

#[tokio::test]
async fn a_reset_before_and_within_the_answer_is_outlived() {
    check_survives(vec![Reply::Reset(Vec::new()), Reply::Reset(half()), Reply::Raw(half())], UNLIMITED).await;
}

#[tokio::test]
async fn bytes_that_stop_or_come_too_slowly_cost_one_attempt() {
    let endless = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n".to_vec();
    check_survives(vec![Reply::Stall(half()), Reply::Trickle(endless)], ATTEMPT).await;
}

#[tokio::test]
async fn bytes_that_never_stop_coming_slowly_are_told_as_no_answer() {
    let endless = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n".to_vec();
    let server = Server::replying(vec![Reply::Trickle(endless)]).await;
    let mut settings = settings(&server, &VirtualTimer::new());
    settings.request_timeout = Duration::from_millis(50);
    let client = Client::new(settings).unwrap();
    let error = client.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap_err();
    assert!(error.is_timeout());
    assert!(chain(&error).ends_with("did not answer within 0.05 s"), "{}", chain(&error));
}

/// Creates things as the contract says: a key that was seen replays the stored answer. The first `lost` answers are lost
/// after the work is done.
fn creating(lost: usize, how: Reply) -> impl Fn(&Seen, usize) -> Reply {
    let things: Mutex<BTreeMap<String, usize>> = Mutex::default();
    move |request, position| {
        let mut things = things.lock().unwrap();
        if request.method == "GET" {
            return Reply::json(
                200,
                json!({"data": vec![json!({"id": "t"}); things.len()], "next_cursor": null}),
            );
        }
        let next = things.len() + 1;
        let number = *things.entry(request.header("idempotency-key").unwrap().to_owned()).or_insert(next);
        if position < lost { how.clone() } else { Reply::json(201, json!({"id": format!("t-{number}")})) }
    }
}

#[tokio::test]
async fn a_creation_whose_answers_were_lost_makes_one_object() {
    for how in [Reply::Drop, Reply::Reset(half()), Reply::Raw(half()), Reply::text(502, "text/html", "<p>")] {
        let server = Server::start(creating(3, how)).await;
        let (client, _) = client(&server);
        let request = Request::post("/things").json(&json!({"name": "orchid"}));
        let created = client.create::<Thing>(request, &call()).await.unwrap();
        assert_eq!(created.value.id, "t-1");
        let things: Vec<Thing> = client.list(Request::get("/things"), &call()).await.unwrap();
        assert_eq!((things.len(), server.seen().len()), (1, 5));
    }
}

#[tokio::test]
async fn a_creation_given_up_in_doubt_is_finished_under_its_key() {
    let server = Server::start(creating(4, Reply::Drop)).await;
    let (client, _) = client(&server);
    let request = Request::post("/things").json(&json!({"name": "orchid"})).idempotency_key("k");
    let error = client.create::<Thing>(request.clone(), &call()).await.unwrap_err();
    assert!(error.maybe_applied());
    assert_eq!(client.create::<Thing>(request, &call()).await.unwrap().value.id, "t-1");
    assert_eq!(client.list::<Thing>(Request::get("/things"), &call()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_replica_that_lags_behind_an_own_write_is_asked_again() {
    let server = Server::start(|request, position| match request.method.as_str() {
        "POST" => Reply::json(201, THING).with("sparki-revision", 41),
        // The replica arrives at the write with the third read.
        _ if request.header("sparki-min-revision") == Some("41") && position < 3 => {
            Reply::problem(503, r#"{"code":"replica_lagging","retryable":true}"#).with("retry-after", 1)
        }
        _ => Reply::json(200, THING).with("sparki-revision", 41),
    })
    .await;
    let (client, timer) = client(&server);
    client.create::<Thing>(Request::post("/things"), &call()).await.unwrap();
    assert!(client.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap().is_some());
    assert_eq!((server.seen().len(), timer.slept()), (4, vec![1.0, 1.0]));
}
