//! Channels tell people what rules pick.

use serde_json::{Value, json};

use crate::{
    inbox::Inbox,
    secrets::is_stored,
    variables::Tree,
    webhooks::{busy_world, until},
    world::{Caller, Reply, World, send},
};

async fn channel(caller: &Caller<'_>, workspace: &str, name: &str, kind: Value) -> Reply {
    let mut body = json!({"workspace_id": workspace, "name": name});
    body.as_object_mut().unwrap().extend(kind.as_object().unwrap().clone());
    caller.post("/notification-channels", body).await
}

async fn rule(caller: &Caller<'_>, workspace: &str, name: &str, more: Value) -> Reply {
    let mut body = json!({"workspace_id": workspace, "name": name, "events": ["*"]});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    caller.post("/notification-rules", body).await
}

#[tokio::test]
async fn a_rule_picks_events_by_name_and_by_what_they_are_about() {
    let world = busy_world().await;
    let admin = world.admin();
    let tree = Tree::plant(&admin).await;
    let mut inbox = Inbox::start().await;
    let slack = json!({"slack": {"webhook_url": inbox.url}});
    let channel = channel(&admin, &tree.workspace, "oncall", slack).await.expect(201).id();
    let filter = json!({
        "channel_ids": [channel], "events": ["environment.*", "deployment_target.created"],
        "filter": {"project_ids": [tree.project]},
    });
    rule(&admin, &tree.workspace, "web", filter).await.expect(201);
    // Another rule that picks the same does not tell the channel twice.
    let same = json!({"channel_ids": [channel], "events": ["deployment_target.*"]});
    rule(&admin, &tree.workspace, "targets", same).await.expect(201);

    let elsewhere = admin.project(&tree.workspace, "api").await.id();
    admin.environment(&elsewhere, "dev").await;
    let environment = admin.environment(&tree.project, "prod").await.id();
    let received = inbox.next().await;
    let text = received.body["text"].as_str().unwrap();
    assert_eq!(text, format!("environment.created: environment {environment} by admin@localhost"));
    assert_eq!(received.header("sparki-signature"), "");
    let target = admin.target(&environment, "main").await.id();
    let text = inbox.next().await.body["text"].as_str().unwrap().to_owned();
    assert!(text.starts_with(&format!("deployment_target.created: deployment target {target}")), "{text}");
    let path = format!("/notification-channels/{channel}/deliveries");
    let done = |body: &Value| {
        body["data"].as_array().unwrap().iter().all(|delivery| delivery["status"] == json!("succeeded"))
    };
    let deliveries = until(&admin, &path, done).await;
    assert_eq!(deliveries.body["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn each_kind_of_channel_sends_or_says_that_it_does_not() {
    let world = busy_world().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let mut inbox = Inbox::start().await;
    let url = &inbox.url.clone();
    for (name, kind, simulated) in [
        ("mail", json!({"email": {"addresses": ["jane@example.com"]}}), true),
        ("phone", json!({"push": {"users": ["jane@example.com"]}}), true),
        ("chat", json!({"slack": {"webhook_url": url, "channel": "#ops"}}), false),
        ("hook", json!({"webhook": {"url": url, "secret": "plaintext-hook"}}), false),
        ("pager", json!({"pagerduty": {"routing_key": "plaintext-key", "endpoint": url}}), false),
    ] {
        let created = channel(&admin, &workspace, name, kind).await.expect(201);
        assert_eq!(created.body["simulated"], json!(simulated), "{name}");
        assert_eq!(created.body["credential_fingerprint"].is_null(), simulated, "{name}");
        assert!(!created.body.to_string().contains("plaintext"));
        let path = format!("/notification-channels/{}:test", created.id());
        let tested = send(admin.request("POST", &path)).await.expect(200);
        let status = if simulated { "simulated" } else { "succeeded" };
        assert_eq!(tested.body["status"], status, "{name}");
        if simulated {
            assert!(!inbox.has_more());
            continue;
        }
        let received = inbox.next().await;
        match name {
            "chat" => {
                assert!(received.body["text"].as_str().unwrap().starts_with("notification_channel.test"))
            }
            "hook" => assert!(received.header("sparki-signature").starts_with("t=")),
            _ => {
                assert_eq!(received.body["routing_key"], "plaintext-key");
                assert_eq!(received.body["payload"]["severity"], "error");
            }
        }
    }
    for plaintext in ["plaintext-hook", "plaintext-key", url] {
        // The URL of the hook is no secret; that of the chat is, and only its channel is sealed.
        let expected = plaintext == url;
        assert_eq!(is_stored(&world, plaintext), expected, "{plaintext}");
    }
}

#[tokio::test]
async fn a_channel_is_one_of_five_and_keeps_its_secret() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    for (kind, errors) in [
        (json!({}), [" exactly_one"]),
        (json!({"email": {"addresses": []}}), ["/email/addresses length"]),
        (json!({"email": {"addresses": ["jane"]}}), ["/email/addresses/0 format"]),
        (json!({"slack": {}}), ["/slack/webhook_url required"]),
        (json!({"slack": {"webhook_url": "http://example.com/s3cr3t"}}), ["/slack/webhook_url format"]),
        (json!({"pagerduty": {"routing_key": "k", "severity": "bad"}}), ["/pagerduty/severity choice"]),
    ] {
        let refused = channel(&admin, &workspace, "wrong", kind).await.expect(422);
        assert_eq!(refused.errors(), errors);
        assert!(!refused.body.to_string().contains("s3cr3t"));
    }
    let slack = json!({"slack": {"webhook_url": "https://hooks.slack.com/plaintext-slack"}});
    let created = channel(&admin, &workspace, "chat", slack).await.expect(201);
    let path = format!("/notification-channels/{}", created.id());
    let renamed =
        admin.patch(&path, &created.etag(), json!({"slack": {"channel": "#ops"}})).await.expect(200);
    assert_eq!(renamed.body["credential_fingerprint"], created.body["credential_fingerprint"]);
    assert_eq!(renamed.body["slack"], json!({"channel": "#ops"}));
    let moved = json!({"slack": null, "email": {"addresses": ["jane@example.com"]}});
    let moved = admin.patch(&path, &renamed.etag(), moved).await.expect(200);
    assert_eq!((&moved.body["credential_fingerprint"], &moved.body["slack"]), (&Value::Null, &Value::Null));
    // Coming back, the old secret is not found again.
    let back = json!({"email": null, "slack": {"channel": "#ops"}});
    let refused = admin.patch(&path, &moved.etag(), back).await.expect(422);
    assert_eq!(refused.errors(), ["/slack/webhook_url required"]);
    assert!(!is_stored(&world, "plaintext-slack"));
}

#[tokio::test]
async fn a_channel_stays_while_a_rule_names_it() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let other = admin.workspace("other").await.id();
    let email = || json!({"email": {"addresses": ["jane@example.com"]}});
    let own = channel(&admin, &workspace, "mail", email()).await.expect(201);
    let foreign = channel(&admin, &other, "mail", email()).await.expect(201);
    let wrong = json!({"channel_ids": [own.id(), foreign.id()]});
    let refused = rule(&admin, &workspace, "all", wrong).await.expect(422);
    assert_eq!(refused.errors(), ["/channel_ids/1 not_found"]);
    let refused = rule(&admin, &workspace, "all", json!({"channel_ids": []})).await.expect(422);
    assert_eq!(refused.errors(), ["/channel_ids length"]);
    let named = rule(&admin, &workspace, "all", json!({"channel_ids": [own.id()]})).await.expect(201);
    let path = format!("/notification-channels/{}", own.id());
    let refused = admin.delete(&path, &own.etag()).await.expect(409);
    let dependent = json!({"kind": "notification_rule", "id": named.id(), "name": "all"});
    assert_eq!(refused.body["dependents"], json!([dependent]));
    admin.delete(&format!("/notification-rules/{}", named.id()), &named.etag()).await.expect(204);
    admin.delete(&path, &own.etag()).await.expect(204);
}
