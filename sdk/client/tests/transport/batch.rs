//! Batch reads.

use serde_json::{Value, json};
use sparki_client::{BatchItem, BatchOutcome, Request};

use crate::fixture::{Thing, call, chain, client};
use crate::server::{Reply, Seen, Server};

fn item(id: String) -> BatchItem {
    BatchItem { kind: "thing".into(), id, if_none_match: None }
}

/// Answers every item found, in reverse order, but `gone`, `secret` and `same`.
fn batch(request: &Seen, _: usize) -> Reply {
    let items = request.json()["items"].as_array().unwrap().clone();
    let answered: Vec<Value> = items
        .iter()
        .rev()
        .map(|item| match item["id"].as_str().unwrap() {
            "gone" => json!({"kind": "thing", "id": "gone", "status": 404}),
            "secret" => json!({"kind": "thing", "id": "secret", "status": 403}),
            "same" => json!({"kind": "thing", "id": "same", "status": 304, "etag": "\"1\""}),
            id => json!({"kind": "thing", "id": id, "status": 200, "etag": "\"2\"", "resource": {"id": id}}),
        })
        .collect();
    Reply::json(200, json!({"data": answered}))
}

#[tokio::test]
async fn many_objects_are_read_with_few_requests_and_keep_their_order() {
    let server = Server::start(batch).await;
    let (client, _) = client(&server);
    let items: Vec<BatchItem> = (0..450).map(|number| item(format!("t-{number}"))).collect();
    let outcomes = client.batch_get::<Thing>(&items, &call()).await.unwrap();
    assert_eq!(outcomes.len(), 450);
    for (number, outcome) in outcomes.iter().enumerate() {
        let BatchOutcome::Found(found) = outcome else { panic!("{outcome:?}") };
        assert_eq!(found.value.id, format!("t-{number}"));
        assert_eq!(found.etag.as_ref().unwrap().as_str(), "\"2\"");
    }
    let mut sizes: Vec<_> =
        server.seen().iter().map(|seen| seen.json()["items"].as_array().unwrap().len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [50, 200, 200]);
}

#[tokio::test]
async fn what_is_too_large_for_one_answer_is_read_in_parts() {
    let server = Server::start(|request: &Seen, number| {
        let items = request.json()["items"].as_array().unwrap().len();
        if items > 3 { Reply::problem(413, json!({"code": "malformed"})) } else { batch(request, number) }
    })
    .await;
    let (client, _) = client(&server);
    let items: Vec<BatchItem> = (0..10).map(|number| item(format!("t-{number}"))).collect();
    let outcomes = client.batch_get::<Thing>(&items, &call()).await.unwrap();
    let ids: Vec<&str> = outcomes
        .iter()
        .map(|outcome| match outcome {
            BatchOutcome::Found(found) => found.value.id.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(ids, (0..10).map(|number| format!("t-{number}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn every_item_has_its_own_outcome() {
    let server = Server::start(batch).await;
    let (client, _) = client(&server);
    let items = ["gone", "secret", "same", "t"].map(|id| item(id.into()));
    let outcomes = client.batch_get::<Thing>(&items, &call()).await.unwrap();
    assert!(matches!(
        outcomes.as_slice(),
        [BatchOutcome::Gone, BatchOutcome::Forbidden, BatchOutcome::Unchanged, BatchOutcome::Found(_)]
    ));
    assert!(client.batch_get::<Thing>(&[], &call()).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_item_that_is_not_answered_is_an_error() {
    let server = Server::replying(vec![Reply::json(200, r#"{"data":[]}"#)]).await;
    let (client, _) = client(&server);
    let error = client.batch_get::<Thing>(&[item("t-1".into())], &call()).await.unwrap_err();
    assert_eq!(
        chain(&error),
        "failed to do the thing: the control plane's answer for thing t-1 is not its contract (status missing)"
    );
}

#[tokio::test]
async fn a_batch_read_is_repeated_although_it_is_a_post() {
    let server =
        Server::start(|request, position| if position == 0 { Reply::Drop } else { batch(request, 0) }).await;
    let (client, _) = client(&server);
    client.batch_get::<Thing>(&[item("t-1".into())], &call()).await.unwrap();
    assert!(Request::post("/things").key().is_none());
    assert!(server.seen().iter().all(|seen| seen.header("idempotency-key").is_none()));
}

#[tokio::test]
async fn an_object_may_be_asked_for_twice() {
    let answer = json!({"data": [
        {"kind": "thing", "id": "t-1", "status": 200, "resource": {"id": "t-1"}},
        {"kind": "thing", "id": "t-2", "status": 404},
        {"kind": "thing", "id": "t-1", "status": 304},
    ]});
    let server = Server::replying(vec![Reply::json(200, answer)]).await;
    let item = |id: &str, version: Option<&str>| BatchItem {
        kind: "thing".into(),
        id: id.into(),
        if_none_match: version.map(Into::into),
    };
    let items = [item("t-1", None), item("t-2", None), item("t-1", Some("\"1\""))];
    let outcomes = client(&server).0.batch_get::<Thing>(&items, &call()).await.unwrap();
    assert!(matches!(outcomes[0], BatchOutcome::Found(_)) && matches!(outcomes[1], BatchOutcome::Gone));
    assert!(matches!(outcomes[2], BatchOutcome::Unchanged));
}
