//! The audit log.

use serde_json::{Value, json};
use sparki_control_plane::{Role, Verdict, verify_audit_log};

use crate::world::{ON_POSTGRES, World, send};

#[tokio::test]
async fn every_change_and_every_refusal_has_a_line() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let path = format!("/workspaces/{}", workspace.id());
    let changed = admin.patch(&path, &workspace.etag(), json!({"description": "d"})).await.expect(200);
    admin.patch(&path, &workspace.etag(), json!({"name": "x"})).await.expect(412);
    admin.post("/workspaces", json!({})).await.expect(422);
    let viewer = world.account("acme", Role::Viewer).await;
    viewer.delete(&path, &changed.etag()).await.expect(403);
    send(world.request("GET", "/me")).await.expect(401);
    admin.delete(&path, &changed.etag()).await.expect(204);
    let lines = world
        .sql(
            "SELECT event_type || ' ' || result || CASE WHEN workspace_id IS NULL THEN ' 0' ELSE ' 1' END || \
             CASE WHEN resource_id IS NULL THEN ' 0' ELSE ' 1' END FROM audit_logs ORDER BY seq",
        )
        .await;
    assert_eq!(
        lines,
        [
            "workspace.create success 1 1",
            "workspace.update success 1 1",
            "workspace.update refused:precondition_failed 1 1",
            "workspace.create refused:validation_failed 0 0",
            "service_account.create success 1 1",
            "session.token success 0 0",
            "workspace.delete refused:permission_denied 1 1",
            "request.authenticate refused:token_invalid 0 0",
            "workspace.delete success 1 1",
        ]
    );
    let verdict = verify_audit_log(&world.database).await.unwrap();
    assert_eq!(verdict, Verdict::Whole { lines: 9 });
}

#[tokio::test]
async fn a_line_says_who_what_and_from_where() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let request = admin
        .request("PATCH", &format!("/workspaces/{}", workspace.id()))
        .header("if-match", workspace.etag())
        .header("user-agent", "test/1")
        .header("x-correlation-id", "abc");
    send(request.json(&json!({"description": "d"}))).await.expect(200);
    let lines = world
        .sql(
            "SELECT actor || ' ' || ip_address || ' ' || user_agent || ' ' || correlation_id || ' ' || created_at \
             FROM audit_logs ORDER BY seq DESC LIMIT 1",
        )
        .await;
    assert_eq!(lines, ["admin@localhost 127.0.0.1 test/1 abc 2026-01-01T00:00:00.000000Z"]);
    let details = world.sql("SELECT details FROM audit_logs ORDER BY seq DESC LIMIT 1").await;
    let details: Value = serde_json::from_str(&details[0]).unwrap();
    let expected = json!({
        "changed_fields": ["description"], "before": {"description": null}, "after": {"description": "d"},
    });
    assert_eq!(details, expected);
}

#[tokio::test]
async fn the_log_cannot_be_changed_quietly() {
    let world = World::new().await;
    world.admin().workspace("acme").await;
    world.admin().workspace("other").await;
    assert!(world.tamper("UPDATE audit_logs SET actor = 'nobody'").await.is_err());
    assert!(world.tamper("DELETE FROM audit_logs").await.is_err());
    // Whoever removes the lock first is found out all the same.
    let unlock = if ON_POSTGRES {
        "DROP TRIGGER audit_logs_no_change ON audit_logs"
    } else {
        "DROP TRIGGER audit_logs_no_update"
    };
    world.tamper(unlock).await.unwrap();
    world.tamper("UPDATE audit_logs SET actor = 'nobody' WHERE seq = 1").await.unwrap();
    let first = world.sql("SELECT id FROM audit_logs WHERE seq = 1").await.remove(0);
    assert_eq!(verify_audit_log(&world.database).await.unwrap(), Verdict::Broken { line: first });
}

#[tokio::test]
async fn of_a_flood_one_line_an_hour_is_kept() {
    let world = World::with(|settings| settings.rate_limit_per_hour = 1).await;
    let admin = world.admin();
    let change = || admin.post("/workspaces", json!({"name": "acme"}));
    change().await.expect(201);
    for _ in 0..3 {
        assert_eq!(change().await.expect(429).code(), "rate_limited");
    }
    world.admin().get("/me").await.expect(429);
    for _ in 0..3 {
        send(world.request("POST", "/auth/refresh").json(&json!({"refresh_token": "x"}))).await;
    }
    world.advance(3600);
    world.admin().get("/me").await.expect(200);
    change().await.expect(429);
    let lines = world
        .sql("SELECT event_type || ' ' || details FROM audit_logs WHERE result = 'refused:rate_limited' ORDER BY seq")
        .await;
    let expected = [
        r#"workspace.create {"left_out":0}"#,
        r#"request.create {"left_out":0}"#,
        r#"workspace.create {"left_out":2}"#,
    ];
    assert_eq!(lines, expected);
}
