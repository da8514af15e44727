//! Members: invited, let in, suspended, gone.

use serde_json::{Value, json};

use crate::world::{Caller, Reply, World, send};

const JANE: &str = "jane@example.com";

async fn invite(admin: &Caller<'_>, workspace: &str, email: &str, roles: Value) -> Reply {
    admin
        .post("/workspace-members", json!({"workspace_id": workspace, "email": email, "role_ids": roles}))
        .await
}

/// The member that somebody is in a workspace.
async fn member(admin: &Caller<'_>, workspace: &str, email: &str) -> Reply {
    let found = admin.get(&format!("/workspace-members?workspace_id={workspace}&email={email}")).await;
    let id = found.body["data"][0]["id"].as_str().unwrap().to_owned();
    admin.get(&format!("/workspace-members/{id}")).await.expect(200)
}

/// Invites somebody who accepts.
async fn add(admin: &Caller<'_>, workspace: &str, person: &Caller<'_>, roles: Value) -> Reply {
    let email = person.get("/me").await.body["email"].as_str().unwrap().to_owned();
    let invited = invite(admin, workspace, &email, roles).await.expect(201);
    person.accept(&invited.id()).await
}

#[tokio::test]
async fn an_invitation_waits_for_the_user() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let invited = invite(&admin, &workspace, "Jane@Example.com", json!(["member"])).await.expect(201);
    let seen = |reply: &Reply| ["email", "status", "user_id"].map(|name| reply.body[name].clone());
    assert_eq!(seen(&invited), [json!(JANE), json!("invited"), Value::Null]);
    assert_eq!(invite(&admin, &workspace, JANE, json!([])).await.expect(409).code(), "already_exists");

    let jane = world.person("jane@example.com").await;
    assert_eq!(seen(&member(&admin, &workspace, JANE).await), seen(&invited), "nobody is let in unasked");
    jane.accept(&invited.id()).await;
    let active = member(&admin, &workspace, JANE).await;
    assert_eq!(seen(&active), [json!(JANE), json!("active"), json!(jane.id().await)]);
    jane.project(&workspace, "web").await;
    assert_eq!(jane.get("/me").await.body["workspaces"][0]["role"], "member");
}

#[tokio::test]
async fn an_answer_does_not_tell_whether_there_is_a_user() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let jane = world.person(JANE).await;
    let plain = |mut reply: Reply| {
        let document = reply.body.as_object_mut().unwrap();
        for name in ["id", "email"] {
            document.remove(name);
        }
        reply.body
    };
    for more in [json!({}), json!({"status": "suspended"})] {
        let mut answers = Vec::new();
        for email in [JANE, "nobody@example.com"] {
            let mut body = json!({"workspace_id": workspace, "email": email, "role_ids": ["member"]});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let added = admin.post("/workspace-members", body).await.expect(201);
            let path = format!("/workspace-members/{}", added.id());
            let active = admin.patch(&path, &added.etag(), json!({"status": "active"})).await.expect(422);
            assert_eq!(active.errors(), ["/status conflict"]);
            admin.delete(&path, &added.etag()).await.expect(204);
            answers.push(plain(added));
        }
        assert_eq!(answers[0], answers[1]);
    }
    let listed = jane.get("/me/invitations").await.expect(200).body;
    assert_eq!(listed, json!({"data": [], "next_cursor": null}));
}

#[tokio::test]
async fn only_who_is_invited_sees_accepts_and_declines() {
    let world = World::new().await;
    let admin = world.admin();
    let (acme, other) = (admin.workspace("acme").await.id(), admin.workspace("other").await.id());
    let (jane, joe) = (world.person(JANE).await, world.person("joe@example.com").await);
    let first = invite(&admin, &acme, JANE, json!(["viewer"])).await.expect(201);
    let second = invite(&admin, &other, JANE, json!([])).await.expect(201);
    let page = jane.get("/me/invitations?limit=1").await.expect(200).body;
    let expected = json!({
        "id": first.id(), "workspace_id": acme, "workspace_slug": "acme", "workspace_name": "acme", "role_ids": ["viewer"],
        "created_at": first.body["created_at"],
    });
    assert_eq!(page["data"], json!([expected]));
    let rest = format!("/me/invitations?cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(jane.get(&rest).await.expect(200).body["data"][0]["id"], json!(second.id()));

    let ask = |caller: &Caller<'_>, id: &str, verb: &str| {
        send(caller.request("POST", &format!("/me/invitations/{id}:{verb}")))
    };
    for verb in ["accept", "decline"] {
        assert_eq!(ask(&joe, &first.id(), verb).await.expect(404).code(), "not_found");
        ask(&admin, &first.id(), verb).await.expect(404);
        ask(&jane, "x", verb).await.expect(404);
    }
    assert_eq!(joe.get("/me/invitations").await.body["data"], json!([]));
    ask(&jane, &second.id(), "decline").await.expect(204);
    admin.get(&format!("/workspace-members/{}", second.id())).await.expect(404);
    let accepted = jane.accept(&first.id()).await;
    let again = jane.accept(&first.id()).await;
    assert_eq!(
        (again.etag(), &again.body),
        (accepted.etag(), &accepted.body),
        "the first answer may have been lost"
    );
    ask(&jane, &first.id(), "decline").await.expect(404);
    jane.get(&format!("/workspaces/{other}")).await.expect(404);
    let told = admin.get("/audit-events?resource_type=workspace_member&actor=jane@example.com").await.body;
    let told: Vec<&Value> =
        told["data"].as_array().unwrap().iter().map(|event| &event["event_type"]).collect();
    assert_eq!(told, ["workspace_member.delete", "workspace_member.update"]);
}

#[tokio::test]
async fn who_has_accepted_has_what_their_roles_give() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let jane = world.person(JANE).await;
    jane.get(&format!("/workspaces/{}", workspace.id())).await.expect(404);
    let invited = invite(&admin, &workspace.id(), JANE, json!(["viewer"])).await.expect(201);
    jane.get(&format!("/workspaces/{}", workspace.id())).await.expect(404);
    let added = jane.accept(&invited.id()).await;
    assert_eq!(added.body["status"], "active");
    jane.get(&format!("/workspaces/{}", workspace.id())).await.expect(200);

    let path = format!("/workspace-members/{}", added.id());
    let changed = admin.patch(&path, &added.etag(), json!({"role_ids": ["admin"]})).await.expect(200);
    invite(&jane, &workspace.id(), "joe@example.com", json!(["admin"])).await.expect(201);
    jane.patch(&path, &changed.etag(), json!({"role_ids": ["owner"]})).await.expect(403);
    invite(&jane, &workspace.id(), "joan@example.com", json!(["owner"])).await.expect(403);
}

#[tokio::test]
async fn a_suspended_member_sees_nothing() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let project = admin.project(&workspace, "web").await.id();
    let jane = world.person(JANE).await;
    let added = add(&admin, &workspace, &jane, json!(["member"])).await;
    let bound = json!({
        "workspace_id": workspace, "role_id": "viewer", "principal": {"type": "user", "id": jane.id().await},
    });
    admin.post("/role-bindings", bound).await.expect(201);
    jane.get(&format!("/projects/{project}")).await.expect(200);

    let path = format!("/workspace-members/{}", added.id());
    let suspended = admin.patch(&path, &added.etag(), json!({"status": "suspended"})).await.expect(200);
    jane.get(&format!("/projects/{project}")).await.expect(404);
    jane.get(&format!("/me/permissions?workspace_id={workspace}")).await.expect(404);
    assert_eq!(jane.get("/projects").await.body["data"], json!([]));
    assert_eq!(jane.get("/me").await.body["workspaces"], json!([]));
    let body = json!({"items": [{"kind": "project", "id": project}]});
    assert_eq!(jane.post("/resources:batchGet", body).await.body["data"][0]["status"], 404);

    let refused = admin.patch(&path, &suspended.etag(), json!({"status": "invited"})).await.expect(422);
    assert_eq!(refused.errors(), ["/status conflict"]);
    admin.patch(&path, &suspended.etag(), json!({"status": "active"})).await.expect(200);
    jane.get(&format!("/projects/{project}")).await.expect(200);
}

#[tokio::test]
async fn the_owner_stays_and_anybody_else_may_leave() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let owner = member(&admin, &workspace.id(), "admin@localhost").await;
    assert_eq!(owner.body["role_ids"], json!(["owner"]));
    let path = format!("/workspace-members/{}", owner.id());
    for body in [json!({"role_ids": ["admin"]}), json!({"status": "suspended"})] {
        assert_eq!(admin.patch(&path, &owner.etag(), body).await.expect(409).code(), "invalid_state");
    }
    assert_eq!(admin.delete(&path, &owner.etag()).await.expect(409).code(), "invalid_state");

    let jane = world.person(JANE).await;
    let added = add(&admin, &workspace.id(), &jane, json!(["viewer"])).await;
    jane.delete(&path, &owner.etag()).await.expect(403);
    jane.delete(&format!("/workspace-members/{}", added.id()), &added.etag()).await.expect(204);
    jane.get(&format!("/workspaces/{}", workspace.id())).await.expect(404);

    add(&admin, &workspace.id(), &jane, json!(["viewer"])).await;
    let handed = json!({"owner_id": jane.id().await});
    admin.patch(&format!("/workspaces/{}", workspace.id()), &workspace.etag(), handed).await.expect(200);
    let heir = member(&admin, &workspace.id(), JANE).await;
    assert_eq!(heir.body["role_ids"], json!(["owner"]));
    let former = member(&admin, &workspace.id(), "admin@localhost").await;
    assert_eq!(former.body["role_ids"], json!(["admin"]));
    admin.delete(&path, &former.etag()).await.expect(204);
}

#[tokio::test]
async fn an_admin_does_not_remove_an_owner() {
    let world = World::new().await;
    let owner = world.admin();
    let workspace = owner.workspace("acme").await.id();
    let (joan, jane) = (world.person("joan@example.com").await, world.person(JANE).await);
    let second = add(&owner, &workspace, &joan, json!(["owner"])).await;
    add(&owner, &workspace, &jane, json!(["admin"])).await;
    let path = format!("/workspace-members/{}", second.id());
    jane.delete(&path, &second.etag()).await.expect(403);
    jane.patch(&path, &second.etag(), json!({"status": "suspended"})).await.expect(403);
    owner.delete(&path, &second.etag()).await.expect(204);
}

#[tokio::test]
async fn a_role_of_the_workspaces_own_may_be_all_one_has() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let (web, other) = (admin.project(&workspace, "web").await, admin.project(&workspace, "other").await);
    let pipeline = admin.pipeline(&web.id(), "ci").await;
    let jane = world.person(JANE).await;
    let body = json!({"workspace_id": workspace, "name": "runner", "permissions": ["pipeline:*"]});
    let role = admin.post("/roles", body).await.expect(201).id();
    let added = add(&admin, &workspace, &jane, json!([role])).await;
    jane.get(&format!("/pipelines/{}", pipeline.id())).await.expect(200);
    assert_eq!(
        jane.get(&format!("/projects/{}", web.id())).await.expect(403).body["permission"],
        "project:read"
    );
    assert_eq!(jane.get("/projects").await.body["data"], json!([]));
    assert_eq!(jane.get("/me").await.body["workspaces"][0]["role"], Value::Null);

    // With nothing of their own, what is bound for one project is all they see.
    let path = format!("/workspace-members/{}", added.id());
    admin.patch(&path, &added.etag(), json!({"role_ids": []})).await.expect(200);
    let bound = json!({
        "workspace_id": workspace, "role_id": "viewer", "principal": {"type": "user", "id": jane.id().await},
        "scope": {"type": "project", "id": other.id()},
    });
    admin.post("/role-bindings", bound).await.expect(201);
    jane.get(&format!("/pipelines/{}", pipeline.id())).await.expect(403);
    let seen = jane.get("/projects").await.body["data"].clone();
    assert_eq!((seen[0]["slug"].as_str(), seen.as_array().unwrap().len()), (Some("other"), 1));
    let body = json!({"items": [{"kind": "project", "id": web.id()}, {"kind": "project", "id": other.id()}]});
    let batch = jane.post("/resources:batchGet", body).await.expect(200).body;
    assert_eq!((&batch["data"][0]["status"], &batch["data"][1]["status"]), (&json!(403), &json!(200)));
    jane.get(&format!("/events?workspace_id={workspace}")).await.expect(403);
}
