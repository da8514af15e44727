//! Answers that are not the control plane's contract.

use serde_json::json;
use sparki_client::Request;

use crate::fixture::{Thing, call, chain, client};
use crate::server::{Reply, Server};

async fn check_foreign(reply: Reply, expected: &str) {
    let server = Server::replying(vec![reply]).await;
    let (client, _) = client(&server);
    let error = client.create::<Thing>(Request::post("/things").json(&json!({})), &call()).await.unwrap_err();
    assert_eq!(chain(&error), format!("failed to do the thing: the control plane answered {expected}"));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_page_instead_of_json_is_told() {
    let page = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Welcome back</body></html>";
    check_foreign(
        Reply::text(200, "text/html; charset=utf-8", page),
        "200 with text/html; charset=utf-8, which is not its contract: it is not JSON (line 1 column 1); it begins \
         Sign in Welcome back",
    )
    .await;
    check_foreign(
        Reply::text(403, "text/html", "<h1>Blocked by policy</h1>"),
        "403 with text/html, which is not its contract: the body is not a problem document; it begins Blocked by \
         policy",
    )
    .await;
}

#[tokio::test]
async fn json_of_another_shape_is_told_without_its_values() {
    check_foreign(
        Reply::json(200, r#"{"id": {"nested": "hunter2"}}"#),
        "200 with application/json, which is not its contract: a value has the wrong type, expected a string (line \
         1 column 7); it begins {\"id\": {\"nested\": \"…\"}}",
    )
    .await;
    check_foreign(
        Reply::json(200, r#"{"id": "hunter2"#),
        "200 with application/json, which is not its contract: the JSON is truncated (line 1 column 15); it begins \
         {\"id\": \"…",
    )
    .await;
    check_foreign(
        Reply::json(200, ""),
        "200 with application/json, which is not its contract: a value has the wrong type, expected struct Thing \
         (line 1 column 4)",
    )
    .await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Server::replying(vec![Reply::json(200, r#"{"id":"t-1"}"#)]).await;
    check_foreign(
        Reply::text(307, "text/plain", "").with("location", elsewhere.url()),
        "307 with text/plain, which is not its contract: it sends the client elsewhere; check the endpoint",
    )
    .await;
    assert_eq!(elsewhere.seen().len(), 0);
}

#[tokio::test]
async fn a_huge_answer_is_refused_announced_or_not() {
    let expected = "200 with application/json, which is not its contract: the answer is larger than 16 MiB";
    let announced = Reply::json(200, "").with("content-length", 17 * 1024 * 1024);
    check_foreign(announced, expected).await;
    let mut endless = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n".to_vec();
    endless.resize(17 * 1024 * 1024, b' ');
    check_foreign(Reply::Raw(endless), expected).await;
}

#[tokio::test]
async fn a_foreign_answer_to_a_mutation_leaves_doubt_unless_it_is_a_refusal() {
    for (status, doubt) in [(200, true), (201, true), (403, false), (307, false)] {
        let server = Server::replying(vec![Reply::text(status, "text/html", "<p>Hello</p>")]).await;
        let (client, _) = client(&server);
        let error = client.create::<Thing>(Request::post("/things"), &call()).await.unwrap_err();
        assert_eq!(error.maybe_applied(), doubt, "{status}");
    }
}
