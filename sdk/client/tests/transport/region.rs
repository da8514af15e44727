//! Replicas and regions.

use serde_json::json;
use sparki_client::{Client, ClientError, Endpoint, Request, Response, Settings};

use crate::fixture::{API_KEY, Log, Thing, VirtualTimer, call, chain, client, settings};
use crate::server::{Reply, Seen, Server};

fn read_only(primary: &str) -> Reply {
    Reply::problem(421, json!({"code": "region_read_only", "primary_endpoint": primary}))
}

#[tokio::test]
async fn a_write_to_a_read_only_region_goes_to_the_primary_under_the_same_key() {
    let primary = Server::replying(vec![Reply::json(201, r#"{"id":"t-1"}"#)]).await;
    let replica = Server::replying(vec![read_only(&format!("{}/api/v1", primary.url()))]).await;
    let (client, _) = client(&replica);
    client.create::<Thing>(Request::post("/things").json(&json!({"name": "orchid"})), &call()).await.unwrap();
    let (first, second) = (&replica.seen()[0], &primary.seen()[0]);
    assert_eq!(first.header("idempotency-key"), second.header("idempotency-key"));
    assert_eq!((second.target.as_str(), second.header("x-api-key")), ("/api/v1/things", Some(API_KEY)));
    assert_eq!(first.body, second.body);
}

#[tokio::test]
async fn a_primary_that_is_read_only_too_is_an_error() {
    let primary = Server::replying(vec![read_only("http://127.0.0.1:9/api/v1")]).await;
    let replica = Server::replying(vec![read_only(&primary.url())]).await;
    let (client, _) = client(&replica);
    let error = client.create::<Thing>(Request::post("/things"), &call()).await.unwrap_err();
    assert_eq!(error.code(), Some("region_read_only"));
    assert_eq!((replica.seen().len(), primary.seen().len()), (1, 1));
}

#[tokio::test]
async fn credentials_are_sent_to_no_endpoint_that_could_not_be_configured() {
    for primary in
        ["http://primary.example.com", "https://user:pass@primary.example.com", "https://127.0.0.1:9", ""]
    {
        let replica = Server::replying(vec![read_only(primary)]).await;
        let (client, _) = client(&replica);
        let error = client.create::<Thing>(Request::post("/things"), &call()).await.unwrap_err();
        assert_eq!(error.code(), Some("region_read_only"), "{primary}");
        assert_eq!(replica.seen().len(), 1);
    }
}

/// Creates a thing on a replica that names a primary by another name of this machine.
async fn create_elsewhere(
    change: impl FnOnce(&mut Settings, &str),
) -> (Result<Response<Thing>, ClientError>, Vec<Seen>) {
    let primary = Server::replying(vec![Reply::json(201, r#"{"id":"t-1"}"#)]).await;
    let name = primary.url().replace("127.0.0.1", "localhost");
    let replica = Server::replying(vec![read_only(&name)]).await;
    let mut settings = settings(&replica, &VirtualTimer::new());
    change(&mut settings, &name);
    let created = Client::new(settings).unwrap().create(Request::post("/things"), &call()).await;
    (created, primary.seen())
}

#[tokio::test]
async fn credentials_are_sent_to_no_region_that_nobody_has_named() {
    let (created, seen) = create_elsewhere(|_, _| {}).await;
    let error = created.unwrap_err();
    assert_eq!((error.code(), error.maybe_applied(), seen.len()), (Some("region_read_only"), false, 0));
    let told = chain(&error);
    assert!(told.contains("and localhost:") && told.ends_with("name it in SPARKI_REGIONS"), "{told}");
}

#[tokio::test]
async fn a_write_goes_on_to_a_region_that_was_named_and_that_is_logged() {
    Log::start();
    let (created, seen) = create_elsewhere(|settings, primary| {
        settings.regions.push(Endpoint::parse(primary).unwrap());
    })
    .await;
    let log = Log::stop();
    assert_eq!((created.unwrap().attempts, seen[0].header("x-api-key")), (2, Some(API_KEY)));
    assert!(log.contains("the region only reads; the write goes on") && log.contains("localhost:"), "{log}");
}

#[tokio::test]
async fn reads_ask_for_the_highest_revision_that_was_seen() {
    let revision = |revision: &str| Reply::json(200, r#"{"id":"t-1"}"#).with("sparki-revision", revision);
    let server = Server::replying(vec![revision("41"), revision("7"), revision("garbage")]).await;
    let (client, _) = client(&server);
    let created = client.create::<Thing>(Request::post("/things"), &call()).await.unwrap();
    assert_eq!(created.revision, Some(41));
    for _ in 0..2 {
        client.clone().get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap();
    }
    let asked: Vec<_> =
        server.seen().iter().map(|seen| seen.header("sparki-min-revision").map(str::to_owned)).collect();
    assert_eq!(asked, [None, Some("41".to_owned()), Some("41".to_owned())]);
}
