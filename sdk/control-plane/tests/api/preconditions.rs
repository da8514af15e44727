//! ETags, If-Match, If-None-Match and dry runs.

use serde_json::{Value, json};

use crate::world::{World, send};

#[tokio::test]
async fn a_change_names_the_version_it_is_based_on() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let path = format!("/workspaces/{}", workspace.id());
    for request in [admin.request("PATCH", &path).json(&json!({"name": "x"})), admin.request("DELETE", &path)]
    {
        assert_eq!(send(request).await.expect(428).code(), "precondition_required");
    }
    world.advance(5);
    let second = admin.patch(&path, &workspace.etag(), json!({"description": "d"})).await.expect(200);
    world.advance(5);
    let third = admin.patch(&path, &second.etag(), json!({"name": "Acme"})).await.expect(200);

    let refused = admin.patch(&path, &workspace.etag(), json!({"name": "mine"})).await.expect(412);
    assert_eq!(refused.code(), "precondition_failed");
    assert_eq!(refused.body["changed_by"], "admin@localhost");
    assert_eq!(refused.body["changed_at"], "2026-01-01T00:00:10.000000Z");
    assert_eq!(refused.body["changed_fields"], json!(["description", "name"]));
    let refused = admin.delete(&path, &second.etag()).await.expect(412);
    assert_eq!(refused.body["changed_fields"], json!(["name"]));

    admin.patch(&path, &format!("\"other\", {}", third.etag()), json!({"name": "A"})).await.expect(200);
    admin.patch(&path, "*", json!({"name": "B"})).await.expect(200);
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let path = format!("/workspaces/{}", workspace.id());
    let read = async |tag: &str| send(admin.request("GET", &path).header("if-none-match", tag)).await;
    let same = read(&workspace.etag()).await.expect(304);
    assert_eq!((same.body, same.headers["etag"].to_str().unwrap()), (Value::Null, &*workspace.etag()));
    read(&format!("W/{}", workspace.etag())).await.expect(304);
    read("\"other\"").await.expect(200);
}

#[tokio::test]
async fn a_dry_run_checks_everything_and_changes_nothing() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let path = format!("/workspaces/{}", workspace.id());
    let lines = world.sql("SELECT id FROM audit_logs").await.len();

    let tried = admin.post("/workspaces?dry_run=true", json!({"name": "New One"})).await.expect(200);
    assert_eq!(tried.body["slug"], "new-one");
    let refused = admin.post("/workspaces?dry_run=true", json!({"name": "acme"})).await.expect(409);
    assert_eq!(refused.code(), "already_exists");
    admin.post("/workspaces?dry_run=true", json!({"name": 1})).await.expect(422);

    let dry = format!("{path}?dry_run=true");
    let tried = admin.patch(&dry, &workspace.etag(), json!({"name": "Other"})).await.expect(200);
    assert_eq!((tried.body["name"].as_str().unwrap(), tried.header("sparki-revision")), ("Other", ""));
    admin.patch(&dry, "\"1-old\"", json!({"name": "Other"})).await.expect(412);
    admin.delete(&dry, &workspace.etag()).await.expect(204);
    assert_eq!(admin.get(&path).await.expect(200).body, workspace.body);
    assert_eq!(admin.get("/workspaces").await.body["data"].as_array().unwrap().len(), 1);
    let successes = world.sql("SELECT id FROM audit_logs WHERE result = 'success'").await.len();
    assert_eq!(successes, lines);
    assert_eq!(
        admin.post("/workspaces?dry_run=maybe", json!({"name": "x"})).await.expect(400).code(),
        "malformed"
    );
}
