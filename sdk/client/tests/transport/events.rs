//! Streams of events.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use sparki_client::{Call, Client, ClientError, Credential, Event, Request, Settings};
use tokio_util::sync::CancellationToken;

use crate::fixture::{Thing, VirtualTimer, call, chain, settings};
use crate::server::{Reply, Seen, Server};

/// Far more than an event takes that is there.
const SILENCE: Duration = Duration::from_millis(300);

fn request() -> Request {
    Request::get("/deployments").segment("d-1").segment("events")
}

/// Events with these ids, of kind `step`.
fn steps(ids: impl IntoIterator<Item = u64>) -> String {
    ids.into_iter().map(|id| format!("id: {id}\nevent: step\ndata: {{\"number\": {id}}}\n\n")).collect()
}

/// The connection is closed after these events.
fn closing(body: &str) -> Reply {
    Reply::Raw(Reply::events(body))
}

fn page(ids: impl IntoIterator<Item = u64>, next_cursor: &str) -> Reply {
    let data: Vec<Value> =
        ids.into_iter().map(|id| json!({"id": id, "type": "step", "data": {"number": id}})).collect();
    Reply::json(200, json!({"data": data, "next_cursor": next_cursor}))
}

const END: &str = "event: end\ndata: {}\n\n";

fn end_page() -> Reply {
    Reply::json(200, json!({"data": [], "next_cursor": null}))
}

/// Follows to the end and returns the ids of the events.
async fn follow(settings: Settings) -> Result<Vec<u64>, ClientError> {
    let events = Client::new(settings).unwrap().follow::<Value>(request(), &call());
    events.map_ok(|event| event.id).try_collect().await
}

fn sent(server: &Server, header: &str) -> Vec<Option<String>> {
    server.seen().iter().map(|seen| seen.header(header).map(str::to_owned)).collect()
}

fn targets(server: &Server) -> Vec<String> {
    server.seen().into_iter().map(|seen| seen.target.replace("/api/v1/deployments/d-1/events", "")).collect()
}

fn ids(ids: &[&str]) -> Vec<Option<String>> {
    ids.iter().map(|id| (!id.is_empty()).then(|| (*id).to_owned())).collect()
}

#[tokio::test]
async fn events_come_as_what_they_are_until_the_end() {
    #[derive(Debug, Deserialize, PartialEq)]
    struct Step {
        number: u64,
    }

    let after_the_end = steps([3]);
    let server = Server::replying(vec![closing(&(steps([1, 2]) + END + &after_the_end))]).await;
    let client = Client::new(settings(&server, &VirtualTimer::new())).unwrap();
    let events = client.follow::<Step>(request(), &call());
    assert_eq!(server.seen().len(), 0, "nothing is sent before it is wanted");
    let events: Vec<Event<Step>> = events.try_collect().await.unwrap();
    let seen: Vec<_> =
        events.iter().map(|event| (event.id, event.kind.as_str(), event.data.number)).collect();
    assert_eq!(seen, [(1, "step", 1), (2, "step", 2)]);
    assert_eq!(targets(&server), [""]);
    assert_eq!(sent(&server, "accept"), ids(&["text/event-stream, application/problem+json"]));
    assert_eq!(sent(&server, "last-event-id"), [None]);
}

#[tokio::test]
async fn a_connection_that_breaks_goes_on_after_the_last_event_and_nothing_comes_twice() {
    let half = steps([1, 2]) + "id: 3\nevent: step\nda";
    let server = Server::replying(vec![
        Reply::Reset(Reply::events(&half)),
        Reply::Drop,
        closing(&steps([2, 3])),
        closing(&(steps([1, 4]) + END)),
    ])
    .await;
    let timer = VirtualTimer::new();
    assert_eq!(follow(settings(&server, &timer)).await.unwrap(), [1, 2, 3, 4]);
    assert_eq!(sent(&server, "last-event-id"), ids(&["", "2", "2", "3"]));
    assert_eq!(timer.slept(), [0.5, 0.5, 0.5]);
}

#[tokio::test]
async fn a_stream_can_be_gone_on_with_in_another_run() {
    let server = Server::replying(vec![closing(&(steps([41, 42]) + END))]).await;
    let client = Client::new(settings(&server, &VirtualTimer::new())).unwrap();
    let events = client.follow::<Value>(request().resume_after(41), &call());
    let events: Vec<_> = events.map_ok(|event| event.id).try_collect().await.unwrap();
    assert_eq!(events, [42]);
    assert_eq!(sent(&server, "last-event-id"), ids(&["41"]));
}

#[tokio::test]
async fn a_connection_without_heartbeats_is_made_anew() {
    let silent = Reply::Stall(Reply::events(&(": heartbeat\n\n".to_owned() + &steps([1]))));
    let server = Server::replying(vec![silent, closing(&(steps([2]) + END))]).await;
    let mut settings = settings(&server, &VirtualTimer::new());
    settings.event_silence = SILENCE;
    assert_eq!(follow(settings).await.unwrap(), [1, 2]);
    assert_eq!(sent(&server, "last-event-id"), ids(&["", "1"]));
}

#[tokio::test]
async fn where_nothing_is_heard_twice_events_are_read_by_page() {
    let mute = Reply::Stall(Reply::events(""));
    let server = Server::replying(vec![mute.clone(), mute, page([1], "1"), end_page()]).await;
    let mut settings = settings(&server, &VirtualTimer::new());
    settings.event_silence = SILENCE;
    assert_eq!(follow(settings).await.unwrap(), [1]);
    assert_eq!(targets(&server), ["", "", "?wait=15s", "?after=1&wait=15s"]);
}

#[tokio::test]
async fn a_stream_without_events_is_gone_on_with_from_where_it_began() {
    let server = Server::replying(vec![
        closing("id: 41\n\n: heartbeat\n\n"),
        closing("id: 41\n\n"),
        closing(&("id: 41\n\n".to_owned() + &steps([42]) + END)),
    ])
    .await;
    assert_eq!(follow(settings(&server, &VirtualTimer::new())).await.unwrap(), [42]);
    assert_eq!(sent(&server, "last-event-id"), ids(&["", "41", "41"]));
}

#[tokio::test]
async fn a_stream_that_nothing_came_through_is_tried_again_after_a_while() {
    let server = Server::start(|_, position| match position {
        0 => closing(&steps([1])),
        1 | 2 | 5 => Reply::Hang,
        3 => page([2], "2"),
        // Whoever reads by page is told up to where everything is told.
        4 => page([], "7"),
        6 => page([], "8"),
        _ => closing(&(steps([9]) + END)),
    })
    .await;
    let timer = VirtualTimer::new();
    let mut settings = settings(&server, &timer);
    settings.request_timeout = SILENCE;
    let client = Client::new(settings).unwrap();
    let mut events = client.follow::<Value>(request(), &call()).boxed();
    for id in [1, 2] {
        assert_eq!(events.next().await.unwrap().unwrap().id, id);
    }
    // Two minutes until the first try, and twice as long until the next.
    let (followed, ()) = tokio::join!(events.next(), async {
        server.has_seen(5).await;
        timer.pass(Duration::from_secs(120));
        server.has_seen(7).await;
        timer.pass(Duration::from_secs(240));
    });
    assert_eq!(followed.unwrap().unwrap().id, 9);
    let streams: Vec<_> = server.seen().into_iter().filter(|seen| !seen.target.contains("wait=")).collect();
    let last: Vec<_> = streams.iter().map(|seen| seen.header("last-event-id").unwrap_or("-")).collect();
    assert_eq!(last, ["-", "1", "1", "7", "8"]);
}

#[tokio::test]
async fn where_an_answer_does_not_even_begin_events_are_read_by_page() {
    let server = Server::replying(vec![Reply::Hang, Reply::Hang, page([1], "1"), end_page()]).await;
    let mut settings = settings(&server, &VirtualTimer::new());
    settings.request_timeout = SILENCE;
    assert_eq!(follow(settings).await.unwrap(), [1]);
    assert_eq!(targets(&server), ["", "", "?wait=0s", "?after=1&wait=0s"]);
}

#[tokio::test]
async fn where_events_are_not_streamed_they_are_read_by_page() {
    let refusals = [
        Reply::problem(406, r#"{"code":"malformed","detail":"JSON only."}"#),
        Reply::text(406, "text/html", "<h1>Not Acceptable</h1>"),
        Reply::json(200, r#"{"data":[],"next_cursor":null}"#),
    ];
    for refusal in refusals {
        let pages = vec![refusal, page([1, 2], "2"), page([2, 3], "3"), end_page()];
        let server = Server::replying(pages).await;
        assert_eq!(follow(settings(&server, &VirtualTimer::new())).await.unwrap(), [1, 2, 3]);
        assert_eq!(targets(&server), ["", "?wait=15s", "?after=2&wait=15s", "?after=3&wait=15s"]);
        let accepted = sent(&server, "accept");
        assert!(accepted[1..].iter().flatten().all(|accept| accept.starts_with("application/json")));
    }
}

#[tokio::test]
async fn pages_without_events_are_not_asked_for_without_end() {
    let server = Server::start(|_, position| match position {
        0 => Reply::json(200, "{}"),
        1..4 => page([], "0"),
        _ => end_page(),
    })
    .await;
    let timer = VirtualTimer::new();
    assert!(follow(settings(&server, &timer)).await.unwrap().is_empty());
    assert_eq!(timer.slept(), [0.5, 1.0, 2.0]);
}

#[tokio::test]
async fn a_sign_in_page_is_neither_a_stream_nor_a_page_of_events() {
    let server = Server::replying(vec![Reply::text(200, "text/html", "<p>Sign in</p>")]).await;
    let error = follow(settings(&server, &VirtualTimer::new())).await.unwrap_err();
    assert!(
        chain(&error).ends_with("it is not JSON (line 1 column 1); it begins Sign in"),
        "{}",
        chain(&error)
    );
}

#[tokio::test]
async fn each_connection_has_a_token_that_is_valid_by_then() {
    // Each token is good for one connection.
    let server = Server::start(|request: &Seen, position| {
        let answer = |number: u64, then: &str| closing(&(steps([number]) + then));
        match (request.target.ends_with("/auth/token"), request.header("authorization")) {
            (true, _) => {
                Reply::json(200, json!({"access_token": format!("token-{position}"), "expires_in": 900}))
            }
            (false, Some("Bearer token-0")) if position == 1 => answer(1, ""),
            (false, Some("Bearer token-3")) => answer(2, END),
            _ => Reply::problem(401, r#"{"code":"token_expired"}"#),
        }
    })
    .await;
    let mut settings = settings(&server, &VirtualTimer::new());
    settings.credential =
        Credential::ClientCredentials { client_id: "ci".into(), client_secret: "c1-s3cret".into() };
    assert_eq!(follow(settings).await.unwrap(), [1, 2]);
    assert_eq!(server.seen().len(), 5);
}

#[tokio::test]
async fn connections_that_bring_nothing_are_bounded() {
    let server = Server::replying(vec![closing("")]).await;
    let timer = VirtualTimer::new();
    let error = follow(settings(&server, &timer)).await.unwrap_err();
    assert!(error.is_unavailable());
    assert!(chain(&error).ends_with("the event stream is over before its end"), "{}", chain(&error));
    assert_eq!((server.seen().len(), error.attempts()), (4, 4));
    assert_eq!(timer.slept(), [0.5, 1.0, 2.0]);
}

#[tokio::test]
async fn an_outage_is_outlived_once_events_have_come() {
    let server = Server::start(|_, position| match position {
        0 => closing(&steps([1])),
        // More than one request tries.
        1..=6 => Reply::problem(503, r#"{"code":"internal"}"#),
        _ => closing(&(steps([2]) + END)),
    })
    .await;
    assert_eq!(follow(settings(&server, &VirtualTimer::new())).await.unwrap(), [1, 2]);

    let server = Server::replying(vec![Reply::problem(503, r#"{"code":"internal"}"#)]).await;
    let error = follow(settings(&server, &VirtualTimer::new())).await.unwrap_err();
    assert_eq!((server.seen().len(), error.is_unavailable()), (4, true));
}

#[tokio::test]
async fn the_control_plane_may_ask_for_a_pause_and_may_have_nothing_to_tell() {
    let nothing = Reply::text(204, "text/event-stream", "");
    let server =
        Server::replying(vec![closing(&("retry: 3000\n\n".to_owned() + &steps([1]))), nothing]).await;
    let timer = VirtualTimer::new();
    assert_eq!(follow(settings(&server, &timer)).await.unwrap(), [1]);
    assert_eq!(timer.slept(), [3.0]);
}

#[tokio::test]
async fn cancellation_ends_a_stream_on_which_nothing_happens() {
    let server = Server::replying(vec![Reply::Stall(Reply::events(&steps([1])))]).await;
    let client = Client::new(settings(&server, &VirtualTimer::new())).unwrap();
    let stop = CancellationToken::new();
    let call = Call::new("follow the deployment").cancelled_by(&stop);
    let mut events = client.follow::<Value>(request(), &call).boxed();
    assert_eq!(events.next().await.unwrap().unwrap().id, 1);
    stop.cancel();
    let error = events.next().await.unwrap().unwrap_err();
    assert_eq!(chain(&error), "failed to follow the deployment: it was cancelled");
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn an_open_stream_takes_no_place_among_the_requests_in_flight() {
    let server = Server::start(|request, _| match request.target.ends_with("/events") {
        true => Reply::Stall(Reply::events(&steps([1]))),
        false => Reply::json(200, r#"{"id":"t-1"}"#),
    })
    .await;
    let mut settings = settings(&server, &VirtualTimer::new());
    settings.max_concurrency = NonZeroUsize::MIN;
    let client = Client::new(settings).unwrap();
    let mut events = client.follow::<Value>(request(), &call()).boxed();
    events.next().await.unwrap().unwrap();
    assert!(client.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap().is_some());
}

#[tokio::test]
async fn an_event_outside_the_contract_ends_the_stream_and_is_not_quoted() {
    let check_event = async |body: &str, expected: &str| {
        let server = Server::replying(vec![closing(body)]).await;
        let mut settings = settings(&server, &VirtualTimer::new());
        settings.retry.max_attempts = NonZeroU32::MIN;
        let events = Client::new(settings).unwrap().follow::<Thing>(request(), &call());
        let error = events.try_collect::<Vec<_>>().await.unwrap_err();
        assert_eq!(
            chain(&error),
            format!(
                "failed to do the thing: the control plane answered 200 with text/event-stream, which is not its \
                 contract: {expected}"
            )
        );
        assert_eq!(server.seen().len(), 1);
    };
    check_event("id: hunter2\ndata: {}\n\n", "the id of an event is no number").await;
    check_event("id: 1\ndata: hunter2\n\n", "the data of an event is not JSON").await;
    check_event("id: 1\ndata: {\"id\": 7}\n\n", "the data of event 1 has another form").await;
}

#[tokio::test]
async fn an_event_on_a_page_outside_the_contract_is_told_with_the_id_of_the_page() {
    let events = json!({"data": [{"id": 1, "type": "step"}], "next_cursor": "1"});
    let page = Reply::json(200, events).with("x-correlation-id", "cp-8");
    let server = Server::replying(vec![Reply::json(200, "{}"), page]).await;
    let client = Client::new(settings(&server, &VirtualTimer::new())).unwrap();
    let error = client.follow::<Vec<u8>>(request(), &call()).try_collect::<Vec<_>>().await.unwrap_err();
    assert_eq!(error.correlation_id(), Some("cp-8"), "{}", chain(&error));
}
