//! What each role may do, and what those without one may know.

use serde_json::json;
use sparki_control_plane::Role;

use crate::world::World;

#[tokio::test]
async fn a_viewer_reads_and_changes_nothing() {
    let world = World::new().await;
    let workspace = world.admin().workspace("acme").await;
    let project = world.admin().project(&workspace.id(), "web").await;
    let viewer = world.account("acme", Role::Viewer).await;
    let path = format!("/projects/{}", project.id());
    viewer.get(&path).await.expect(200);
    assert_eq!(viewer.get("/projects").await.body["data"].as_array().unwrap().len(), 1);
    let body = json!({"workspace_id": workspace.id(), "name": "api", "git_url": "git@h:o/r"});
    let refused = viewer.post("/projects", body).await.expect(403);
    assert_eq!(
        (refused.code(), &refused.body["permission"]),
        ("permission_denied", &json!("project:create"))
    );
    assert_eq!(refused.body["scope"], json!(workspace.id()));
    viewer.patch(&path, &project.etag(), json!({"name": "x"})).await.expect(403);
    viewer.delete(&path, &project.etag()).await.expect(403);
}

#[tokio::test]
async fn a_member_writes_below_the_workspace_only() {
    let world = World::new().await;
    let workspace = world.admin().workspace("acme").await;
    let member = world.account("acme", Role::Member).await;
    let project = member.project(&workspace.id(), "web").await;
    let environment = member.environment(&project.id(), "dev").await;
    member.target(&environment.id(), "main").await;
    let pipeline = member.pipeline(&project.id(), "ci").await;
    member.delete(&format!("/pipelines/{}", pipeline.id()), &pipeline.etag()).await.expect(204);
    let path = format!("/workspaces/{}", workspace.id());
    member.patch(&path, &workspace.etag(), json!({"name": "x"})).await.expect(403);
    member.delete(&path, &workspace.etag()).await.expect(403);
}

#[tokio::test]
async fn an_admin_changes_the_workspace_and_its_owner_deletes_it() {
    let world = World::new().await;
    let workspace = world.admin().workspace("acme").await;
    let path = format!("/workspaces/{}", workspace.id());
    let admin = world.account("acme", Role::Admin).await;
    let changed = admin.patch(&path, &workspace.etag(), json!({"name": "Acme"})).await.expect(200);
    assert_eq!(admin.delete(&path, &changed.etag()).await.expect(403).code(), "permission_denied");
    let me = admin.get("/me").await.body["user_id"].clone();
    let refused = admin.patch(&path, &changed.etag(), json!({"owner_id": me})).await.expect(403);
    assert_eq!(refused.body["permission"], "workspace:transfer");
    world.admin().delete(&path, &changed.etag()).await.expect(204);
}

#[tokio::test]
async fn an_owner_hands_over_to_a_member() {
    let world = World::new().await;
    let workspace = world.admin().workspace("acme").await;
    let path = format!("/workspaces/{}", workspace.id());
    let heir = world.account("acme", Role::Member).await;
    let heir_id = heir.get("/me").await.body["user_id"].clone();
    let stranger = "01890a5d-ac96-774b-bcce-b302099a8057";
    let refused =
        world.admin().patch(&path, &workspace.etag(), json!({"owner_id": stranger})).await.expect(422);
    assert_eq!(refused.errors(), ["/owner_id not_found"]);
    let handed =
        world.admin().patch(&path, &workspace.etag(), json!({"owner_id": heir_id})).await.expect(200);
    assert_eq!(handed.body["owner_id"], heir_id);
    assert_eq!(world.admin().get("/me").await.body["workspaces"][0]["role"], "admin");
    world.admin().delete(&path, &handed.etag()).await.expect(403);
    heir.delete(&path, &handed.etag()).await.expect(204);
}

#[tokio::test]
async fn what_one_is_no_member_of_does_not_exist() {
    let world = World::new().await;
    let workspace = world.admin().workspace("acme").await;
    let project = world.admin().project(&workspace.id(), "web").await;
    world.admin().workspace("other").await;
    let stranger = world.account("other", Role::Owner).await;
    let path = format!("/projects/{}", project.id());
    assert_eq!(stranger.get(&path).await.expect(404).code(), "not_found");
    stranger.patch(&path, &project.etag(), json!({"name": "x"})).await.expect(404);
    stranger.delete(&path, &project.etag()).await.expect(404);
    stranger.get(&format!("/workspaces/{}", workspace.id())).await.expect(404);
    let body = json!({"workspace_id": workspace.id(), "name": "api", "git_url": "git@h:o/r"});
    assert_eq!(stranger.post("/projects", body).await.expect(422).errors(), ["/workspace_id not_found"]);
    assert_eq!(stranger.get("/projects").await.body["data"], json!([]));
    let slugs = stranger.get("/workspaces").await.body["data"].as_array().unwrap().len();
    assert_eq!(slugs, 1);
    let body = json!({"items": [{"kind": "project", "id": project.id()}]});
    assert_eq!(stranger.post("/resources:batchGet", body).await.expect(200).body["data"][0]["status"], 404);
}
