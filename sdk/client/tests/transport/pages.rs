//! Lists.

use std::num::NonZeroU16;

use futures_util::{StreamExt, TryStreamExt};
use serde_json::json;
use sparki_client::{Client, Request};

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
