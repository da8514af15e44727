//! The audit log over the API.

use serde_json::{Value, json};
use sparki_control_plane::Role;

use crate::world::{Caller, ON_POSTGRES, World};

/// The event types of a list, in its order.
async fn types(caller: &Caller<'_>, query: &str) -> Vec<String> {
    let page = caller.get(&format!("/audit-events{query}")).await.expect(200);
    let events = page.body["data"].as_array().unwrap().iter();
    events.map(|event| event["event_type"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn events_are_listed_in_either_order_and_page_by_page() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let project = admin.project(&workspace.id(), "web").await;
    admin.delete(&format!("/projects/{}", project.id()), &project.etag()).await.expect(204);
    assert_eq!(types(&admin, "").await, ["workspace.create", "project.create", "project.delete"]);
    assert_eq!(types(&admin, "?order=desc&limit=2").await, ["project.delete", "project.create"]);

    for (order, expected) in [
        ("asc", ["workspace.create", "project.create", "project.delete"]),
        ("desc", ["project.delete", "project.create", "workspace.create"]),
    ] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let query = format!("/audit-events?order={order}&limit=2{cursor}");
            let page = admin.get(&query).await.expect(200).body;
            seen.extend(page["data"].as_array().unwrap().clone());
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        let seen: Vec<&Value> = seen.iter().map(|event| &event["event_type"]).collect();
        assert_eq!(seen, expected);
    }
    let list = admin.get("/audit-events?limit=1").await.body;
    let first = &list["data"][0];
    assert_eq!(first["revision"].to_string(), workspace.header("sparki-revision"));
    assert_eq!((&first["actor"], &first["result"]), (&json!("admin@localhost"), &json!("success")));
    assert_eq!(first["details"]["after"]["slug"], "acme");
    admin.get("/audit-events?cursor=x").await.expect(400);
}

#[tokio::test]
async fn events_are_found_by_what_they_are() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    admin.workspace("other").await;
    let project = admin.project(&workspace, "web").await;
    world.advance(60);
    let path = format!("/projects/{}", project.id());
    admin.patch(&path, &project.etag(), json!({"name": "Web"})).await.expect(200);
    admin.patch(&path, &project.etag(), json!({"name": "web"})).await.expect(412);
    let me = admin.get("/me").await.body["user_id"].as_str().unwrap().to_owned();

    let changes = ["project.update", "project.update"];
    assert_eq!(types(&admin, "?action=update").await, changes);
    assert_eq!(types(&admin, "?since=2026-01-01T00:01:00Z").await, changes);
    assert_eq!(types(&admin, "?until=2026-01-01T00:01:00Z&resource_type=project").await, ["project.create"]);
    assert_eq!(types(&admin, "?result=refused").await, ["project.update"]);
    assert_eq!(types(&admin, "?result=success&action=update").await, ["project.update"]);
    assert_eq!(types(&admin, &format!("?resource_id={}", project.id())).await.len(), 3);
    assert_eq!(types(&admin, &format!("?workspace_id={workspace}")).await.len(), 4);
    assert_eq!(types(&admin, "?event_type=workspace.create").await.len(), 2);
    for actor in [me.as_str(), "admin@localhost"] {
        assert_eq!(types(&admin, &format!("?actor={actor}")).await.len(), 5);
    }
    assert!(types(&admin, "?actor=nobody").await.is_empty());
    admin.get("/audit-events?since=yesterday").await.expect(400);
    admin.get("/audit-events?surprise=1").await.expect(400);
}

#[tokio::test]
async fn only_admins_see_what_others_did() {
    let world = World::new().await;
    let admin = world.admin();
    let acme = admin.workspace("acme").await.id();
    let other = admin.workspace("other").await.id();
    let viewer = world.account("acme", Role::Viewer).await;
    let refused = viewer.get(&format!("/audit-events?workspace_id={acme}")).await.expect(403);
    assert_eq!(refused.body["permission"], "audit_event:read");
    assert_eq!(types(&viewer, "").await, ["session.token"], "what they did outside of any workspace");
    viewer.get(&format!("/audit-events?workspace_id={other}")).await.expect(404);
    viewer.get("/audit-events:verify").await.expect(403);

    let second = world.account("acme", Role::Admin).await;
    let seen = types(&second, "?resource_type=workspace").await;
    assert_eq!(seen, ["workspace.create"], "of their own workspace only");
}

#[tokio::test]
async fn the_chain_is_checked_over_the_api() {
    let world = World::new().await;
    let admin = world.admin();
    admin.workspace("acme").await;
    admin.workspace("other").await;
    let whole = admin.get("/audit-events:verify").await.expect(200).body;
    let at = "2026-01-01T00:00:00.000000Z";
    assert_eq!(whole, json!({"state": "whole", "lines": 2, "broken_at": null, "checked_at": at}));
    let unlock = if ON_POSTGRES {
        "DROP TRIGGER audit_logs_no_change ON audit_logs"
    } else {
        "DROP TRIGGER audit_logs_no_delete"
    };
    world.tamper(unlock).await.unwrap();
    let second = world.sql("SELECT id FROM audit_logs WHERE seq = 2").await.remove(0);
    world.tamper("DELETE FROM audit_logs WHERE seq = 1").await.unwrap();
    assert_eq!(admin.get("/audit-events:verify").await.expect(200).body, whole, "it was just looked");
    world.advance(60);
    let broken = admin.get("/audit-events:verify").await.expect(200).body;
    let at = "2026-01-01T00:01:00.000000Z";
    assert_eq!(broken, json!({"state": "broken", "lines": null, "broken_at": second, "checked_at": at}));
}

#[tokio::test]
async fn a_check_says_nothing_about_the_workspaces_of_others() {
    let world = World::new().await;
    let admin = world.admin();
    admin.workspace("acme").await;
    let other = admin.workspace("other").await;
    admin.project(&other.id(), "web").await;
    let mine = world.account("acme", Role::Admin).await;
    let whole = mine.get("/audit-events:verify").await.expect(200).body;
    assert_eq!(
        (&whole["state"], &whole["lines"]),
        (&json!("whole"), &json!(2)),
        "the workspace and the account"
    );
    let unlock = if ON_POSTGRES {
        "DROP TRIGGER audit_logs_no_change ON audit_logs"
    } else {
        "DROP TRIGGER audit_logs_no_update"
    };
    world.tamper(unlock).await.unwrap();
    world.tamper("UPDATE audit_logs SET actor = 'nobody' WHERE event_type = 'project.create'").await.unwrap();
    world.advance(60);
    let broken = mine.get("/audit-events:verify").await.expect(200).body;
    assert_eq!((&broken["state"], &broken["broken_at"]), (&json!("broken"), &Value::Null));
    let line = world.sql("SELECT id FROM audit_logs WHERE event_type = 'project.create'").await.remove(0);
    assert_eq!(admin.get("/audit-events:verify").await.expect(200).body["broken_at"], json!(line));
}

#[tokio::test]
async fn a_check_counts_as_ten_requests() {
    let world = World::with(|settings| settings.rate_limit_per_hour = 100).await;
    world.admin().workspace("acme").await;
    let reply = world.admin().get("/audit-events:verify").await.expect(200);
    assert_eq!(reply.header("x-ratelimit-remaining"), "89");
}

#[tokio::test]
async fn a_page_of_lines_is_no_larger_than_a_client_reads() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let project = admin.project(&workspace, "web").await.id();
    let step = json!({"name": "step", "command": "x".repeat(10_000)});
    let stages = json!([{"name": "stage", "steps": vec![step; 90]}]);
    for name in 0..12 {
        let body = json!({
            "project_id": project, "name": name.to_string(), "configuration": {"version": "v1", "stages": stages},
        });
        admin.post("/pipelines", body).await.expect(201);
    }
    let path = format!("/audit-events?workspace_id={workspace}&limit=200");
    let first = admin.get(&path).await.expect(200).body;
    let cursor = first["next_cursor"].as_str().expect("there is more than there is room for");
    let second = admin.get(&format!("{path}&cursor={cursor}")).await.expect(200).body;
    assert_eq!(second["next_cursor"], Value::Null);
    let pages = [&first, &second].map(|page| page["data"].as_array().unwrap().len());
    assert_eq!(pages.iter().sum::<usize>(), 14, "{pages:?}");
}
