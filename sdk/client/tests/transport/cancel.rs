//! Cancellation.

use std::time::Duration;

use sparki_client::{Call, Client, ClientError, Request};
use tokio_util::sync::CancellationToken;

use crate::fixture::{Thing, chain, client};
use crate::server::{Reply, Server};

/// Far more than stopping takes, far less than any time limit of the client.
const PROMPTLY: Duration = Duration::from_secs(5);

async fn cancel_in_flight(server: &Server, client: Client, request: Request) -> ClientError {
    let stop = CancellationToken::new();
    let call = Call::new("create the thing").cancelled_by(&stop);
    let sending = tokio::spawn(async move { client.send::<Thing>(request, &call).await });
    server.has_seen(1).await;
    stop.cancel();
    tokio::time::timeout(PROMPTLY, sending).await.unwrap().unwrap().unwrap_err()
}

#[tokio::test]
async fn a_mutation_in_flight_is_left_in_doubt() {
    let server = Server::replying(vec![Reply::Hang]).await;
    let error =
        cancel_in_flight(&server, client(&server).0, Request::post("/things").idempotency_key("k")).await;
    assert!(error.is_cancelled() && error.maybe_applied());
    assert_eq!(chain(&error), "failed to create the thing: it was cancelled");
}

#[tokio::test]
async fn a_read_in_flight_is_not_in_doubt() {
    let server = Server::replying(vec![Reply::Hang]).await;
    let error = cancel_in_flight(&server, client(&server).0, Request::get("/things/t-1")).await;
    assert!(error.is_cancelled() && !error.maybe_applied());
}

#[tokio::test]
async fn nothing_is_sent_after_cancellation() {
    let server = Server::replying(vec![Reply::Hang]).await;
    let stop = CancellationToken::new();
    stop.cancel();
    let call = Call::new("create the thing").cancelled_by(&stop);
    let error = client(&server).0.create::<Thing>(Request::post("/things"), &call).await.unwrap_err();
    assert!(error.is_cancelled() && !error.maybe_applied());
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn waiting_for_a_place_among_the_requests_in_flight_ends() {
    let server = Server::replying(vec![Reply::Hang]).await;
    let mut settings = crate::fixture::settings(&server, &crate::fixture::VirtualTimer::new());
    settings.max_concurrency = std::num::NonZeroUsize::MIN;
    let client = Client::new(settings).unwrap();
    let first = tokio::spawn({
        let client = client.clone();
        async move { client.get::<Thing>(Request::get("/things/t-1"), &Call::new("read")).await.map(|_| ()) }
    });
    server.has_seen(1).await;
    let stop = CancellationToken::new();
    let second = tokio::spawn({
        let call = Call::new("create the thing").cancelled_by(&stop);
        async move { client.create::<Thing>(Request::post("/things"), &call).await }
    });
    tokio::task::yield_now().await;
    stop.cancel();
    let error = tokio::time::timeout(PROMPTLY, second).await.unwrap().unwrap().unwrap_err();
    assert!(error.is_cancelled() && !error.maybe_applied());
    assert_eq!(server.seen().len(), 1);
    first.abort();
}
