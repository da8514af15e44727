//! Tenants apart: every path there is, asked with another tenant's credentials, and with a role that may only read.

use serde_json::{Value, json};
use sparki_control_plane::{Role, openapi_json};

use crate::{
    furniture::{KINDS, furnished, valid},
    world::{World, send},
};

/// Every operation behind credentials: its method, its path, and the collection that the path begins with.
fn operations() -> Vec<(String, String, String)> {
    let document: Value = serde_json::from_str(openapi_json()).unwrap();
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let Some(path) = path.strip_prefix("/api/v1").filter(|path| !path.starts_with("/auth/")) else {
            continue;
        };
        let collection = path.split(['/', ':']).nth(1).unwrap_or_default().to_owned();
        let verbs = ["get", "post", "patch", "delete", "put"];
        for method in verbs.into_iter().filter(|verb| methods.get(verb).is_some()) {
            operations.push((method.to_uppercase(), path.to_owned(), collection.clone()));
        }
    }
    operations
}

/// Whether a collection is of objects of a workspace.
fn is_of_objects(collection: &str) -> bool {
    let others = ["me", "permissions", "platforms", "resources", "events", "audit-events"];
    !others.contains(&collection)
}

#[tokio::test]
async fn another_tenant_sees_nothing_on_any_path() {
    let world = World::new().await;
    let objects = furnished(&world.admin(), "acme").await;
    furnished(&world.admin(), "other").await;
    let stranger = world.account("other", Role::Owner).await;
    let mut asked = 0;
    for (method, path, collection) in operations() {
        if !is_of_objects(&collection) {
            continue;
        }
        let (id, etag) = objects.get(collection.as_str()).unwrap_or_else(|| {
            panic!("{path}: furnish the workspaces of this test with one of these objects")
        });
        let one = path.replace("{id}", id);
        assert!(!one.contains('{'), "{path}: say in this test what the other parameters are");
        let url = if method == "GET" && one == path { format!("{path}?limit=200") } else { one.clone() };
        let request = stranger.request(&method, &url).header("if-match", etag);
        let request = request.header("idempotency-key", world.unique());
        let request = if method == "GET" || method == "DELETE" { request } else { request.json(&json!({})) };
        let reply = send(request).await;
        asked += 1;
        let told = reply.body.to_string();
        for (id, _) in objects.values() {
            // An error may say nothing of what was asked for.
            assert!(!told.contains(id.as_str()), "{method} {path} told {id}: {told}");
        }
        match (method.as_str(), one == path) {
            ("GET", true) => assert_eq!(reply.status, 200, "{method} {path}"),
            // Nothing of anyone's: what is missing in the body is said, whoever asks.
            ("POST", true) => assert_eq!(reply.status, 422, "{method} {path}"),
            _ => assert_eq!((reply.status, reply.code()), (404, "not_found"), "{method} {path}"),
        }
    }
    assert!(asked > 4 * objects.len(), "{asked}");

    // Not by the parent of a new object either.
    for kind in KINDS.iter().filter(|kind| !kind.field.is_empty()) {
        let (collection, field) = (kind.collection, kind.field);
        let body = valid(kind, "new", &objects);
        let refused = stranger.post(&format!("/{collection}"), body).await.expect(422);
        assert_eq!(refused.errors(), [format!("/{field} not_found")], "{collection}");
    }
    let items: Vec<Value> = objects.iter().map(|(kind, (id, _))| json!({"kind": kind, "id": id})).collect();
    let batch = stranger.post("/resources:batchGet", json!({"items": items})).await.expect(200).body;
    for item in batch["data"].as_array().unwrap() {
        assert_eq!((&item["status"], &item["resource"]), (&json!(404), &Value::Null), "{item}");
    }
    let workspace = &objects["workspaces"].0;
    stranger.get(&format!("/events?workspace_id={workspace}")).await.expect(404);
    stranger.get(&format!("/audit-events?workspace_id={workspace}")).await.expect(404);
    // Of what they asked for themselves they may read again, and of nothing else.
    let (me, lines) = (stranger.id().await, stranger.get("/audit-events?limit=200").await.expect(200));
    let lines = lines.body["data"].as_array().unwrap().iter();
    let others: Vec<String> =
        lines.filter(|line| line["user_id"] != json!(me)).map(Value::to_string).collect();
    assert!(!others.is_empty());
    for (id, _) in objects.values() {
        assert!(!others.iter().any(|line| line.contains(id.as_str())), "{id} in {others:#?}");
    }
    stranger.get(&format!("/me/permissions?workspace_id={workspace}")).await.expect(404);
    stranger.get(&format!("/me/permissions?project_id={}", objects["projects"].0)).await.expect(404);
}

#[tokio::test]
async fn a_viewer_reads_on_every_path_and_changes_on_none() {
    let world = World::new().await;
    let objects = furnished(&world.admin(), "acme").await;
    let viewer = world.account("acme", Role::Viewer).await;
    let mut refused = Vec::new();
    for (method, path, collection) in operations() {
        if !is_of_objects(&collection) {
            continue;
        }
        let (id, etag) = &objects[collection.as_str()];
        let one = path.replace("{id}", id);
        let request = viewer.request(&method, &one);
        let request = request.header("if-match", etag).header("idempotency-key", world.unique());
        let reply = match (method.as_str(), one == path) {
            ("GET", _) => {
                send(request).await.expect(200);
                continue;
            }
            // Anybody may found a workspace, and a plan changes nothing.
            ("POST", true) if ["/workspaces", "/promotions:plan"].contains(&path.as_str()) => continue,
            ("POST", true) => {
                let kind = KINDS.iter().find(|kind| kind.collection == collection).unwrap();
                send(request.json(&valid(kind, "new", &objects))).await
            }
            ("DELETE", _) => send(request).await,
            _ => send(request.json(&json!({"labels": {"changed": "yes"}}))).await,
        };
        assert_eq!(
            (reply.status, reply.code()),
            (403, "permission_denied"),
            "{method} {path}: {:#}",
            reply.body
        );
        let verb = path.split_once(':').map(|(_, verb)| verb);
        refused.push(match method.as_str() {
            "POST" => verb.unwrap_or("create").to_owned(),
            "DELETE" => "delete".to_owned(),
            _ => "update".to_owned(),
        });
    }
    let lines = "SELECT action FROM audit_logs WHERE result = 'refused:permission_denied' ORDER BY seq";
    assert_eq!(world.sql(lines).await, refused);
}

#[tokio::test]
async fn a_member_without_roles_reads_on_no_path() {
    let world = World::new().await;
    let admin = world.admin();
    let objects = furnished(&admin, "acme").await;
    let body = json!({"workspace_id": objects["workspaces"].0, "name": "bare"});
    let bare = admin.post("/service-accounts", body).await.expect(201).body;
    let login = json!({
        "grant_type": "client_credentials", "client_id": bare["client_id"], "client_secret": bare["client_secret"],
    });
    let login = send(world.request("POST", "/auth/token").json(&login)).await.expect(200).body;
    let bare = world.bearer(login["access_token"].as_str().unwrap());
    for (method, path, collection) in operations() {
        if method != "GET" || !is_of_objects(&collection) || collection == "workspaces" {
            continue;
        }
        let one = path.replace("{id}", &objects[collection.as_str()].0);
        let reply = bare.get(&one).await;
        if one == path {
            assert_eq!(reply.expect(200).body["data"], json!([]), "{path}");
        } else {
            assert_eq!((reply.status, reply.code()), (403, "permission_denied"), "{path}: {:#}", reply.body);
        }
    }
    // Whoever may read what is worked on may wait for the work.
    let scope = json!({"type": "project", "id": objects["projects"].0});
    let principal = json!({"type": "service_account", "id": bare.id().await});
    let bound = json!({
        "workspace_id": objects["workspaces"].0, "role_id": "viewer", "principal": principal, "scope": scope,
    });
    admin.post("/role-bindings", bound).await.expect(201);
    bare.get(&format!("/operations/{}", objects["operations"].0)).await.expect(200);
    bare.get(&format!("/deployments/{}", objects["deployments"].0)).await.expect(200);
    bare.get(&format!("/teams/{}", objects["teams"].0)).await.expect(403);
}
