//! What guards an environment cannot be gone around: not by another door, and not by whoever only deploys.

use serde_json::{Value, json};
use sparki_control_plane::Role;

use crate::{
    builds::COMMIT,
    delivery::Place,
    promoting::{approve, place},
    receiver::Receiver,
    world::{World, send},
};

/// A build that has succeeded and can be released.
async fn built(place: &Place<'_>) -> String {
    let pipeline = place.admin.pipeline(&place.project, "ci").await.id();
    let digest = format!("sha256:{}", "ab".repeat(32));
    let artifacts = json!([{"name": "web", "uri": "oci://r/web", "digest": digest}]);
    let built = json!({
        "pipeline_id": pipeline, "commit_sha": COMMIT, "status": "success", "branch": "main", "artifacts": artifacts,
    });
    place.admin.post("/builds", built).await.expect(201).id()
}

#[tokio::test]
async fn what_is_deployed_directly_passes_the_same_gates() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    let build = built(&place).await;
    let by_build = json!({"environment_id": place.environment, "build_id": build});
    let release = place.release_with("v1", json!({"build_id": build, "artifacts": null})).await;

    let gate = place.gate("people", json!({"approval": {}})).await;
    let refused = place.ask(&release).await.expect(409);
    assert_eq!(
        (&refused.body["state"], &refused.body["gates"]),
        (&json!("gates_closed"), &json!(["people"]))
    );
    let refused = place.admin.post("/deployments", by_build.clone()).await.expect(409);
    assert_eq!(refused.body["state"], "gates_closed");
    let advisory = json!({"enforcement": "advisory"});
    place.admin.patch(&format!("/environment-gates/{}", gate.id()), &gate.etag(), advisory).await.expect(200);
    place.carry_out(place.ask(&release).await.expect(202)).await;

    // Blocked is blocked, whatever it is called.
    let block = json!({"release_id": release, "reason": "leaks"});
    place.admin.post("/release-blocks", block).await.expect(201);
    assert_eq!(place.ask(&release).await.expect(409).body["state"], "blocked");
    let refused = place.admin.post("/deployments", by_build).await.expect(409);
    assert_eq!(refused.body["state"], "blocked");

    let policy = json!({"promotion_policy": {"min_approvals": 1}});
    let path = format!("/workspaces/{}", place.workspace);
    place.admin.patch(&path, "*", policy).await.expect(200);
    let second = place.release("v2").await;
    assert_eq!(place.ask(&second).await.expect(409).body["gates"], json!(["promotion_policy"]));
}

#[tokio::test]
async fn a_service_account_approves_only_where_it_is_named() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    let gate = place.gate("people", json!({"approval": {"from": ["member"]}})).await;
    let program = world.account("acme", Role::Member).await;
    let release = place.release("v1").await;
    let asked = place.promote(&release, json!({})).await.expect(202);
    approve(&program, &asked).await.expect(403);
    let address = program.get("/me").await.expect(200).body["email"].clone();
    let named = json!({"approval": {"from": [address]}});
    place.admin.patch(&format!("/environment-gates/{}", gate.id()), &gate.etag(), named).await.expect(200);
    let asked = place.promote(&release, json!({})).await.expect(202);
    approve(&program, &asked).await.expect(200);
    assert_eq!(place.ended(&asked).await.body["status"], "succeeded");

    let nobody =
        json!({"environment_id": place.environment, "name": "typo", "approval": {"from": ["membre"]}});
    let refused = place.admin.post("/environment-gates", nobody).await.expect(422);
    assert_eq!(refused.errors(), ["/approval/from/0 not_found"]);
}

#[tokio::test]
async fn what_was_put_back_is_ahead_and_not_a_way_back() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    let first = place.bring("v1").await;
    let second = place.bring("v2").await;
    place.gate("people", json!({"approval": {}})).await;
    let back = place.promote(&first, json!({"operation": "rollback"})).await.expect(202);
    let back = place.ended(&back).await;
    assert_eq!(back.body["status"], "succeeded");
    let refused = place.plan(&second, "rollback").await.expect(409);
    assert_eq!(refused.body["state"], "put_back");
    // The other door: undoing the deployment that went back.
    let deployment = place.environment().await["current_deployment"]["id"].clone();
    let path = format!("/deployments/{}:rollback", deployment.as_str().unwrap());
    let refused = place.admin.post(&path, json!({})).await.expect(409);
    assert_eq!(refused.body["state"], "nothing_to_roll_back_to");
    let gates = place.plan(&second, "promote").await.expect(200).body["gates"].clone();
    assert!(gates.as_array().unwrap().iter().any(|gate| gate["status"] == "pending"), "{gates:#}");
    assert_eq!(place.current_version().await, "v1");
}

#[tokio::test]
async fn no_way_leads_back_across_migrations() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    let build = built(&place).await;
    let first = place.release_with("v1", json!({"build_id": build, "artifacts": null})).await;
    place.carry_out(place.ask(&first).await.expect(202)).await;
    let moving = place.release_with("v2", json!({"irreversible_migrations": true})).await;
    let asked = place.promote(&moving, json!({})).await.expect(202);
    assert_eq!(place.ended(&asked).await.body["status"], "succeeded");
    for operation in ["promote", "rollback"] {
        let refused = place.plan(&first, operation).await.expect(409);
        assert_eq!(refused.body["state"], "irreversible_migrations", "{operation}");
    }
    assert_eq!(place.ask(&first).await.expect(409).body["state"], "irreversible_migrations");
    let by_build = json!({"environment_id": place.environment, "build_id": build});
    let refused = place.admin.post("/deployments", by_build).await.expect(409);
    assert_eq!(refused.body["state"], "irreversible_migrations");
    place.bring("v3").await;
}

#[tokio::test]
async fn a_build_that_came_without_a_release_does_not_come_back_across_migrations_either() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    let build = built(&place).await;
    let by_build = json!({"environment_id": place.environment, "build_id": build});
    place.carry_out(place.admin.post("/deployments", by_build.clone()).await.expect(202)).await;
    let moving = place.release_with("v2", json!({"irreversible_migrations": true})).await;
    place.carry_out(place.ask(&moving).await.expect(202)).await;
    let refused = place.admin.post("/deployments", by_build.clone()).await.expect(409);
    assert_eq!(refused.body["state"], "irreversible_migrations");
    // A release that is made of it afterwards is no other door.
    let late = place.release_with("v3", json!({"build_id": build, "artifacts": null})).await;
    assert_eq!(place.plan(&late, "promote").await.expect(409).body["state"], "irreversible_migrations");
    assert_eq!(place.ask(&late).await.expect(409).body["state"], "irreversible_migrations");
    let refused = place.admin.post("/deployments", by_build).await.expect(409);
    assert_eq!(refused.body["state"], "irreversible_migrations");
}

#[tokio::test]
async fn another_release_of_a_build_that_came_is_no_way_around_migrations() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    let build = built(&place).await;
    let first = place.release_with("v1", json!({"build_id": build, "artifacts": null})).await;
    place.carry_out(place.ask(&first).await.expect(202)).await;
    let moving = place.release_with("v2", json!({"irreversible_migrations": true})).await;
    place.carry_out(place.ask(&moving).await.expect(202)).await;
    let late = place.release_with("v3", json!({"build_id": build, "artifacts": null})).await;
    assert_eq!(place.ask(&late).await.expect(409).body["state"], "irreversible_migrations");
}

#[tokio::test]
async fn a_build_that_fails_in_its_own_migration_may_try_again() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    let build = built(&place).await;
    let by_build = json!({"environment_id": place.environment, "build_id": build});
    place.carry_out(place.admin.post("/deployments", by_build.clone()).await.expect(202)).await;
    let moving = json!({"build_id": build, "artifacts": null, "irreversible_migrations": true});
    let moving = place.release_with("v2", moving).await;
    receiver.health_of("v2", 500);
    let failed = place.carry_out(place.ask(&moving).await.expect(202)).await;
    assert_eq!(failed.body["status"], "failed");
    receiver.health_of("v2", 200);
    let again = place.carry_out(place.ask(&moving).await.expect(202)).await;
    assert_eq!(again.body["status"], "success");
    place.admin.post("/deployments", by_build).await.expect(202);
}

#[tokio::test]
async fn whoever_deploys_does_not_take_the_guards_away() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    let staging = place.admin.environment(&place.project, "staging").await.id();
    let path = format!("/environments/{}", place.environment);
    let guarded = json!({"promotes_from": [staging], "locked": {"reason": "audit"}});
    place.admin.patch(&path, "*", guarded).await.expect(200);
    let gate = place.gate("people", json!({"approval": {}})).await;
    let freeze = json!({"workspace_id": place.workspace, "name": "weekly",
        "weekly": {"days": ["monday"], "start": "00:00", "duration_minutes": 60}});
    let freeze = place.admin.post("/freeze-windows", freeze).await.expect(201);
    let release = place.release("v1").await;
    let member = world.account("acme", Role::Member).await;
    let block = json!({"release_id": release, "reason": "leaks"});
    let block = member.post("/release-blocks", block).await.expect(201);

    for path in [
        format!("/environment-gates/{}", gate.id()),
        format!("/freeze-windows/{}", freeze.id()),
        format!("/release-blocks/{}", block.id()),
    ] {
        member.delete(&path, "*").await.expect(403);
    }
    for patch in [json!({"promotes_from": []}), json!({"locked": null}), json!({"allowed_branches": ["*"]})] {
        let refused = member.patch(&path, "*", patch.clone()).await.expect(403);
        assert_eq!(refused.body["permission"], "environment:guard", "{patch}");
    }
    member.patch(&path, "*", json!({"name": "renamed"})).await.expect(200);
}

#[tokio::test]
async fn nobody_is_given_a_workspace_by_strangers() {
    let world = World::new().await;
    let stranger = world.person("eve@example.com").await;
    let victim = world.person("alice@example.com").await.get("/me").await.body["user_id"].clone();
    let refused = stranger.post("/workspaces", json!({"name": "gift", "owner_id": victim})).await.expect(422);
    assert_eq!(refused.errors(), ["/owner_id not_found"]);
    // Whoever is in a workspace with somebody may found one for them.
    let workspace = world.admin().workspace("acme").await.id();
    let known = world.member(&workspace, "bob@example.com", Role::Member).await;
    let known = known.get("/me").await.body["user_id"].clone();
    let made = json!({"name": "theirs", "owner_id": known, "deletion_protection": false});
    assert_eq!(world.admin().post("/workspaces", made).await.expect(201).body["owner_id"], known);
}

#[tokio::test]
async fn a_name_that_is_taken_by_strangers_says_nothing_of_them() {
    let world = World::new().await;
    let acme = world.admin().workspace("acme").await;
    let known = world.admin().post("/workspaces", json!({"name": "acme"})).await.expect(409);
    assert_eq!(known.body["existing_id"], json!(acme.id()));
    let stranger = world.person("eve@example.com").await;
    let taken = stranger.post("/workspaces", json!({"name": "acme"})).await.expect(409);
    assert_eq!((taken.code(), &taken.body["existing_id"]), ("already_exists", &Value::Null));
}

#[tokio::test]
async fn a_repeated_request_is_answered_only_to_who_may_read() {
    let world = World::new().await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await.id();
    let narrow = json!({"workspace_id": workspace, "name": "narrow", "scopes": ["project:*"]});
    let narrow = admin.post("/api-tokens", narrow).await.expect(201).body["value"].clone();
    let team = json!({"workspace_id": workspace, "name": "platform"});
    let make = async |key: &str| {
        let request = world.root("POST", "/api/v1/teams").header("x-api-key", key);
        send(request.header("idempotency-key", "once").json(&team)).await
    };
    let made = make(crate::world::KEY).await.expect(201);
    assert_eq!(make(crate::world::KEY).await.expect(201).id(), made.id());
    assert_eq!(make(narrow.as_str().unwrap()).await.expect(403).body["permission"], "team:read");
}

#[tokio::test]
async fn the_secrets_of_the_machine_are_not_called_for() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    let inside = "http://169.254.169.254/latest/meta-data";
    let target = |settings: Value, check: Value| {
        json!({
            "environment_id": place.environment, "name": "other", "platform": "custom", "settings": settings,
            "health_checks": [check],
        })
    };
    let fine = json!({"webhook_url": "https://deploy.example.com/"});
    let check = |url: &str| json!({"name": "up", "type": "http", "url": url});
    for (body, error) in [
        (
            target(json!({"webhook_url": inside}), check("https://example.com/")),
            "/settings/webhook_url format",
        ),
        (target(fine.clone(), check(inside)), "/health_checks/0/url format"),
        (
            target(
                json!({"webhook_url": "https://user:plaintext@example.com/"}),
                check("https://example.com/"),
            ),
            "/settings/webhook_url format",
        ),
    ] {
        let refused = place.admin.post("/deployment-targets", body).await.expect(422);
        assert_eq!(refused.errors(), [error]);
    }
    let gate = json!({"environment_id": place.environment, "name": "ask", "webhook": {"url": inside}});
    let refused = place.admin.post("/environment-gates", gate).await.expect(422);
    assert_eq!(refused.errors(), ["/webhook/url format"]);
}

#[tokio::test]
async fn what_a_workspace_asks_for_and_does_not_get_is_said() {
    let world = World::new().await;
    let body = json!({"name": "acme", "security": {"mfa_required": true}, "data_residency": ["eu-west-1"]});
    let made = world.admin().post("/workspaces", body).await.expect(201);
    let warnings: Vec<&str> =
        made.body["warnings"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings[0].starts_with("mfa_required") && warnings[1].starts_with("data_residency"));
}

#[tokio::test]
async fn behind_a_load_balancer_networks_are_those_of_the_clients() {
    let world = World::with(|settings| settings.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()]).await;
    let admin = world.admin();
    let workspace = admin.workspace("acme").await;
    let path = format!("/workspaces/{}", workspace.id());
    let from = |method: &str, address: &str| admin.request(method, &path).header("x-forwarded-for", address);
    let closed = json!({"security": {"allowed_cidrs": ["198.51.100.0/24"]}});
    let patch = from("PATCH", "203.0.113.9, 198.51.100.7").header("if-match", workspace.etag());
    send(patch.json(&closed)).await.expect(200);
    send(from("GET", "198.51.100.8")).await.expect(200);
    send(from("GET", "198.51.100.8, 203.0.113.9")).await.expect(403);
    send(from("GET", "203.0.113.9")).await.expect(403);
}
