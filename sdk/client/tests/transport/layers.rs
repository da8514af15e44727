//! Layers of the user's own.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderValue, Request as HttpRequest, Response as HttpResponse, StatusCode};
use serde_json::json;
use sparki_client::{Body, BoxError, Cause, Client, Layers, Request};
use tower::service_fn;
use tower::util::{MapErrLayer, MapRequestLayer, MapResponseLayer};

use crate::fixture::{Thing, VirtualTimer, call, chain, settings};
use crate::server::{Reply, Server};

const THING: &str = r#"{"id":"t-1"}"#;

/// A layer that adds a header after those that are there.
fn marking(mark: &'static str) -> MapRequestLayer<impl Fn(HttpRequest<Bytes>) -> HttpRequest<Bytes> + Clone> {
    MapRequestLayer::new(move |mut request: HttpRequest<Bytes>| {
        let marks = request.headers().get("x-marks").map_or("", |marks| marks.to_str().unwrap());
        let marks = HeaderValue::from_str(&format!("{marks}{mark}")).unwrap();
        request.headers_mut().insert("x-marks", marks);
        request
    })
}

fn layered(server: &Server, add: impl FnOnce(&mut Layers)) -> Client {
    let mut settings = settings(server, &VirtualTimer::new());
    add(&mut settings.layers);
    Client::new(settings).unwrap()
}

#[tokio::test]
async fn each_layer_is_around_those_added_after_it_and_sees_every_attempt() {
    let server = Server::replying(vec![Reply::Drop, Reply::json(201, THING)]).await;
    let statuses: Arc<Mutex<Vec<StatusCode>>> = Arc::default();
    let client = layered(&server, |layers| {
        layers.add(marking("a"));
        layers.add(marking("b"));
        let statuses = Arc::clone(&statuses);
        layers.add(MapResponseLayer::new(move |answer: HttpResponse<Body>| {
            statuses.lock().unwrap().push(answer.status());
            answer
        }));
    });
    let request = Request::post("/things").json(&json!({"name": "orchid"}));
    client.create::<Thing>(request, &call()).await.unwrap();
    let seen = server.seen();
    assert_eq!(seen.len(), 2, "a connection that breaks under a layer is one that breaks");
    for attempt in &seen {
        assert_eq!(attempt.header("x-marks"), Some("ab"));
        assert_eq!(attempt.body, r#"{"name":"orchid"}"#);
        assert!(attempt.header("x-api-key").is_some() && attempt.header("idempotency-key").is_some());
    }
    assert_eq!(*statuses.lock().unwrap(), [StatusCode::CREATED]);
}

#[tokio::test]
async fn without_a_body_nothing_is_sent_as_one() {
    let server = Server::replying(vec![Reply::json(200, THING)]).await;
    let bare = layered(&server, |_| {});
    let layered = layered(&server, |layers| layers.add(marking("a")));
    for client in [bare, layered] {
        client.get::<Thing>(Request::get("/things").query("slug", "a b"), &call()).await.unwrap();
    }
    let (bare, layered) = (&server.seen()[0], &server.seen()[1]);
    let names = |seen: &crate::server::Seen| seen.headers.keys().cloned().collect::<Vec<_>>();
    assert_eq!(bare.target, layered.target);
    assert_eq!(names(bare), names(layered).into_iter().filter(|name| name != "x-marks").collect::<Vec<_>>());
}

#[tokio::test]
async fn a_layer_may_answer_itself_and_an_answer_of_503_is_tried_again() {
    let server = Server::replying(vec![Reply::json(200, r#"{"id":"t-2"}"#)]).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let client = layered(&server, |layers| {
        layers.add(tower::layer::layer_fn(move |_| {
            let asked = Arc::clone(&asked);
            service_fn(move |_: HttpRequest<Bytes>| {
                let status = if asked.fetch_add(1, Ordering::SeqCst) == 0 { 503 } else { 200 };
                async move { Ok::<_, BoxError>(HttpResponse::builder().status(status).body(Body::from(THING))?) }
            })
        }));
    });
    let thing = client.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap().unwrap();
    assert_eq!((thing.value.id.as_str(), server.seen().len()), ("t-1", 0));
}

#[tokio::test]
async fn a_layer_that_fails_ends_the_operation_and_a_mutation_is_in_doubt() {
    let server = Server::replying(vec![Reply::json(200, THING)]).await;
    let client = layered(&server, |layers| {
        layers.add(tower::layer::layer_fn(|_| {
            service_fn(|_: HttpRequest<Bytes>| async {
                Err::<HttpResponse<Body>, BoxError>("the policy forbids it".into())
            })
        }));
    });
    let error = client.create::<Thing>(Request::post("/things"), &call()).await.unwrap_err();
    assert_eq!(
        chain(&error),
        "failed to do the thing: a layer around the client failed: the policy forbids it"
    );
    assert!(matches!(error.cause(), Cause::Layer(_)) && error.maybe_applied());
    assert_eq!((error.attempts(), server.seen().len()), (1, 0));
}

#[derive(Debug, thiserror::Error)]
#[error("wrapped")]
struct Wrapped(#[source] BoxError);

#[tokio::test]
async fn a_broken_connection_is_recognised_through_a_layer_that_wraps_errors() {
    let server = Server::replying(vec![Reply::Drop, Reply::json(200, THING)]).await;
    let client = layered(&server, |layers| layers.add(MapErrLayer::new(|error: BoxError| Wrapped(error))));
    client.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap();
    assert_eq!(server.seen().len(), 2);
}
