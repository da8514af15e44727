//! Lists.

use std::num::NonZeroU16;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{StreamExt, TryStreamExt};
use serde_json::json;
use sparki_client::{Cause, Client, Credential, Request};

use crate::fixture::{Thing, VirtualTimer, call, chain, client, settings};
use crate::server::{Reply, Seen, Server};

/// Three pages: a b, c d, e.
fn list(request: &Seen, _: usize) -> Reply {
    let ids = |ids: &[&str]| ids.iter().map(|id| json!({"id": id})).collect::<Vec<_>>();
    let (data, next_cursor) = match request.target.split("cursor=").nth(1) {
        None => (ids(&["a", "b"]), Some("c+1/=")),
        Some("c%2B1%2F%3D") => (ids(&["c", "d"]), Some("c2")),
        Some("c2") => (ids(&["e"]), None),
        Some(other) => panic!("unknown cursor {other}"),
    };
    Reply::json(200, json!({"data": data, "next_cursor": next_cursor}))
}

#[tokio::test]
async fn a_list_is_all_its_pages() {
    let server = Server::start(list).await;
    let (client, _) = client(&server);
    let things: Vec<Thing> = client.list(Request::get("/things").query("slug", "x"), &call()).await.unwrap();
    assert_eq!(things.iter().map(|thing| thing.id.as_str()).collect::<String>(), "abcde");
    let targets: Vec<_> = server.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(
        targets,
        [
            "/api/v1/things?slug=x&limit=200",
            "/api/v1/things?slug=x&limit=200&cursor=c%2B1%2F%3D",
            "/api/v1/things?slug=x&limit=200&cursor=c2",
        ]
    );
}

#[tokio::test]
async fn pages_are_read_only_as_far_as_they_are_wanted() {
    let server = Server::start(list).await;
    let mut settings = settings(&server, &VirtualTimer::new());
    settings.page_size = NonZeroU16::new(2).unwrap();
    let client = Client::new(settings).unwrap();
    let pages = client.pages::<Thing>(Request::get("/things"), &call());
    assert_eq!(server.seen().len(), 0);
    let first: Vec<Vec<Thing>> = Box::pin(pages).take(1).try_collect().await.unwrap();
    assert_eq!((first[0].len(), server.seen().len()), (2, 1));
    assert_eq!(server.seen()[0].target, "/api/v1/things?limit=2");
}

#[tokio::test]
async fn a_list_goes_on_where_the_token_expired() {
    let issued = AtomicUsize::new(0);
    let server = Server::start(move |request, position| {
        if request.target.ends_with("/auth/token") {
            let token = format!("token-{}", issued.fetch_add(1, Ordering::SeqCst) + 1);
            return Reply::json(200, json!({"access_token": token, "expires_in": 900}));
        }
        // The first token is good for the first page, the second one for the rest.
        let good = if request.target.contains("cursor=") { "Bearer token-2" } else { "Bearer token-1" };
        if request.header("authorization") == Some(good) {
            list(request, position)
        } else {
            Reply::problem(401, r#"{"code":"token_expired"}"#)
        }
    })
    .await;
    let mut settings = settings(&server, &VirtualTimer::new());
    settings.credential =
        Credential::ClientCredentials { client_id: "ci".into(), client_secret: "c1-s3cret".into() };
    let pages = Client::new(settings).unwrap().pages::<Thing>(Request::get("/things"), &call());
    let pages: Vec<Vec<Thing>> = pages.try_collect().await.unwrap();
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    let of_things = server.seen().iter().filter(|seen| seen.target.contains("/things")).count();
    assert_eq!((server.seen().len(), of_things), (6, 4), "one page was asked for twice");
}

#[tokio::test]
async fn a_list_that_names_its_own_page_as_the_next_ends() {
    let server = Server::replying(vec![Reply::json(200, r#"{"data":[],"next_cursor":"c"}"#)]).await;
    let (client, _) = client(&server);
    let error = client.list::<Thing>(Request::get("/things").query("limit", 1), &call()).await.unwrap_err();
    assert_eq!(
        chain(&error),
        "failed to do the thing: the control plane gave the same cursor twice, so that the list has no end"
    );
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_list_that_goes_round_in_a_circle_ends() {
    // The pages after the first one name each other in a circle of three.
    let server = Server::start(|request, _| {
        let next = match request.target.split_once("cursor=").map(|(_, cursor)| cursor) {
            None | Some("c") => "a",
            Some("a") => "b",
            Some(_) => "c",
        };
        Reply::json(200, json!({"data": [{"id": "t-1"}], "next_cursor": next}))
            .with("x-correlation-id", "cp-7")
    })
    .await;
    let (client, _) = client(&server);
    let error = client.list::<Thing>(Request::get("/things"), &call()).await.unwrap_err();
    assert!(matches!(error.cause(), Cause::RepeatedCursor), "{error:?}");
    assert_eq!((error.correlation_id(), server.seen().len()), (Some("cp-7"), 4));
}

#[tokio::test]
async fn a_list_may_begin_at_a_cursor_and_leaves_it_behind() {
    let server = Server::start(|request, _| {
        let next = if request.target.contains("cursor=a") { json!("b") } else { json!(null) };
        Reply::json(200, json!({"data": [{"id": "t-1"}], "next_cursor": next}))
    })
    .await;
    let (client, _) = client(&server);
    let request = Request::get("/things").query("cursor", "a").query("limit", 1);
    assert_eq!(client.list::<Thing>(request, &call()).await.unwrap().len(), 2);
    let targets: Vec<_> = server.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(targets, ["/api/v1/things?cursor=a&limit=1", "/api/v1/things?limit=1&cursor=b"]);
}
