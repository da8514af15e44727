//! Permissions: roles of a workspace's own, where they are bound, and what comes of it.

use serde_json::{Value, json};
use sparki_control_plane::Role;

use crate::world::{Caller, Reply, World};

/// Binds a role to a service account in a workspace.
async fn bind(admin: &Caller<'_>, workspace: &str, role: &str, more: Value) -> Reply {
    let mut body = json!({"workspace_id": workspace, "role_id": role});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    admin.post("/role-bindings", body).await
}

async fn principal(caller: &Caller<'_>) -> Value {
    json!({"type": "service_account", "id": caller.get("/me").await.body["user_id"]})
}

fn pipeline(project: &str) -> Value {
    json!({"project_id": project, "name": "ci", "configuration": crate::world::configuration()})
}

#[tokio::test]
async fn a_role_bound_for_a_project_reaches_what_is_in_it() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let (web, api) =
        (admin.project(&workspace, "web").await.id(), admin.project(&workspace, "api").await.id());
    let environment = admin.environment(&web, "dev").await;
    let viewer = world.account("acme", Role::Viewer).await;
    let target = json!({
        "environment_id": environment.id(), "name": "main", "platform": "render", "settings": {"service_id": "s"},
    });
    viewer.post("/pipelines", pipeline(&web)).await.expect(403);
    let bound = json!({"principal": principal(&viewer).await, "scope": {"type": "project", "id": web}});
    let binding = bind(&admin, &workspace, "member", bound.clone()).await.expect(201);
    assert_eq!(
        bind(&admin, &workspace, "member", bound).await.expect(409).body["existing_id"],
        json!(binding.id())
    );

    viewer.post("/pipelines", pipeline(&web)).await.expect(201);
    viewer.post("/deployment-targets", target).await.expect(201);
    let refused = viewer.post("/pipelines", pipeline(&api)).await.expect(403);
    assert_eq!(
        (&refused.body["permission"], &refused.body["scope"]),
        (&json!("pipeline:create"), &json!(api))
    );
    let body = json!({"workspace_id": workspace, "name": "new", "git_url": "git@h:o/r"});
    viewer.post("/projects", body).await.expect(403);

    admin.delete(&format!("/role-bindings/{}", binding.id()), &binding.etag()).await.expect(204);
    viewer.post("/pipelines", pipeline(&web)).await.expect(403);
}

#[tokio::test]
async fn a_role_bound_for_an_environment_does_not_reach_its_neighbours() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let web = admin.project(&workspace, "web").await.id();
    let (dev, live) = (admin.environment(&web, "dev").await, admin.environment(&web, "live").await);
    let viewer = world.account("acme", Role::Viewer).await;
    let scope = json!({"type": "environment", "id": dev.id()});
    bind(&admin, &workspace, "member", json!({"principal": principal(&viewer).await, "scope": scope}))
        .await
        .expect(201);
    let rename = json!({"name": "x"});
    viewer.patch(&format!("/environments/{}", dev.id()), &dev.etag(), rename.clone()).await.expect(200);
    viewer.patch(&format!("/environments/{}", live.id()), &live.etag(), rename).await.expect(403);
    viewer.post("/pipelines", pipeline(&web)).await.expect(403);
}

#[tokio::test]
async fn a_binding_ends_by_the_clock_of_the_server() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let viewer = world.account("acme", Role::Viewer).await;
    let more = json!({"principal": principal(&viewer).await, "expires_at": "2025-12-31T23:59:59Z"});
    let refused = bind(&admin, &workspace, "member", more).await.expect(422);
    assert_eq!(refused.errors(), ["/expires_at range"]);
    let more = json!({"principal": principal(&viewer).await, "expires_at": "2026-01-01T00:10:00Z"});
    bind(&admin, &workspace, "member", more).await.expect(201);
    viewer.project(&workspace, "web").await;
    world.advance(600);
    let body = json!({"workspace_id": workspace, "name": "api", "git_url": "git@h:o/r"});
    assert_eq!(viewer.post("/projects", body).await.expect(403).code(), "permission_denied");
}

#[tokio::test]
async fn a_binding_holds_for_requests_from_its_networks() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let viewer = world.account("acme", Role::Viewer).await;
    let condition = |network: &str| json!({"allowed_cidrs": [network]});
    let more = json!({"principal": principal(&viewer).await, "condition": condition("192.0.2.0/24")});
    let binding = bind(&admin, &workspace, "member", more).await.expect(201);
    let body = json!({"workspace_id": workspace, "name": "web", "git_url": "git@h:o/r"});
    viewer.post("/projects", body).await.expect(403);
    let path = format!("/role-bindings/{}", binding.id());
    let patch = json!({"condition": condition("127.0.0.0/8")});
    let changed = admin.patch(&path, &binding.etag(), patch).await.expect(200);
    assert_eq!(changed.body["condition"], condition("127.0.0.0/8"));
    viewer.project(&workspace, "web").await;
    let refused = admin.patch(&path, &changed.etag(), json!({"condition": {"branches": ["main"]}})).await;
    assert_eq!(
        refused.expect(422).errors(),
        ["/condition/allowed_cidrs required", "/condition/branches unknown_field"]
    );
}

#[tokio::test]
async fn a_role_is_its_permissions_and_those_it_inherits() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let role = async |name: &str, permissions: Value, inherits: Value| {
        let body = json!({
            "workspace_id": workspace, "name": name, "permissions": permissions, "inherits": inherits,
        });
        admin.post("/roles", body).await
    };
    let base = role("base", json!(["project:*"]), json!([])).await.expect(201);
    let all = json!(["project:create", "project:delete", "project:read", "project:update"]);
    assert_eq!(base.body["permissions_expanded"], all);
    let heir = role("heir", json!([]), json!([base.id()])).await.expect(201);
    assert_eq!(heir.body["permissions_expanded"], all);

    let path = format!("/roles/{}", base.id());
    admin.patch(&path, &base.etag(), json!({"permissions": ["project:read"]})).await.expect(200);
    let followed = admin.get(&format!("/roles/{}", heir.id())).await.expect(200);
    assert_eq!(followed.body["permissions_expanded"], json!(["project:read"]));
    assert_ne!(followed.etag(), heir.etag());

    let refused =
        role("bad", json!(["project:fly", "all", "*"]), json!(["owners", heir.id()])).await.expect(422);
    assert_eq!(refused.errors(), ["/inherits/0 format", "/permissions/0 format", "/permissions/1 format"]);
    let stranger = "01890a5d-ac96-774b-bcce-b302099a8057";
    let refused = role("bad", json!([]), json!([stranger])).await.expect(422);
    assert_eq!(refused.errors(), ["/inherits/0 not_found"]);
    assert_eq!(role("viewer", json!([]), json!([])).await.expect(422).errors(), ["/name format"]);

    let base = admin.get(&path).await;
    let circle = admin.patch(&path, &base.etag(), json!({"inherits": [heir.id()]})).await.expect(409);
    assert_eq!((circle.code(), &circle.body["path"]), ("cycle", &json!(["base", "heir", "base"])));
    let in_use = admin.delete(&path, &base.etag()).await.expect(409);
    assert_eq!(in_use.body["dependents"][0]["name"], "heir");
}

#[tokio::test]
async fn nobody_lets_others_have_what_they_lack() {
    let world = World::new().await;
    let owner = world.admin();
    let workspace = owner.workspace("acme").await.id();
    let web = owner.project(&workspace, "web").await.id();
    let admin = world.account("acme", Role::Admin).await;
    let viewer = world.account("acme", Role::Viewer).await;
    let to_viewer = async || json!({"principal": principal(&viewer).await});

    let refused = bind(&admin, &workspace, "owner", to_viewer().await).await.expect(403);
    assert_eq!(refused.body["permission"], "workspace:delete");
    let body = json!({"workspace_id": workspace, "name": "all", "permissions": ["*"]});
    admin.post("/roles", body.clone()).await.expect(403);
    let all = owner.post("/roles", body).await.expect(201);
    admin.patch(&format!("/roles/{}", all.id()), &all.etag(), json!({"permissions": []})).await.expect(403);
    let ticket = owner
        .post("/roles", json!({"workspace_id": workspace, "name": "deputy", "inherits": ["viewer"]}))
        .await
        .expect(201);
    admin
        .patch(&format!("/roles/{}", ticket.id()), &ticket.etag(), json!({"inherits": ["owner"]}))
        .await
        .expect(403);

    let by_owner = bind(&owner, &workspace, "owner", to_viewer().await).await.expect(201);
    admin.delete(&format!("/role-bindings/{}", by_owner.id()), &by_owner.etag()).await.expect(403);
    owner.delete(&format!("/role-bindings/{}", by_owner.id()), &by_owner.etag()).await.expect(204);

    // What is lent is not handed on.
    let mut lent = to_viewer().await;
    lent["expires_at"] = json!("2026-02-01T00:00:00Z");
    bind(&owner, &workspace, "admin", lent).await.expect(201);
    viewer.project(&workspace, "api").await;
    let scope = json!({"type": "project", "id": web});
    let more = json!({"principal": principal(&viewer).await, "scope": scope});
    bind(&viewer, &workspace, "member", more).await.expect(403);
}

#[tokio::test]
async fn one_learns_what_one_may_do_and_why() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let web = admin.project(&workspace, "web").await.id();
    let dev = admin.environment(&web, "dev").await.id();
    let viewer = world.account("acme", Role::Viewer).await;
    let more = json!({"principal": principal(&viewer).await, "scope": {"type": "project", "id": web}});
    let binding = bind(&admin, &workspace, "member", more).await.expect(201).id();

    let at = async |query: String| viewer.get(&format!("/me/permissions?{query}")).await;
    let sources = |reply: &Reply, permission: &str| {
        let permissions = reply.body["permissions"].as_array().unwrap();
        let held = permissions.iter().find(|held| held["permission"] == permission);
        held.map_or(Value::Null, |held| held["sources"].clone())
    };
    let whole = at(format!("workspace_id={workspace}")).await.expect(200);
    assert_eq!(
        sources(&whole, "project:read"),
        json!([{"type": "membership", "role_id": "viewer", "role_binding": null}])
    );
    assert_eq!(sources(&whole, "pipeline:create"), Value::Null);
    let there = at(format!("environment_id={dev}")).await.expect(200);
    assert_eq!((&there.body["project_id"], &there.body["workspace_id"]), (&json!(web), &json!(workspace)));
    let from = &sources(&there, "deployment_target:create")[0];
    let bound = &from["role_binding"];
    assert_eq!((&bound["id"], &bound["scope_type"]), (&json!(binding), &json!("project")));

    assert_eq!(at(format!("workspace_id={web}")).await.expect(404).code(), "not_found");
    let other = admin.workspace("other").await.id();
    at(format!("workspace_id={other}&project_id={web}")).await.expect(404);
    at(String::new()).await.expect(400);
    let catalogue = viewer.get("/permissions").await.expect(200).body;
    let create =
        catalogue["data"].as_array().unwrap().iter().find(|one| one["permission"] == "project:create");
    assert_eq!(create.unwrap()["built_in_roles"], json!(["member", "admin", "owner"]));
}

#[tokio::test]
async fn a_workspace_is_closed_to_other_networks() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let project = admin.project(&workspace.id(), "web").await.id();
    let path = format!("/workspaces/{}", workspace.id());
    let closed = |network: &str| json!({"security": {"allowed_cidrs": [network]}});
    let refused = admin.patch(&path, &workspace.etag(), closed("192.0.2.0/24")).await.expect(422);
    assert_eq!(refused.errors(), ["/security/allowed_cidrs own_network"]);
    admin.patch(&path, &workspace.etag(), closed("127.0.0.1/32")).await.expect(200);
    admin.get(&path).await.expect(200);

    let outside = admin.from("127.0.0.2");
    let refused = outside.get(&path).await.expect(403);
    assert_eq!((refused.code(), &refused.body["scope"]), ("permission_denied", &json!(workspace.id())));
    outside.get(&format!("/projects/{project}")).await.expect(403);
    assert_eq!(outside.get("/projects").await.expect(200).body["data"], json!([]));
    assert_eq!(outside.get("/workspaces").await.expect(200).body["data"], json!([]));
    let body = json!({"items": [{"kind": "project", "id": project}]});
    let batch = outside.post("/resources:batchGet", body).await.expect(200);
    assert_eq!(
        (&batch.body["data"][0]["status"], &batch.body["data"][0]["resource"]),
        (&json!(403), &Value::Null)
    );
}
