//! What each verb makes of an answer.

use serde_json::json;
use sparki_client::{Call, Client, IdempotencyKey, Request};

use crate::fixture::{Thing, call, chain, client};
use crate::server::{Reply, Server};

#[tokio::test]
async fn a_good_answer_brings_value_version_revision_and_correlation_id() {
    let answer = Reply::json(201, r#"{"id":"t-1","new_field":[1]}"#)
        .with("etag", "\"1\"")
        .with("x-correlation-id", "c-1")
        .with("sparki-revision", 9);
    let server = Server::replying(vec![answer]).await;
    let (client, _) = client(&server);
    let request = Request::post("/things")
        .query("dry_run", true)
        .json(&json!({"name": "orchid"}))
        .idempotency_key(IdempotencyKey::from("k"));
    let created = client.create::<Thing>(request, &call().correlation_id("mine")).await.unwrap();
    assert_eq!(created.value, Thing { id: "t-1".into() });
    assert_eq!(created.etag.unwrap().as_str(), "\"1\"");
    assert_eq!((created.correlation_id.as_deref(), created.revision), (Some("c-1"), Some(9)));
    let seen = &server.seen()[0];
    assert_eq!((seen.method.as_str(), seen.target.as_str()), ("POST", "/api/v1/things?dry_run=true"));
    assert_eq!(seen.header("x-correlation-id"), Some("mine"));
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert!(seen.header("user-agent").unwrap().starts_with("sparki-client/"));
}

#[tokio::test]
async fn what_is_gone_is_none_and_deleted() {
    for (status, body) in [(404, r#"{"code":"not_found"}"#), (410, r#"{"code":"gone"}"#)] {
        let server = Server::replying(vec![Reply::problem(status, body)]).await;
        let (client, _) = client(&server);
        assert!(client.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap().is_none());
        client.delete(Request::delete("/things/t-1").if_match("\"1\""), &call()).await.unwrap();
        let error = client.update::<Thing>(Request::patch("/things/t-1"), &call()).await.unwrap_err();
        assert!(error.is_not_found());
    }
}

#[tokio::test]
async fn a_404_of_somebody_else_does_not_make_an_object_disappear() {
    let route = Reply::problem(404, r#"{"code":"no_such_route"}"#);
    let uncoded = Reply::problem(404, r#"{"title":"Not Found"}"#);
    let words = [r#"{"error":"Not Found"}"#, r#"{"error":"not_found"}"#].map(|body| Reply::json(404, body));
    let page = Reply::text(404, "text/html", "<h1>Not Found</h1>");
    for reply in [page, Reply::json(404, ""), route, uncoded].into_iter().chain(words) {
        let server = Server::replying(vec![reply]).await;
        let (client, _) = client(&server);
        let error = client.get::<Thing>(Request::get("/things/t-1"), &call()).await.unwrap_err();
        assert!(!error.is_not_found());
        client.delete(Request::delete("/things/t-1"), &call()).await.unwrap_err();
    }
}

#[tokio::test]
async fn a_deletion_that_somebody_else_answers_has_deleted_nothing() {
    for reply in [
        Reply::text(200, "text/html", "<html>It works!</html>"),
        Reply::json(200, r#"{"ok":true}"#),
        Reply::json(200, r#"{"id": "t-"#),
    ] {
        let server = Server::replying(vec![Reply::Drop, reply]).await;
        let (client, _) = client(&server);
        let request = Request::delete("/things/t-1").if_match("\"1\"");
        let error = client.delete(request, &call()).await.unwrap_err();
        assert!(error.maybe_applied() && !error.is_not_found(), "{}", chain(&error));
        let sent = server.seen().pop().unwrap();
        assert_eq!((error.attempts(), error.correlation_id()), (2, sent.header("x-correlation-id")));
    }
}

#[tokio::test]
async fn a_deletion_needs_no_body() {
    let server = Server::replying(vec![Reply::text(204, "text/plain", "")]).await;
    let (client, _) = client(&server);
    client.delete(Request::delete("/things/t-1").if_match("\"1\""), &call()).await.unwrap();
    assert_eq!(client.send::<()>(Request::post("/things/t-1/start"), &call()).await.unwrap().value, ());
}

#[tokio::test]
async fn a_refusal_says_what_was_being_done_and_why() {
    let problem = json!({
        "type": "about:blank", "title": "Conflict", "status": 409, "code": "already_exists",
        "detail": "A project with the slug \"web\" exists.", "correlation_id": "c-9", "retryable": false,
        "existing_id": "p-1", "errors": [{"pointer": "/slug", "code": "taken", "detail": "is taken"}],
    });
    let server = Server::replying(vec![Reply::problem(409, problem)]).await;
    let (client, _) = client(&server);
    let call = Call::new("create the project");
    let error = client.create::<Thing>(Request::post("/projects"), &call).await.unwrap_err();
    assert_eq!(error.to_string(), "failed to create the project");
    assert_eq!(
        chain(&error),
        "failed to create the project: the control plane answered 409 already_exists: A project with the slug \
         \"web\" exists; /slug is taken"
    );
    assert!(error.is_already_exists() && error.is_conflict() && !error.maybe_applied());
    assert_eq!((error.existing_id(), error.correlation_id()), (Some("p-1"), Some("c-9")));
    assert_eq!(error.problem().unwrap().errors[0].pointer, "/slug");

    let diagnostics = sparki_core::RemoteError::from(error).into_diagnostics().to_string();
    assert_eq!(
        diagnostics,
        "error: Failed to create the project\n  at slug\n  Is taken. The control plane answered 409 \
         already_exists: A project with the slug \"web\" exists. The existing object has the id p-1; import it or \
         choose another name.\n  Correlation id: c-9"
    );
}

#[tokio::test]
async fn a_request_with_an_empty_id_is_not_sent() {
    let server = Server::replying(vec![Reply::json(200, "{}")]).await;
    let (client, _) = client(&server);
    let error = client.delete(Request::delete("/things").segment(""), &call()).await.unwrap_err();
    assert_eq!(chain(&error), "failed to do the thing: the request to /things has the path segment \"\"");
    assert_eq!(error.attempts(), 0);
    let broken = Request::patch("/things").segment("t-1").if_match("\"1\"\r\nx-evil: 1");
    let error = client.update::<Thing>(broken, &call()).await.unwrap_err();
    assert_eq!(
        chain(&error),
        "failed to do the thing: the request to /things/{} has a If-Match header that cannot be sent"
    );
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn every_operation_can_be_spawned() {
    fn check_send<T: Send>(_: &T) {}
    let call = call();
    let use_all = async |client: Client| {
        check_send(&client.get::<Thing>(Request::get("/things/t-1"), &call));
        check_send(&client.create::<Thing>(Request::post("/things"), &call));
        check_send(&client.update::<Thing>(Request::patch("/things/t-1"), &call));
        check_send(&client.delete(Request::delete("/things/t-1"), &call));
        check_send(&client.list::<Thing>(Request::get("/things"), &call));
        check_send(&client.pages::<Thing>(Request::get("/things"), &call));
        check_send(&client.batch_get::<Thing>(&[], &call));
        check_send(&client.follow::<Thing>(Request::get("/events"), &call));
    };
    let _ = use_all;
}
