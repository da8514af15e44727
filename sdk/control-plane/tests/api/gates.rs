//! Gates: what they are, and that each holds a promotion until it is open.

use serde_json::{Value, json};
use sparki_control_plane::Role;

use crate::{
    builds::COMMIT,
    delivery::Place,
    promoting::{approve, gates, place},
    receiver::Receiver,
    secrets::is_stored,
    webhooks::verify,
    world::World,
};

#[tokio::test]
async fn a_gate_has_one_condition_and_may_be_given_another() {
    let world = World::new().await;
    let place = Place::new(world.admin()).await;
    let gate = place.gate("people", json!({"approval": {"count": 2}})).await;
    assert_eq!(gate.body["applies_to"], json!(["promote"]));
    assert_eq!(gate.body["approval"], json!({"count": 2, "from": [], "exclude": []}));
    let path = format!("/environment-gates/{}", gate.id());
    let drift = json!({"drift": {"max_age_seconds": 60}});
    let changed = place.admin.patch(&path, &gate.etag(), drift).await.expect(200);
    assert_eq!(
        (&changed.body["approval"], &changed.body["drift"]),
        (&Value::Null, &json!({"max_age_seconds": 60}))
    );
    let refuse = |body: Value| {
        let (admin, environment) = (place.admin.clone(), place.environment.clone());
        async move {
            let mut whole = json!({"environment_id": environment, "name": "other"});
            whole.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
            admin.post("/environment-gates", whole).await.expect(422).errors()
        }
    };
    assert_eq!(refuse(json!({})).await, [" exactly_one"]);
    assert_eq!(refuse(json!({"approval": {}, "drift": {"max_age_seconds": 1}})).await, [" exactly_one"]);
    let nowhere = "01890a5d-ac96-774b-bcce-b302099a8057";
    let soak = json!({"soak": {"environment_id": nowhere, "duration_seconds": 60}});
    assert_eq!(refuse(soak).await, ["/soak/environment_id not_found"]);
    let check = json!({"check": {"pipeline_id": nowhere}});
    assert_eq!(refuse(check).await, ["/check/pipeline_id not_found"]);
    let window =
        json!({"window": {"days": [], "start": "25:00", "duration_minutes": 0, "timezone": "Mars/Base"}});
    let expected = [
        "/window/days length",
        "/window/duration_minutes range",
        "/window/start format",
        "/window/timezone format",
    ];
    assert_eq!(refuse(window).await, expected);
}

#[tokio::test]
async fn soaking_counts_only_the_time_that_the_release_runs_well() {
    let world = World::new().await;
    let (receiver, staged) = (Receiver::start().await, Receiver::start().await);
    let place = place(&world, &receiver).await;
    let staging = place.beside("staging", &staged, json!({"auto": false})).await;
    let soak = json!({"soak": {"environment_id": staging.environment, "duration_seconds": 600}});
    place.gate("soak", soak).await;
    place.gate("people", json!({"approval": {}})).await;
    let release = place.release("v1").await;
    let asked = place.promote(&release, json!({})).await.expect(202);
    approve(&world.member(&place.workspace, "ann@example.com", Role::Member).await, &asked).await.expect(200);

    staging.carry_out(staging.ask(&release).await.expect(202)).await;
    world.advance(300);
    // Another release goes wrong on top of it, and time goes by.
    staged.health_of("v2", 500);
    staging.deploy("v2").await;
    world.advance(5000);
    let plan = place.plan(&release, "promote").await.expect(200);
    assert_eq!(gates(&plan), ["lock passed", "people pending", "soak pending"]);
    assert_eq!(plan.body["gates"][2]["detail"], "staging runs it, but not well, so no time counts.");
    staging.carry_out(staging.ask(&release).await.expect(202)).await;
    let plan = place.plan(&release, "promote").await.expect(200);
    assert_eq!(plan.body["gates"][2]["passes_at"], "2026-01-01T01:33:20.000000Z");
    world.advance(299);
    assert_eq!(place.promotion(&asked.id()).await.body["status"], "awaiting_gates");
    world.advance(60);
    assert_eq!(place.ended(&asked).await.body["status"], "succeeded");
}

#[tokio::test]
async fn every_other_gate_holds_until_what_it_looks_at_is_there() {
    let world = World::new().await;
    let (receiver, staged, judge) =
        (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    let place = place(&world, &receiver).await;
    let staging = place.beside("staging", &staged, json!({"observe_seconds": 0})).await;
    let pipeline = place.admin.pipeline(&place.project, "ci").await.id();
    place.gate("verified", json!({"verified_in": {"environment_id": staging.environment}})).await;
    let hour = json!({"days": ["thursday"], "start": "01:00", "duration_minutes": 600, "timezone": "UTC"});
    place.gate("window", json!({"window": hour})).await;
    place.gate("check", json!({"check": {"pipeline_id": pipeline}})).await;
    place.gate("drift", json!({"drift": {"max_age_seconds": 7200}})).await;
    judge.answer(&[202, 204]);
    place.gate("webhook", json!({"webhook": {"url": format!("{}/deploy", judge.url)}})).await;
    place.gate("advice", json!({"approval": {}, "enforcement": "advisory"})).await;
    let release = place.release("v1").await;
    let asked = place.promote(&release, json!({})).await.expect(202);
    judge.called(1).await;
    let plan = place.plan(&release, "promote").await.expect(200);
    let pending =
        ["advice", "check", "drift", "verified", "webhook", "window"].map(|name| format!("{name} pending"));
    assert_eq!(gates(&plan), [vec!["lock passed".to_owned()], pending.to_vec()].concat());

    let build = |status: &str| json!({"pipeline_id": pipeline, "commit_sha": COMMIT, "status": status});
    let report = |status: &str| json!({"environment_id": place.environment, "status": status});
    place.admin.post("/builds", build("failed")).await.expect(201);
    place.admin.post("/drift-reports", report("drifted")).await.expect(201);
    let plan = place.plan(&release, "promote").await.expect(200);
    assert_eq!(gates(&plan)[2..4], ["check failed", "drift failed"]);
    place.admin.post("/builds", build("success")).await.expect(201);
    place.admin.post("/drift-reports", report("clean")).await.expect(201);
    staging.carry_out(staging.ask(&release).await.expect(202)).await;
    world.advance(3600);
    let done = place.ended(&asked).await;
    assert_eq!(done.body["status"], "succeeded");
    let passed = ["check", "drift", "verified", "webhook", "window"].map(|name| format!("{name} passed"));
    assert_eq!(gates(&done)[2..], passed);
    assert_eq!(judge.calls()[1].body["plan"]["digest"], done.body["plan_digest"]);
}

#[tokio::test]
async fn a_webhook_that_says_no_rejects() {
    let world = World::new().await;
    let (receiver, judge) = (Receiver::start().await, Receiver::start().await);
    let place = place(&world, &receiver).await;
    judge.answer(&[403]);
    place.gate("webhook", json!({"webhook": {"url": format!("{}/deploy", judge.url)}})).await;
    let release = place.release("v1").await;
    let asked = place.promote(&release, json!({})).await.expect(202);
    let ended = place.ended(&asked).await;
    assert_eq!(
        (&ended.body["status"], &ended.body["failure"]["cause"]),
        (&json!("rejected"), &json!("gate_refused"))
    );
    assert!(receiver.calls().is_empty());
}

#[tokio::test]
async fn a_webhook_that_is_asked_can_tell_who_asks() {
    let world = World::new().await;
    let (receiver, judge) = (Receiver::start().await, Receiver::start().await);
    let place = place(&world, &receiver).await;
    let webhook = json!({"url": format!("{}/deploy", judge.url), "signing_secret": "plaintext-gate"});
    let gate = place.gate("webhook", json!({"webhook": webhook})).await;
    let path = format!("/environment-gates/{}", gate.id());
    let renamed = place.admin.patch(&path, &gate.etag(), json!({"name": "judge"})).await.expect(200);
    assert!(renamed.body["webhook"]["signing_secret_fingerprint"].is_string());
    assert_eq!(renamed.body["webhook"], gate.body["webhook"]);
    let release = place.release("v1").await;
    let asked = place.promote(&release, json!({})).await.expect(202);
    assert_eq!(place.ended(&asked).await.body["status"], "succeeded");
    let call = &judge.calls()[0];
    verify(call.header("sparki-signature"), &call.text, "plaintext-gate");
    assert!(!is_stored(&world, "plaintext-gate"));
    // Another condition takes the secret with it.
    place.admin.patch(&path, &renamed.etag(), json!({"approval": {}})).await.expect(200);
    assert_eq!(
        world.sql("SELECT id FROM environment_gates WHERE sealed IS NOT NULL").await,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn a_release_comes_from_where_it_was_before() {
    let world = World::new().await;
    let (receiver, staged) = (Receiver::start().await, Receiver::start().await);
    let place = place(&world, &receiver).await;
    let staging = place.beside("staging", &staged, json!({"observe_seconds": 0})).await;
    let path = format!("/environments/{}", place.environment);
    place.admin.patch(&path, "*", json!({"promotes_from": [staging.environment]})).await.expect(200);
    let release = place.release("v1").await;
    let refused = place.promote(&release, json!({"on_pending_gates": "fail"})).await.expect(409);
    assert_eq!(refused.body["state"], "gates_pending");
    staging.carry_out(staging.ask(&release).await.expect(202)).await;
    let asked = place.promote(&release, json!({"on_pending_gates": "fail"})).await.expect(202);
    assert_eq!(place.ended(&asked).await.body["status"], "succeeded");
}

#[tokio::test]
async fn an_approval_counts_by_the_role_it_is_given_by() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    let role =
        json!({"workspace_id": place.workspace, "name": "judge", "permissions": ["promotion:approve"]});
    let role = place.admin.post("/roles", role).await.expect(201).id();
    place.gate("judges", json!({"approval": {"from": [role]}})).await;
    let release = place.release("v1").await;
    let asked = place.promote(&release, json!({})).await.expect(202);
    approve(&world.member(&place.workspace, "ann@example.com", Role::Admin).await, &asked).await.expect(403);
    let judge = world.member(&place.workspace, "judge@example.com", Role::Viewer).await;
    let principal = json!({"type": "user", "id": judge.get("/me").await.body["user_id"]});
    let scope = json!({"type": "environment", "id": place.environment});
    let bound =
        json!({"workspace_id": place.workspace, "role_id": role, "principal": principal, "scope": scope});
    place.admin.post("/role-bindings", bound).await.expect(201);
    approve(&judge, &asked).await.expect(200);
    let done = place.ended(&asked).await;
    assert_eq!(
        (&done.body["status"], &done.body["approvals"][0]["standing"][0]),
        (&json!("succeeded"), &json!(role))
    );
}
