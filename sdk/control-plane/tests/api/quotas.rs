//! How many objects of a kind a workspace may have.

use serde_json::json;

use crate::world::World;

#[tokio::test]
async fn a_workspace_has_no_more_of_a_kind_than_its_quota() {
    let world = World::with(|settings| settings.quotas = vec!["projects=2".parse().unwrap()]).await;
    let admin = world.admin();
    let (workspace, other) = (admin.workspace("acme").await.id(), admin.workspace("other").await.id());
    let first = admin.project(&workspace, "one").await;
    admin.project(&workspace, "two").await;
    let body = |name: &str| json!({"workspace_id": workspace, "name": name, "git_url": "https://github.com/acme/three"});
    let refused = admin.post("/projects", body("three")).await.expect(429);
    assert_eq!((refused.code(), &refused.body["retryable"]), ("quota_exceeded", &json!(false)));
    assert_eq!((&refused.body["quota"], &refused.body["limit"]), (&json!("projects"), &json!(2)));
    assert_eq!(refused.header("retry-after"), "", "waiting does not help");
    admin.post("/projects?dry_run=true", body("three")).await.expect(429);
    assert_eq!(admin.post("/projects", body("two")).await.expect(409).code(), "already_exists");
    let refusals = "SELECT result FROM audit_logs WHERE result = 'refused:quota_exceeded'";
    assert_eq!(world.sql(refusals).await.len(), 2, "a quota is a decision, unlike a limit of requests");

    admin.project(&other, "one").await;
    admin.environment(&first.id(), "dev").await;
    admin.delete(&format!("/projects/{}?archive=true", first.id()), &first.etag()).await.expect(204);
    admin.post("/projects", body("three")).await.expect(201);
}
