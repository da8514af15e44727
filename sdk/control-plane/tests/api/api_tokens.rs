//! API tokens: one workspace, some permissions, a time, and never more than whoever makes them has.

use serde_json::{Value, json};
use sparki_control_plane::Role;

use crate::world::{Caller, Reply, World};

async fn create(caller: &Caller<'_>, workspace: &str, name: &str, more: Value) -> Reply {
    let mut body = json!({"workspace_id": workspace, "name": name});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    caller.post("/api-tokens", body).await
}

fn value(reply: &Reply) -> &str {
    reply.body["value"].as_str().unwrap()
}

#[tokio::test]
async fn a_token_opens_its_workspace_and_no_other() {
    let world = World::new().await;
    let admin = world.admin();
    let (acme, other) = (admin.workspace("acme").await.id(), admin.workspace("other").await.id());
    let project = admin.project(&other, "web").await.id();
    let made = create(&admin, &acme, "laptop", json!({})).await.expect(201);
    assert!(value(&made).starts_with(&format!("spk_{}_", made.body["key_id"].as_str().unwrap())));
    let token = world.key(value(&made));
    assert_eq!(token.get("/me").await.expect(200).body["workspaces"].as_array().unwrap().len(), 1);
    token.project(&acme, "api").await;
    token.get(&format!("/projects/{project}")).await.expect(404);
    token.get(&format!("/workspaces/{other}")).await.expect(404);
    assert_eq!(token.get("/projects").await.body["data"].as_array().unwrap().len(), 1);
    let body = json!({"items": [{"kind": "project", "id": project}]});
    assert_eq!(token.post("/resources:batchGet", body).await.body["data"][0]["status"], 404);
    token.get(&format!("/events?workspace_id={other}")).await.expect(404);
    let refused = token.post("/workspaces", json!({"name": "third"})).await.expect(403);
    assert_eq!(refused.body["permission"], "workspace:create");
}

#[tokio::test]
async fn scopes_cut_a_token_down() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let scopes = json!({"scopes": ["project:*", "api_token:*"]});
    let made = create(&admin, &workspace, "ci", scopes).await.expect(201);
    let token = world.key(value(&made));
    let project = token.project(&workspace, "web").await;
    let pipeline =
        json!({"project_id": project.id(), "name": "ci", "configuration": crate::world::configuration()});
    token.post("/pipelines", pipeline).await.expect(403);
    assert_eq!(token.get("/pipelines").await.expect(200).body["data"], json!([]));
    token.get(&format!("/workspaces/{workspace}")).await.expect(403);
    let mine = token.get(&format!("/me/permissions?project_id={}", project.id())).await.expect(200).body;
    let held: Vec<&str> = mine["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|held| held["permission"].as_str().unwrap())
        .collect();
    assert!(
        held.iter().all(|held| held.starts_with("project:") || held.starts_with("api_token:")),
        "{held:?}"
    );

    // It makes no token that is good for more, and does not let itself out.
    create(&token, &workspace, "wide", json!({})).await.expect(403);
    create(&token, &workspace, "wide", json!({"scopes": ["*"]})).await.expect(403);
    create(&token, &workspace, "narrow", json!({"scopes": ["project:read"]})).await.expect(201);
    let path = format!("/api-tokens/{}", made.id());
    token.patch(&path, &made.etag(), json!({"scopes": null})).await.expect(403);
    let refused = create(&admin, &workspace, "bad", json!({"scopes": ["project:fly"]})).await.expect(422);
    assert_eq!(refused.errors(), ["/scopes/0 format"]);
    let narrowed = admin.patch(&path, &made.etag(), json!({"scopes": ["pipeline:read"]})).await.expect(200);
    assert_eq!(narrowed.body.get("value"), None);
    token.get(&format!("/projects/{}", project.id())).await.expect(403);
}

#[tokio::test]
async fn a_token_ends_is_made_anew_and_is_given_back() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let ends = json!({"expires_at": "2026-01-01T01:00:00Z"});
    let made = create(&admin, &workspace, "brief", ends).await.expect(201);
    world.key(value(&made)).get("/me").await.expect(200);
    world.advance(3600);
    assert_eq!(world.key(value(&made)).get("/me").await.expect(401).code(), "token_expired");
    let late = create(&admin, &workspace, "late", json!({"expires_at": "2026-01-01T00:30:00Z"})).await;
    assert_eq!(late.expect(422).errors(), ["/expires_at range"]);

    let made = create(&admin, &workspace, "long", json!({})).await.expect(201);
    let path = format!("/api-tokens/{}", made.id());
    let anew = admin.post(&format!("{path}:rotate"), json!({})).await.expect(200);
    world.key(value(&made)).get("/me").await.expect(401);
    world.key(value(&anew)).get("/me").await.expect(200);
    let shown = admin.get(&path).await.expect(200);
    assert_eq!((shown.body.get("value"), &shown.body["key_id"]), (None, &anew.body["key_id"]));
    let bytes = world.stored_bytes();
    for shown in [value(&made), value(&anew)] {
        let secret = shown.rsplit('_').next().unwrap().as_bytes();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
    world.key(value(&anew)).delete(&path, &anew.etag()).await.expect(204);
    world.key(value(&anew)).get("/me").await.expect(401);
}

#[tokio::test]
async fn a_token_of_another_is_not_to_be_had() {
    let world = World::new().await;
    let owner = world.admin();
    let workspace = owner.workspace("acme").await.id();
    let jane = world.person("jane@example.com").await;
    let body = json!({"workspace_id": workspace, "email": "jane@example.com", "role_ids": ["admin"]});
    let member = owner.post("/workspace-members", body).await.expect(201);
    jane.accept(&member.id()).await;
    let of = |kind: &str, id: &str| json!({"principal": {"type": kind, "id": id}});
    create(&jane, &workspace, "theirs", of("user", &owner.id().await)).await.expect(403);

    let (strong, weak) =
        (world.account("acme", Role::Owner).await, world.account("acme", Role::Viewer).await);
    create(&jane, &workspace, "strong", of("service_account", &strong.id().await)).await.expect(403);
    let made = create(&jane, &workspace, "weak", of("service_account", &weak.id().await)).await.expect(201);
    assert_eq!(world.key(value(&made)).id().await, weak.id().await);
    let refused =
        create(&jane, &workspace, "none", of("service_account", &jane.id().await)).await.expect(422);
    assert_eq!(refused.errors(), ["/principal/id not_found"]);
    create(&weak, &workspace, "self", json!({})).await.expect(403);
    let own = create(&strong, &workspace, "self", json!({})).await.expect(201);
    assert_eq!(own.body["principal"]["type"], "service_account");

    // Whoever leaves leaves their tokens behind.
    let hers = create(&jane, &workspace, "hers", json!({})).await.expect(201);
    let member = owner.get(&format!("/workspace-members/{}", member.id())).await;
    owner.post(&format!("/api-tokens/{}:rotate", hers.id()), json!({})).await.expect(403);
    owner.delete(&format!("/workspace-members/{}", member.id()), &member.etag()).await.expect(204);
    world.key(value(&hers)).get("/me").await.expect(401);
}
