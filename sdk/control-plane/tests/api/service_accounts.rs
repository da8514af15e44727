//! Service accounts over the API: their secret is shown once and opens only what its maker has.

use serde_json::{Value, json};
use sparki_control_plane::Role;

use crate::world::{Reply, World, send};

async fn exchange(world: &World, client_id: &Value, secret: &Value) -> Reply {
    let body = json!({
        "grant_type": "client_credentials", "client_id": client_id, "client_secret": secret,
    });
    send(world.request("POST", "/auth/token").json(&body)).await
}

#[tokio::test]
async fn a_secret_is_shown_once_and_can_be_made_anew() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let body = json!({"workspace_id": workspace, "name": "ci", "role_ids": ["member"]});
    let create = async || {
        let request = admin.request("POST", "/service-accounts").header("idempotency-key", "once");
        send(request.json(&body)).await.expect(201)
    };
    let first = create().await;
    assert_eq!(first.header("cache-control"), "no-store");
    let (id, secret) = (&first.body["client_id"], &first.body["client_secret"]);
    let token = exchange(&world, id, secret).await.expect(200).body["access_token"].clone();
    let account = world.bearer(token.as_str().unwrap());
    account.project(&workspace, "web").await;

    let again = create().await;
    assert_eq!((again.header("idempotency-replayed"), again.body.get("client_secret")), ("true", None));
    let path = format!("/service-accounts/{}", first.id());
    assert_eq!(admin.get(&path).await.expect(200).body.get("client_secret"), None);

    world.advance(60);
    let rotated = admin.post(&format!("{path}:rotate"), json!({})).await.expect(200);
    assert_eq!(rotated.body["secret_rotated_at"], "2026-01-01T00:01:00.000000Z");
    exchange(&world, id, secret).await.expect(401);
    exchange(&world, id, &rotated.body["client_secret"]).await.expect(200);
    let dry = admin.post(&format!("{path}:rotate?dry_run=true"), json!({})).await.expect(200);
    assert_eq!(dry.body.get("client_secret"), None);
    exchange(&world, id, &rotated.body["client_secret"]).await.expect(200);

    let bytes = world.stored_bytes();
    for shown in [secret, &rotated.body["client_secret"]] {
        let shown = shown.as_str().unwrap().as_bytes();
        assert!(!bytes.windows(shown.len()).any(|window| window == shown));
    }
    let current = admin.get(&path).await;
    admin.delete(&path, &current.etag()).await.expect(204);
    exchange(&world, id, &rotated.body["client_secret"]).await.expect(401);
    account.get("/me").await.expect(401);
    let audit = "SELECT action FROM audit_logs WHERE resource_type = 'service_account' ORDER BY seq";
    assert_eq!(world.sql(audit).await, ["create", "update", "delete"]);
}

#[tokio::test]
async fn nobody_makes_an_account_that_may_more_than_they() {
    let world = World::new().await;
    let owner = world.admin();
    let workspace = owner.workspace("acme").await.id();
    let admin = world.account("acme", Role::Admin).await;
    let member = world.account("acme", Role::Member).await;
    let body = |name: &str, role: &str| json!({"workspace_id": workspace, "name": name, "role_ids": [role]});
    member.post("/service-accounts", body("a1", "viewer")).await.expect(403);
    admin.post("/service-accounts", body("a1", "owner")).await.expect(403);
    let strong = owner.post("/service-accounts", body("strong", "owner")).await.expect(201);
    let path = format!("/service-accounts/{}", strong.id());
    admin.post(&format!("{path}:rotate"), json!({})).await.expect(403);
    admin.delete(&path, &strong.etag()).await.expect(403);
    let weak = admin.post("/service-accounts", body("weak", "viewer")).await.expect(201);
    let path = format!("/service-accounts/{}", weak.id());
    admin.patch(&path, &weak.etag(), json!({"role_ids": ["owner"]})).await.expect(403);
    admin.patch(&path, &weak.etag(), json!({"role_ids": ["admin"]})).await.expect(200);
    let refused = admin.post("/service-accounts", body("Bad Name", "viewer")).await.expect(422);
    assert_eq!(refused.errors(), ["/name format"]);
}

#[tokio::test]
async fn what_the_command_line_made_is_an_object_too() {
    let world = World::new().await;
    world.admin().workspace("acme").await;
    let account = world.account("acme", Role::Viewer).await;
    let path = format!("/service-accounts/{}", account.id().await);
    let shown = world.admin().get(&path).await.expect(200);
    assert_eq!(shown.body["role_ids"], json!(["viewer"]));
    let changed = world.admin().patch(&path, &shown.etag(), json!({"description": "d"})).await.expect(200);
    assert_eq!(changed.body["client_id"], shown.body["client_id"]);
    account.get("/me").await.expect(200);
}
