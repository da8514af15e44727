//! Webhooks are told what happens, signed, until they fail too often.

use std::time::Duration;

use aws_lc_rs::hmac;
use serde_json::{Value, json};
use sparki_control_plane::Role;

use crate::{
    inbox::{Inbox, Received},
    secrets::is_stored,
    world::{Caller, Reply, World, send},
};

const SECRET: &str = "plaintext-webhook-secret";

/// A world whose jobs are looked for often.
pub(crate) async fn busy_world() -> World {
    World::with(|settings| settings.poll_interval = Duration::from_millis(10)).await
}

async fn webhook(caller: &Caller<'_>, workspace: &str, url: &str, more: Value) -> Reply {
    let mut body = json!({"workspace_id": workspace, "url": url, "events": ["project.*"], "secret": SECRET});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    caller.post("/webhooks", body).await
}

/// Reads an object until it is as wanted.
pub(crate) async fn until(caller: &Caller<'_>, path: &str, wanted: impl Fn(&Value) -> bool) -> Reply {
    let seen = async {
        loop {
            let reply = caller.get(path).await.expect(200);
            if wanted(&reply.body) {
                return reply;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), seen).await.expect("it becomes as wanted")
}

/// Checks a signature as an inbox would.
#[track_caller]
fn check_signature(received: &Received, secret: &str) {
    verify(received.header("sparki-signature"), &received.text, secret);
}

/// Checks the signature of a body.
#[track_caller]
pub(crate) fn verify(header: &str, body: &str, secret: &str) {
    let (time, signature) = header.split_once(",v1=").unwrap();
    let signed = format!("{}.{body}", time.strip_prefix("t=").unwrap());
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let bytes: Vec<u8> = (0..signature.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&signature[at..at + 2], 16).unwrap())
        .collect();
    hmac::verify(&key, signed.as_bytes(), &bytes).expect("the signature fits");
}

#[tokio::test]
async fn a_webhook_is_told_what_it_asked_for_and_can_tell_who_said_it() {
    let world = busy_world().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let mut inbox = Inbox::start().await;
    let created = webhook(&admin, &workspace, &inbox.url, json!({})).await.expect(201);
    assert_eq!((&created.body["last_delivery"], &created.body["enabled"]), (&Value::Null, &json!(true)));

    let project = admin.project(&workspace, "web").await;
    admin.environment(&project.id(), "dev").await;
    let received = inbox.next().await;
    check_signature(&received, SECRET);
    assert!(received.header("sparki-signature").starts_with("t=1767225600,"));
    assert_eq!(received.header("sparki-event"), "project.created");
    assert_eq!(received.body["resource"], json!({"type": "project", "id": project.id()}));
    assert!(received.body["id"].as_i64().unwrap() > 0);

    let path = format!("/webhooks/{}", created.id());
    let settled = until(&admin, &path, |body| body["last_delivery"].is_object()).await;
    assert_eq!(settled.body["last_delivery"]["status"], "succeeded");
    assert_eq!(settled.body["last_delivery"]["id"], json!(received.header("sparki-delivery")));
    // A delivery gets in nobody's way: the tag from before still holds.
    let changed = admin.patch(&path, &created.etag(), json!({"events": ["*.deleted"]})).await.expect(200);
    assert_eq!(changed.body["last_delivery"], settled.body["last_delivery"]);

    let deliveries = admin.get(&format!("{path}/deliveries")).await.expect(200);
    assert_eq!(deliveries.body["data"].as_array().unwrap().len(), 1, "nothing it did not ask for");
    assert_eq!(deliveries.body["data"][0]["response_status"], 200);
    assert!(!is_stored(&world, SECRET));
    assert!(!inbox.has_more());
}

#[tokio::test]
async fn a_delivery_that_fails_is_tried_again_and_a_webhook_that_fails_is_disabled() {
    let world = busy_world().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let mut inbox = Inbox::start().await;
    inbox.answer(500);
    let created = webhook(&admin, &workspace, &inbox.url, json!({"disable_after_failures": 1})).await;
    let path = format!("/webhooks/{}", created.expect(201).id());
    let project = admin.project(&workspace, "web").await;
    let mut first = None;
    for (attempt, pause) in [(1, 10), (2, 60), (3, 300), (4, 1800), (5, 7200), (6, 0)] {
        let received = inbox.next().await;
        let id = received.header("sparki-delivery").to_owned();
        assert_eq!(first.get_or_insert(id.clone()), &id, "each attempt is of one delivery");
        let wanted = |body: &Value| body["data"][0]["attempts"] == json!(attempt);
        let deliveries = until(&admin, &format!("{path}/deliveries"), wanted).await;
        let status = if pause == 0 { "failed" } else { "pending" };
        assert_eq!(deliveries.body["data"][0]["status"], status);
        assert_eq!(deliveries.body["data"][0]["error"], "the answer was 500");
        world.advance(pause);
    }
    let disabled = until(&admin, &path, |body| body["enabled"] == json!(false)).await;
    assert_eq!(disabled.body["disabled_reason"], "failures");
    assert_eq!(disabled.body["disabled_at"], "2026-01-01T02:36:10.000000Z");
    assert_eq!(disabled.body["updated_at"], disabled.body["disabled_at"]);
    assert_eq!(disabled.body["last_delivery"]["status"], "failed");
    let events = admin.get(&format!("/events?workspace_id={workspace}&after=0")).await;
    let names: Vec<&Value> =
        events.body["data"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert!(names.contains(&&json!("webhook.disabled")), "{names:?}");
    let project_path = format!("/projects/{}", project.id());
    let project = admin.patch(&project_path, &project.etag(), json!({"language": "rust"})).await.expect(200);
    let deliveries = admin.get(&format!("{path}/deliveries")).await;
    assert_eq!(deliveries.body["data"].as_array().unwrap().len(), 1, "nothing is sent any more");

    // Enabling it is a new start.
    inbox.answer(204);
    let enabled = admin.patch(&path, &disabled.etag(), json!({"enabled": true})).await.expect(200);
    assert_eq!(
        (&enabled.body["disabled_at"], &enabled.body["disabled_reason"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(world.sql("SELECT id FROM webhooks WHERE failures = 0").await.len(), 1);
    admin.delete(&project_path, &project.etag()).await.expect(204);
    assert_eq!(inbox.next().await.header("sparki-event"), "project.deleted");
}

#[tokio::test]
async fn a_webhook_can_be_tried_out() {
    let world = busy_world().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let mut inbox = Inbox::start().await;
    let created = webhook(&admin, &workspace, &inbox.url, json!({})).await.expect(201);
    let path = format!("/webhooks/{}", created.id());
    let test = async |caller: &Caller<'_>| send(caller.request("POST", &format!("{path}:test"))).await;
    let tested = test(&admin).await.expect(200);
    assert_eq!((&tested.body["status"], &tested.body["response_status"]), (&json!("succeeded"), &json!(200)));
    let received = inbox.next().await;
    check_signature(&received, SECRET);
    assert_eq!((&received.body["type"], &received.body["id"]), (&json!("webhook.test"), &json!(0)));
    inbox.answer(302);
    let tested = test(&admin).await.expect(200);
    assert_eq!(
        (&tested.body["status"], &tested.body["error"]),
        (&json!("failed"), &json!("the answer was 302"))
    );
    inbox.next().await;
    let listed = admin.get(&format!("{path}/deliveries?limit=1")).await.expect(200);
    assert_eq!(listed.body["data"], json!([tested.body]), "the newest first");
    let cursor = listed.body["next_cursor"].as_str().unwrap();
    let rest = admin.get(&format!("{path}/deliveries?limit=1&cursor={cursor}")).await.expect(200);
    assert_eq!(
        (&rest.body["data"][0]["status"], &rest.body["next_cursor"]),
        (&json!("succeeded"), &Value::Null)
    );

    let viewer = world.account("acme", Role::Viewer).await;
    assert_eq!(test(&viewer).await.expect(403).body["permission"], "webhook:test");
    viewer.get(&format!("{path}/deliveries")).await.expect(200);
    admin.workspace("other").await;
    let stranger = world.account("other", Role::Owner).await;
    test(&stranger).await.expect(404);
    stranger.get(&format!("{path}/deliveries")).await.expect(404);
    admin.patch(&path, &created.etag(), json!({"enabled": false})).await.expect(200);
    assert_eq!(test(&admin).await.expect(409).code(), "invalid_state");
}

#[tokio::test]
async fn nobody_at_the_other_end_is_a_failure_that_names_no_secret() {
    let world = busy_world().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let url = Inbox::start().await.url.clone();
    let created = webhook(&admin, &workspace, &url, json!({})).await.expect(201);
    let tested = send(admin.request("POST", &format!("/webhooks/{}:test", created.id()))).await.expect(200);
    assert_eq!((&tested.body["status"], &tested.body["response_status"]), (&json!("failed"), &Value::Null));
    assert_eq!(tested.body["error"], "no connection could be made");
}

#[tokio::test]
async fn a_webhook_is_sent_nothing_it_could_not_keep_to_itself() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    for (url, more, errors) in [
        ("http://example.com/hook", json!({}), ["/url format"]),
        ("https://jane:x@example.com/", json!({}), ["/url format"]),
        ("https://example.com/", json!({"secret": "short"}), ["/secret length"]),
        ("https://example.com/", json!({"secret": null}), ["/secret required"]),
        ("https://example.com/", json!({"events": []}), ["/events length"]),
        ("https://example.com/", json!({"events": ["deploy*"]}), ["/events/0 format"]),
    ] {
        let refused = webhook(&admin, &workspace, url, more).await.expect(422);
        assert_eq!(refused.errors(), errors, "{url}");
    }
    let created = webhook(&admin, &workspace, "https://example.com/", json!({})).await.expect(201);
    let path = format!("/webhooks/{}", created.id());
    let cleared = admin.patch(&path, &created.etag(), json!({"secret": null})).await.expect(422);
    assert_eq!(cleared.errors(), ["/secret required"]);
    let rotated = json!({"secret": "another-secret-0123"});
    let rotated = admin.patch(&path, &created.etag(), rotated).await.expect(200);
    assert_ne!(rotated.body["secret_fingerprint"], created.body["secret_fingerprint"]);
}

#[tokio::test]
async fn two_servers_share_the_deliveries_of_one_database() {
    let world = busy_world().await;
    let twin = world.twin().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let mut inbox = Inbox::start().await;
    webhook(&admin, &workspace, &inbox.url, json!({})).await.expect(201);
    for index in 0..10 {
        admin.project(&workspace, &format!("p{index}")).await;
    }
    let mut events = Vec::new();
    for _ in 0..10 {
        events.push(inbox.next().await.body["id"].as_i64().unwrap());
    }
    events.sort_unstable();
    events.dedup();
    assert_eq!(events.len(), 10);
    twin.stop().await;
    assert!(!inbox.has_more(), "each is sent once");
}

#[tokio::test]
async fn a_row_that_was_swapped_does_not_open() {
    let world = busy_world().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let mut inbox = Inbox::start().await;
    let created = webhook(&admin, &workspace, &inbox.url, json!({})).await.expect(201);
    let other = json!({"secret": "the-secret-of-another"});
    webhook(&admin, &workspace, "https://example.com/", other).await.expect(201);
    let swap =
        "UPDATE webhooks SET sealed = (SELECT o.sealed FROM webhooks o WHERE o.url = 'https://example.com/')";
    world.tamper(swap).await.unwrap();
    let path = format!("/webhooks/{}:test", created.id());
    let tested = send(admin.request("POST", &path)).await.expect(200);
    assert_eq!(tested.body["status"], "failed");
    assert_eq!(tested.body["error"], "the secret of the recipient does not open");
    assert!(!inbox.has_more(), "nothing is sent with the wrong secret");
}
