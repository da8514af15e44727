//! Reads from a copy that is behind.

use serde_json::{Value, json};
use sparki_control_plane::Faults;

use crate::world::{Reply, World, send, send_beyond_contract};

async fn faulty() -> World {
    World::with(|settings| settings.faults = Faults::Enabled).await
}

async fn hold(world: &World, wish: Value) -> Value {
    send_beyond_contract(world.root("PUT", "/_replica").json(&wish)).await.expect(200).body
}

fn revision(reply: &Reply) -> i64 {
    reply.header("sparki-revision").parse().unwrap()
}

/// What a read that asks for a revision is answered.
async fn read_at(world: &World, path: &str, revision: i64) -> Reply {
    send(world.admin().request("GET", path).header("sparki-min-revision", revision.to_string())).await
}

#[tokio::test]
async fn reads_are_as_many_revisions_behind_as_asked_for() {
    let world = faulty().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let path = format!("/workspaces/{}", workspace.id());
    hold(&world, json!({"lag_revisions": 2})).await;
    let mut etag = workspace.etag();
    for (written, seen) in
        [("one", Value::Null), ("two", Value::Null), ("three", json!("one")), ("four", json!("two"))]
    {
        etag = admin.patch(&path, &etag, json!({"description": written})).await.expect(200).etag();
        let read = admin.get(&path).await.expect(200);
        assert_eq!(read.body["description"], seen, "after {written}");
    }
    let shown = send_beyond_contract(world.root("GET", "/_replica")).await.expect(200).body;
    let behind = shown["primary_revision"].as_i64().unwrap() - shown["revision"].as_i64().unwrap();
    assert_eq!((behind, &shown["lag_revisions"]), (2, &json!(2)));
    hold(&world, json!({})).await;
    assert_eq!(admin.get(&path).await.expect(200).body["description"], "four");
}

#[tokio::test]
async fn every_way_of_reading_is_behind_and_a_wish_for_a_revision_is_met() {
    let world = faulty().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    hold(&world, json!({"lag_revisions": 1})).await;
    let project = admin.project(&workspace, "web").await;
    let path = format!("/projects/{}", project.id());
    let batch = async |revision: i64| {
        let items = json!({"items": [{"kind": "project", "id": project.id()}]});
        let request = admin.request("POST", "/resources:batchGet").json(&items);
        send(request.header("sparki-min-revision", revision.to_string())).await.expect(200)
    };
    let revision = revision(&project);
    admin.get(&path).await.expect(404);
    assert_eq!(admin.get("/projects").await.expect(200).body["data"], json!([]));
    assert_eq!(batch(revision - 1).await.body["data"][0]["status"], 404);

    read_at(&world, &path, revision).await.expect(200);
    assert_eq!(read_at(&world, "/projects", revision).await.body["data"][0]["id"], project.id());
    assert_eq!(batch(revision).await.body["data"][0]["status"], 200);
    read_at(&world, &path, revision - 1).await.expect(404);
}

#[tokio::test]
async fn reads_are_behind_by_a_time() {
    let world = faulty().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let project = admin.project(&workspace.id(), "web").await;
    let path = format!("/projects/{}", project.id());
    hold(&world, json!({"lag_ms": 5000})).await;
    let changed = admin.patch(&path, &project.etag(), json!({"language": "rust"})).await.expect(200);
    world.advance(4);
    assert_eq!(admin.get(&path).await.body["language"], Value::Null);
    world.advance(1);
    assert_eq!(admin.get(&path).await.body["language"], "rust");
    admin.delete(&path, &changed.etag()).await.expect(204);
    admin.get(&path).await.expect(200);
    world.advance(5);
    admin.get(&path).await.expect(404);
}

#[tokio::test]
async fn what_was_in_a_workspace_that_is_deleted_is_gone_although_the_copy_has_it() {
    let world = faulty().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let project = admin.project(&workspace.id(), "web").await;
    hold(&world, json!({"lag_revisions": 1})).await;
    let path = format!("/workspaces/{}", workspace.id());
    admin.delete(&format!("{path}?behavior=cascade"), &workspace.etag()).await.expect(204);
    let shown = send_beyond_contract(world.root("GET", "/_replica")).await.expect(200).body;
    assert_ne!(shown["revision"], shown["primary_revision"]);
    assert_eq!(admin.get(&path).await.expect(404).code(), "not_found");
    assert_eq!(admin.get(&format!("/projects/{}", project.id())).await.expect(404).code(), "not_found");
    let items = json!({"items": [{"kind": "project", "id": project.id()}]});
    let batch = send(admin.request("POST", "/resources:batchGet").json(&items)).await.expect(200);
    assert_eq!(batch.body["data"][0]["status"], 404);
}

#[tokio::test]
async fn what_no_copy_has_seen_is_replica_lagging_while_the_primary_is_out_of_reach() {
    let world = faulty().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let path = format!("/workspaces/{}", workspace.id());
    hold(&world, json!({"lag_revisions": 1})).await;
    let changed = admin.patch(&path, &workspace.etag(), json!({"description": "d"})).await.expect(200);
    let revision = revision(&changed);
    hold(&world, json!({"lag_revisions": 1, "primary": "unreachable"})).await;
    read_at(&world, &path, revision).await.expect(200);
    let lagging = read_at(&world, &path, revision + 1).await.expect(503);
    assert_eq!((lagging.code(), &lagging.body["retryable"]), ("replica_lagging", &json!(true)));
    assert_eq!(lagging.header("retry-after"), "1");
    let refused = admin.patch(&path, &changed.etag(), json!({"description": "e"})).await.expect(503);
    assert_eq!((refused.code(), &refused.body["retryable"]), ("internal", &json!(true)));
}

#[tokio::test]
async fn more_changes_than_copies_are_kept_lag_further_and_never_less() {
    let world = faulty().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let path = format!("/workspaces/{}", workspace.id());
    hold(&world, json!({"lag_revisions": 20})).await;
    let mut etag = workspace.etag();
    for number in 0..25_i64 {
        let change = admin.patch(&path, &etag, json!({"description": number.to_string()})).await.expect(200);
        etag = change.etag();
        let read = admin.get(&path).await.expect(200).body;
        let seen = read["description"].as_str().map_or(-1, |text| text.parse().unwrap());
        assert!(seen <= (number - 20).max(-1), "{seen} is not 20 behind {number}");
    }
}

#[tokio::test]
async fn a_wish_that_makes_no_sense_is_refused() {
    let world = faulty().await;
    let both =
        send_beyond_contract(world.root("PUT", "/_replica").json(&json!({"lag_revisions": 1, "lag_ms": 1})))
            .await;
    assert_eq!(both.expect(422).errors(), ["/lag_ms conflict"]);
    send_beyond_contract(world.root("DELETE", "/_replica")).await.expect(405);
    // What waits for news reads no copy, but reads the header all the same.
    for path in ["/workspaces", "/operations/0193a1b2-0000-7000-8000-000000000000"] {
        let request = world.admin().request("GET", path).header("sparki-min-revision", "soon");
        assert_eq!(send(request).await.expect(400).code(), "malformed", "{path}");
    }
    let honest = World::new().await;
    send_beyond_contract(honest.root("GET", "/_replica")).await.expect(404);
}

#[tokio::test]
async fn a_database_in_memory_has_no_past() {
    let world = World::with(|settings| {
        settings.faults = Faults::Enabled;
        settings.database = "sqlite::memory:".to_owned();
    })
    .await;
    let refused = send_beyond_contract(world.root("PUT", "/_replica").json(&json!({"lag_revisions": 1})))
        .await
        .expect(422);
    assert_eq!(refused.code(), "capability_unsupported");
}
