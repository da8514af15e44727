//! Teams, who is in them, and what they have from them.

use serde_json::{Value, json};
use sparki_control_plane::Role;

use crate::world::{Caller, Reply, World};

async fn team(admin: &Caller<'_>, workspace: &str, slug: &str, parent: Value) -> Reply {
    let body = json!({"workspace_id": workspace, "name": slug, "parent_team_id": parent});
    admin.post("/teams", body).await
}

async fn bind(admin: &Caller<'_>, workspace: &str, role: &str, team: &str) -> Reply {
    let principal = json!({"type": "team", "id": team});
    admin
        .post("/role-bindings", json!({"workspace_id": workspace, "role_id": role, "principal": principal}))
        .await
}

#[tokio::test]
async fn who_is_in_a_team_has_what_it_and_its_parents_have() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let viewer = world.account("acme", Role::Viewer).await;
    let all = team(&admin, &workspace, "engineering", Value::Null).await.expect(201);
    let part = team(&admin, &workspace, "platform", json!(all.id())).await.expect(201);
    bind(&admin, &workspace, "member", &all.id()).await.expect(201);
    let body = json!({"workspace_id": workspace, "name": "web", "git_url": "git@h:o/r"});
    viewer.post("/projects", body.clone()).await.expect(403);

    let edge = json!({"team_id": part.id(), "user_id": viewer.id().await});
    let membership = admin.post("/team-memberships", edge.clone()).await.expect(201);
    assert_eq!(admin.post("/team-memberships", edge).await.expect(409).code(), "already_exists");
    viewer.post("/projects", body.clone()).await.expect(201);
    let why = viewer.get(&format!("/me/permissions?workspace_id={workspace}")).await.expect(200).body;
    let permissions = why["permissions"].as_array().unwrap();
    let create = permissions.iter().find(|held| held["permission"] == "project:create").unwrap();
    assert_eq!(create["sources"][0]["role_binding"]["principal_id"], json!(all.id()));

    viewer.delete(&format!("/team-memberships/{}", membership.id()), &membership.etag()).await.expect(204);
    let body = json!({"workspace_id": workspace, "name": "api", "git_url": "git@h:o/r"});
    viewer.post("/projects", body).await.expect(403);
}

#[tokio::test]
async fn teams_are_never_parts_of_one_another() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let outer = team(&admin, &workspace, "outer", Value::Null).await.expect(201);
    let inner = team(&admin, &workspace, "inner", json!(outer.id())).await.expect(201);
    let path = format!("/teams/{}", outer.id());
    let refused = admin.patch(&path, &outer.etag(), json!({"parent_team_id": inner.id()})).await.expect(409);
    assert_eq!(refused.body["path"], json!(["outer", "inner", "outer"]));
    let refused = admin.patch(&path, &outer.etag(), json!({"parent_team_id": outer.id()})).await.expect(409);
    assert_eq!(refused.body["path"], json!(["outer", "outer"]));
    let elsewhere = admin.workspace("other").await.id();
    let refused = team(&admin, &elsewhere, "x1", json!(outer.id())).await.expect(422);
    assert_eq!(refused.errors(), ["/parent_team_id not_found"]);
    let in_use = admin.delete(&path, &outer.etag()).await.expect(409);
    assert_eq!(in_use.body["dependents"][0]["name"], "inner");
    admin.delete(&format!("/teams/{}", inner.id()), &inner.etag()).await.expect(204);
    admin.delete(&path, &outer.etag()).await.expect(204);
}

#[tokio::test]
async fn a_team_is_no_way_around() {
    let world = World::new().await;
    let owner = world.admin();
    let workspace = owner.workspace("acme").await.id();
    let admin = world.account("acme", Role::Admin).await;
    let owners = team(&owner, &workspace, "owners", Value::Null).await.expect(201);
    bind(&owner, &workspace, "owner", &owners.id()).await.expect(201);
    let below = team(&admin, &workspace, "below", Value::Null).await.expect(201);
    let edge = |team: &Reply, user: &str| json!({"team_id": team.id(), "user_id": user});
    let me = admin.id().await;
    admin.post("/team-memberships", edge(&below, &me)).await.expect(201);

    let refused = admin.post("/team-memberships", edge(&owners, &me)).await.expect(403);
    assert_eq!(refused.body["permission"], "workspace:delete");
    bind(&admin, &workspace, "owner", &below.id()).await.expect(403);
    let path = format!("/teams/{}", below.id());
    admin.patch(&path, &below.etag(), json!({"parent_team_id": owners.id()})).await.expect(403);
    admin.delete(&format!("/teams/{}", owners.id()), &owners.etag()).await.expect(403);

    let elsewhere = owner.workspace("other").await.id();
    let other = team(&owner, &elsewhere, "other", Value::Null).await.expect(201);
    let refused = owner.post("/team-memberships", edge(&other, &me)).await.expect(422);
    assert_eq!(refused.errors(), ["/user_id not_found"]);
}
