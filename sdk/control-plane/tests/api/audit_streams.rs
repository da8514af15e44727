//! Audit log streams.

use serde_json::{Value, json};
use sparki_control_plane::Role;

use crate::{
    receiver::Receiver,
    world::{Caller, Reply, World},
};

/// A stream of a workspace to a receiver, with more in its body.
async fn stream(admin: &Caller<'_>, workspace: &str, receiver: &Receiver, more: Value) -> Reply {
    let mut body = json!({
        "workspace_id": workspace, "name": "siem", "sink": {"type": "http", "url": format!("{}/deploy", receiver.url)},
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    admin.post("/audit-log-streams", body).await.expect(201)
}

/// The event types that arrived, in the order they did.
fn arrived(receiver: &Receiver) -> Vec<String> {
    let events =
        receiver.calls().into_iter().flat_map(|call| call.body["events"].as_array().unwrap().clone());
    events.map(|event| event["event_type"].as_str().unwrap().to_owned()).collect()
}

async fn status(admin: &Caller<'_>, stream: &Reply) -> Value {
    admin.get(&format!("/audit-log-streams/{}/status", stream.id())).await.expect(200).body
}

/// Returns once everything was sent.
async fn drained(admin: &Caller<'_>, stream: &Reply) -> Value {
    loop {
        let status = status(admin, stream).await;
        if status["lag_lines"] == 0 {
            return status;
        }
    }
}

#[tokio::test]
async fn a_stream_from_the_beginning_has_every_line_of_its_workspace_in_order() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let other = admin.workspace("other").await.id();
    for number in 0..120 {
        admin.project(&workspace, &format!("p{number}")).await;
    }
    admin.project(&other, "not-ours").await;
    let stream = stream(&admin, &workspace, &receiver, json!({"start_from": "beginning"})).await;
    let status = drained(&admin, &stream).await;
    assert_eq!(
        (&status["lag_seconds"], &status["failures"], &status["last_error"]),
        (&json!(0), &json!(0), &Value::Null)
    );
    assert!(status["last_delivered_at"].is_string());

    let page = admin.get(&format!("/audit-events?workspace_id={workspace}&limit=200")).await.expect(200).body;
    let listed = page["data"].as_array().unwrap().clone();
    let sent: Vec<Value> =
        receiver.calls().iter().flat_map(|call| call.body["events"].as_array().unwrap().clone()).collect();
    assert_eq!(sent, listed, "the same lines, each once while nothing fails");
    assert_eq!(sent.len(), 122);
    assert!(receiver.calls().iter().all(|call| call.body["events"].as_array().unwrap().len() <= 100));
    assert!(receiver.calls().iter().all(|call| call.body["stream_id"] == json!(stream.id())));

    admin.project(&workspace, "later").await;
    world.advance(5);
    drained(&admin, &stream).await;
    assert_eq!(arrived(&receiver).len(), 123);
}

#[tokio::test]
async fn a_stream_from_now_begins_with_its_own_creation() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let stream = stream(&admin, &workspace, &receiver, json!({})).await;
    drained(&admin, &stream).await;
    assert_eq!(arrived(&receiver), ["audit_log_stream.create"]);
}

#[tokio::test]
async fn a_stream_from_a_time_skips_what_was_before_and_what_its_filter_excludes() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    admin.project(&workspace, "before").await;
    world.advance(60);
    let project = admin.project(&workspace, "after").await;
    let path = format!("/projects/{}", project.id());
    admin.patch(&path, &project.etag(), json!({"name": "After"})).await.expect(200);
    admin.patch(&path, &project.etag(), json!({"name": "x"})).await.expect(412);
    let filter =
        json!({"resource_types": ["project"], "actions": ["create", "update"], "results": ["success"]});
    let more = json!({"start_from": "2026-01-01T00:01:00Z", "filter": filter});
    let stream = stream(&admin, &workspace, &receiver, more).await;
    drained(&admin, &stream).await;
    assert_eq!(arrived(&receiver), ["project.create", "project.update"]);
}

#[tokio::test]
async fn what_is_not_taken_is_said_and_sent_again() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    receiver.answer(&[500, 302]);
    let stream = stream(&admin, &workspace, &receiver, json!({"start_from": "beginning"})).await;
    receiver.called(1).await;
    for (failures, error) in [(1, "The sink answered 500."), (2, "The sink answered 302.")] {
        let shown = loop {
            let status = status(&admin, &stream).await;
            if status["failures"] == failures {
                break status;
            }
        };
        assert_eq!((&shown["last_error"], &shown["lag_lines"]), (&json!(error), &json!(2)));
        world.advance(2);
    }
    let status = drained(&admin, &stream).await;
    assert_eq!((&status["failures"], &status["last_error"]), (&json!(0), &Value::Null));
    let batch = ["workspace.create", "audit_log_stream.create"];
    assert_eq!(arrived(&receiver), [batch, batch, batch].concat());
}

#[tokio::test]
async fn a_stream_that_is_disabled_goes_on_where_it_stopped() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let stream = stream(&admin, &workspace, &receiver, json!({"enabled": false})).await;
    world.advance(60);
    let path = format!("/audit-log-streams/{}", stream.id());
    assert_eq!(status(&admin, &stream).await["lag_lines"], 1);
    assert_eq!(status(&admin, &stream).await["lag_seconds"], 60);
    let enabled = admin.patch(&path, &stream.etag(), json!({"enabled": true})).await.expect(200);
    drained(&admin, &stream).await;
    assert_eq!(arrived(&receiver), ["audit_log_stream.create", "audit_log_stream.update"]);
    admin.patch(&path, &enabled.etag(), json!({"enabled": false})).await.expect(200);
    let enabled = admin.get(&path).await;
    let enabled = admin.patch(&path, &enabled.etag(), json!({"enabled": true})).await.expect(200);
    world.advance(60);
    drained(&admin, &stream).await;
    assert_eq!(arrived(&receiver).len(), 4, "neither twice nor not at all");
    admin.delete(&path, &enabled.etag()).await.expect(204);
    admin.get(&format!("{path}/status")).await.expect(404);
    let gone = admin.get(&format!("/workspaces/{workspace}")).await;
    admin.delete(&format!("/workspaces/{workspace}"), &gone.etag()).await.expect(204);
}

#[tokio::test]
async fn sinks_that_are_not_supported_and_urls_that_are_unsafe_are_refused() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let post = async |caller: &Caller<'_>, sink: Value| {
        let body = json!({"workspace_id": workspace, "name": "siem", "sink": sink});
        caller.post("/audit-log-streams", body).await
    };
    for sink in
        [json!({"type": "s3", "bucket": "b"}), json!({"type": "kafka", "brokers": ["k:9092"], "topic": "t"})]
    {
        let refused = post(&admin, sink.clone()).await.expect(422);
        assert_eq!((refused.code(), &refused.body["platform"]), ("capability_unsupported", &sink["type"]));
    }
    for url in ["http://siem.example.com/", "https://jane:hunter2@siem.example.com/", "https://", "ftp://x"] {
        let refused = post(&admin, json!({"type": "http", "url": url})).await.expect(422);
        assert_eq!(refused.errors(), ["/sink/url format"], "{url}");
    }
    assert_eq!(post(&admin, json!({"type": "http"})).await.expect(422).errors(), ["/sink/url required"]);
    let member = world.account("acme", Role::Member).await;
    let sink = json!({"type": "http", "url": "https://siem.example.com/"});
    assert_eq!(post(&member, sink).await.expect(403).body["permission"], "audit_log_stream:create");
}
