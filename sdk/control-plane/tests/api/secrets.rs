//! Secrets can be written and used, and never read.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sparki_control_plane::Role;

use crate::{
    variables::Tree,
    world::{Caller, Reply, World, send},
};

/// Whether a text is anywhere in the database, also in the form PostgreSQL's dump gives to bytes.
pub(crate) fn is_stored(world: &World, text: &str) -> bool {
    let bytes = world.stored_bytes();
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    [text, &hex].iter().any(|needle| bytes.windows(needle.len()).any(|window| window == needle.as_bytes()))
}

async fn secret(caller: &Caller<'_>, environment: &str, value: Value) -> Reply {
    let mut body = json!({"environment_id": environment, "key": "TOKEN"});
    body.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
    caller.post("/secrets", body).await
}

async fn rotate(caller: &Caller<'_>, secret: &Reply) -> Reply {
    let path = format!("/secrets/{}:rotate", secret.id());
    send(caller.request("POST", &path).header("if-match", secret.etag())).await
}

#[tokio::test]
async fn a_value_is_nowhere_to_be_read() {
    let world = World::new().await;
    let admin = world.admin();
    let tree = Tree::plant(&admin).await;
    let body = json!({"environment_id": tree.environment, "key": "TOKEN", "value": "plaintext-4711"});
    let request = || admin.request("POST", "/secrets").header("idempotency-key", "once").json(&body);
    let created = send(request()).await.expect(201);
    let replayed = send(request()).await.expect(201);
    assert_eq!((replayed.header("idempotency-replayed"), &replayed.body), ("true", &created.body));
    let path = format!("/secrets/{}", created.id());
    let changed = admin.patch(&path, &created.etag(), json!({"value": "plaintext-4712"})).await.expect(200);
    let events = admin.get(&format!("/events?workspace_id={}&after=0", tree.workspace)).await;
    for reply in [&created, &changed, &admin.get(&path).await, &admin.get("/secrets").await, &events] {
        assert!(!reply.body.to_string().contains("plaintext"), "{}", reply.body);
    }
    assert!(is_stored(&world, created.body["fingerprint"].as_str().unwrap()));
    for plaintext in ["plaintext-4711", "plaintext-4712"] {
        assert!(!is_stored(&world, plaintext), "{plaintext}");
    }
    // Nor a plain hash that guesses could be tried against, be it of the value or of the request.
    let environment = &tree.environment;
    let body = format!(r#"{{"environment_id":"{environment}","key":"TOKEN","value":"plaintext-4711"}}"#);
    for hashed in ["plaintext-4711", &format!("secrets\0{body}")] {
        let hash = Sha256::digest(hashed.as_bytes());
        let hash: String = hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        assert!(!is_stored(&world, &hash), "{hashed}");
    }
}

#[tokio::test]
async fn a_fingerprint_follows_the_value_and_is_its_own_in_each_secret() {
    let world = World::new().await;
    let admin = world.admin();
    let tree = Tree::plant(&admin).await;
    let created = secret(&admin, &tree.environment, json!({"value": "one"})).await.expect(201);
    assert_eq!(
        (&created.body["version"], &created.body["rotated_at"]),
        (&json!(1), &json!("2026-01-01T00:00:00.000000Z"))
    );
    let path = format!("/secrets/{}", created.id());
    world.advance(1);
    let same = admin.patch(&path, &created.etag(), json!({"value": "one"})).await.expect(200);
    assert_eq!((same.etag(), &same.body), (created.etag(), &created.body));
    let renamed = admin.patch(&path, &same.etag(), json!({"availability": "build"})).await.expect(200);
    assert_eq!(
        (&renamed.body["version"], &renamed.body["fingerprint"]),
        (&json!(1), &created.body["fingerprint"])
    );
    let changed = admin.patch(&path, &renamed.etag(), json!({"value": "two"})).await.expect(200);
    assert_eq!(
        (&changed.body["version"], &changed.body["rotated_at"]),
        (&json!(2), &json!("2026-01-01T00:00:01.000000Z"))
    );
    assert_ne!(changed.body["fingerprint"], created.body["fingerprint"]);
    let body = json!({"project_id": tree.project, "key": "TOKEN", "value": "two"});
    let other = admin.post("/secrets", body).await.expect(201);
    assert_ne!(other.body["fingerprint"], changed.body["fingerprint"]);
    let forged = admin.patch(&path, &changed.etag(), json!({"fingerprint": "0"})).await.expect(422);
    assert_eq!(forged.errors(), ["/fingerprint read_only"]);
}

#[tokio::test]
async fn a_secret_has_one_source() {
    let world = World::new().await;
    let admin = world.admin();
    let tree = Tree::plant(&admin).await;
    for wrong in [json!({}), json!({"value": "x", "generate": {}}), json!({"value": null})] {
        let refused = secret(&admin, &tree.environment, wrong).await.expect(422);
        assert_eq!(refused.errors(), [" exactly_one"]);
    }
    let refused = secret(&admin, &tree.environment, json!({"external": {}})).await.expect(422);
    assert_eq!(refused.errors(), ["/external exactly_one"]);
    let created = secret(&admin, &tree.environment, json!({"value": "x"})).await.expect(201);
    let path = format!("/secrets/{}", created.id());
    let cleared = admin.patch(&path, &created.etag(), json!({"value": null})).await.expect(422);
    assert_eq!(cleared.errors(), [" exactly_one"]);

    let external = json!({"external": {"aws_secrets_manager": {"secret_id": "acme/token"}}});
    let moved = admin.patch(&path, &created.etag(), external).await.expect(200);
    assert_eq!((&moved.body["fingerprint"], &moved.body["version"]), (&Value::Null, &json!(2)));
    assert_eq!(moved.body["external"]["aws_secrets_manager"]["secret_id"], "acme/token");
    assert_eq!(world.sql("SELECT id FROM secrets WHERE sealed IS NOT NULL").await.len(), 0);
    let both = admin.patch(&path, &moved.etag(), json!({"value": "y"})).await.expect(422);
    assert_eq!(both.errors(), [" exactly_one"]);
    let back = json!({"value": "y", "external": null});
    let back = admin.patch(&path, &moved.etag(), back).await.expect(200);
    assert_eq!((&back.body["external"], &back.body["version"]), (&Value::Null, &json!(3)));
}

#[tokio::test]
async fn a_generated_secret_is_rotated_by_the_server() {
    let world = World::new().await;
    let admin = world.admin();
    let tree = Tree::plant(&admin).await;
    let created = secret(&admin, &tree.environment, json!({"generate": {}})).await.expect(201);
    assert_eq!(created.body["generate"], json!({"length": 32}));
    let path = format!("/secrets/{}", created.id());
    let same = admin.patch(&path, &created.etag(), json!({"availability": "deploy"})).await.expect(200);
    assert_eq!(same.body["fingerprint"], created.body["fingerprint"]);
    world.advance(60);
    let rotated = rotate(&admin, &same).await.expect(200);
    assert_eq!(
        (&rotated.body["version"], &rotated.body["rotated_at"]),
        (&json!(2), &json!("2026-01-01T00:01:00.000000Z"))
    );
    assert_ne!(rotated.body["fingerprint"], created.body["fingerprint"]);
    // Repeating a rotation whose answer was lost does not rotate again.
    assert_eq!(rotate(&admin, &same).await.expect(412).code(), "precondition_failed");
    let longer = admin.patch(&path, &rotated.etag(), json!({"generate": {"length": 64}})).await.expect(200);
    assert_eq!(longer.body["version"], 3);
    let actions =
        world.sql("SELECT event_type FROM audit_logs WHERE resource_type = 'secret' ORDER BY seq").await;
    assert_eq!(actions[..3], ["secret.create", "secret.update", "secret.rotate"]);

    let viewer = world.account("acme", Role::Viewer).await;
    let refused = rotate(&viewer, &longer).await.expect(403);
    assert_eq!(refused.body["permission"], "secret:rotate");
    let without = admin.request("POST", &format!("{path}:rotate"));
    send(without).await.expect(428);
    send(admin.request("POST", &path)).await.expect(405);
}

#[tokio::test]
async fn only_generated_secrets_are_rotated() {
    let world = World::new().await;
    let admin = world.admin();
    let tree = Tree::plant(&admin).await;
    let created = secret(&admin, &tree.environment, json!({"value": "x"})).await.expect(201);
    let refused = rotate(&admin, &created).await.expect(409);
    assert_eq!((refused.code(), &refused.body["state"]), ("invalid_state", &json!("value")));
}

#[tokio::test]
async fn a_dry_run_keeps_no_secret() {
    let world = World::new().await;
    let admin = world.admin();
    let tree = Tree::plant(&admin).await;
    let body = json!({"environment_id": tree.environment, "key": "TOKEN", "value": "plaintext-4713"});
    admin.post("/secrets?dry_run=true", body).await.expect(200);
    assert_eq!(world.sql("SELECT id FROM secrets").await, [""; 0]);
    assert!(!is_stored(&world, "plaintext-4713"));
}
