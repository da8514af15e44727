//! Promotions, from planned to succeeded, and what ends them earlier.

use aws_lc_rs::{
    encoding::{AsDer, PublicKeyX509Der},
    signature::{Ed25519KeyPair, KeyPair as _},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sparki_control_plane::Role;

use crate::{
    delivery::Place,
    promoting::{approve, gates, place, story},
    receiver::Receiver,
    world::World,
};

#[tokio::test]
async fn a_release_that_nothing_holds_up_goes_at_once_and_tells_every_move() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    let release = place.release("v1").await;
    let accepted = place.promote(&release, json!({"reason": "first"})).await.expect(202);
    assert_eq!(accepted.body["status"], "planned");
    let done = place.ended(&accepted).await;
    assert_eq!((&done.body["status"], &done.body["failure"]), (&json!("succeeded"), &Value::Null));
    assert_eq!(gates(&done), ["lock passed"]);
    assert_eq!(place.current_version().await, "v1");
    let deployment = place.read(done.body["deployment_ids"][0].as_str().unwrap()).await;
    assert_eq!(
        (&deployment.body["promotion_id"], &deployment.body["reason"]),
        (&json!(done.id()), &json!("first"))
    );

    let moves = ["created", "queued", "validating", "deploying", "verifying", "succeeded"];
    assert_eq!(story(&place, &done.id()).await, moves);
    let events = place.admin.get(&format!("/promotions/{}/events", done.id())).await.expect(200);
    assert_eq!(events.body["next_cursor"], Value::Null);
    let lines = world
        .sql("SELECT event_type FROM audit_logs WHERE resource_type = 'promotion' AND action <> 'progressed' ORDER BY seq")
        .await;
    let expected = ["create", "queued", "validating", "deploying", "verifying", "succeeded"];
    assert_eq!(lines, expected.map(|name| format!("promotion.{name}")));
}

#[tokio::test]
async fn a_plan_that_the_world_has_moved_away_from_is_refused_and_ends_what_waits() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    let release = place.release("v1").await;
    let plan = place.plan(&release, "promote").await.expect(200).body;
    assert_eq!(plan, place.plan(&release, "promote").await.body);
    place.gate("people", json!({"approval": {}})).await;
    let body = json!({
        "environment_id": place.environment, "release_id": release, "plan_digest": plan["digest"],
    });
    let stale = place.admin.post("/promotions", body).await.expect(412);
    assert_eq!(stale.code(), "plan_stale");
    assert_eq!(stale.body["changes"][0]["what"], "gates/people");
    assert_eq!(
        (&stale.body["changes"][0]["before"], stale.body["changes"].as_array().unwrap().len()),
        (&Value::Null, 1)
    );

    let waiting = place.promote(&release, json!({})).await.expect(202);
    place.once(&waiting.id(), "awaiting_gates").await;
    place.gate("late", json!({"drift": {"max_age_seconds": 60}})).await;
    world.advance(30);
    let ended = place.ended(&waiting).await;
    assert_eq!(
        (&ended.body["status"], &ended.body["failure"]["cause"]),
        (&json!("rejected"), &json!("plan_stale"))
    );
    assert_eq!(ended.body["failure"]["changes"][0]["what"], "gates/late");
}

#[tokio::test]
async fn approvals_are_for_one_plan_and_not_by_whoever_asks() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    let exclude = json!(["author", "requester"]);
    place.gate("people", json!({"approval": {"count": 2, "from": ["member"], "exclude": exclude}})).await;
    let release = place.release("v1").await;
    let asked = place.promote(&release, json!({})).await.expect(202);
    assert_eq!(gates(&place.once(&asked.id(), "awaiting_gates").await), ["lock passed", "people pending"]);

    let refused = approve(&place.admin, &asked).await.expect(403);
    assert_eq!(refused.body["permission"], "promotion:approve");
    let viewer = world.account("acme", Role::Viewer).await;
    approve(&viewer, &asked).await.expect(403);
    let one = world.member(&place.workspace, "ann@example.com", Role::Member).await;
    let other = json!({"plan_digest": format!("sha256:{:064}", 0)});
    let stale = one.post(&format!("/promotions/{}:approve", asked.id()), other).await.expect(412);
    assert_eq!(stale.code(), "plan_stale");
    approve(&one, &asked).await.expect(200);
    // The same person twice is one person.
    let again = approve(&one, &asked).await.expect(200);
    assert_eq!(again.body["approvals"].as_array().unwrap().len(), 1);
    assert_eq!(place.promotion(&asked.id()).await.body["status"], "awaiting_gates");
    approve(&world.member(&place.workspace, "bob@example.com", Role::Admin).await, &asked).await.expect(200);
    assert_eq!(place.ended(&asked).await.body["status"], "succeeded");
    let approved = story(&place, &asked.id()).await;
    assert_eq!(approved.iter().filter(|name| *name == "approved").count(), 2);
}

#[tokio::test]
async fn the_policy_of_the_workspace_separates_duties() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    let policy = json!({"promotion_policy": {"min_approvals": 1, "separation_of_duties": true}});
    place.admin.patch(&format!("/workspaces/{}", place.workspace), "*", policy).await.expect(200);
    let release = place.release("v1").await;
    let asked = place.promote(&release, json!({})).await.expect(202);
    let waiting = place.once(&asked.id(), "awaiting_gates").await;
    assert_eq!(gates(&waiting), ["promotion_policy pending", "lock passed"]);
    approve(&place.admin, &asked).await.expect(403);
    approve(&world.member(&place.workspace, "ann@example.com", Role::Member).await, &asked).await.expect(200);
    assert_eq!(place.ended(&asked).await.body["status"], "succeeded");
}

#[tokio::test]
async fn only_signed_artifacts_pass_where_the_workspace_says_so() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    let pair = Ed25519KeyPair::generate().unwrap();
    let der: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    let pem =
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der.as_ref()));
    let digest = format!("sha256:{}", "ab".repeat(32));
    let signature = STANDARD.encode(pair.sign(digest.as_bytes()));
    let artifacts = |signature: Value| json!({"artifacts": [{"name": "web", "uri": "oci://r/web", "digest": digest, "signature": signature}]});
    let (plain, forged) =
        (place.release("v1").await, place.release_with("v2", artifacts(json!("AAAA"))).await);
    let signed = place.release_with("v3", artifacts(json!(signature))).await;
    let demand = async |keys: Value| {
        let policy = json!({"promotion_policy": {"require_signed_artifacts": true, "signing_keys": keys}});
        place.admin.patch(&format!("/workspaces/{}", place.workspace), "*", policy).await
    };
    assert_eq!(demand(json!(["x"])).await.expect(422).errors(), ["/promotion_policy/signing_keys/0 format"]);
    demand(json!([])).await.expect(200);
    let fail = json!({"on_pending_gates": "fail"});
    assert_eq!(place.promote(&signed, fail.clone()).await.expect(409).body["state"], "gates_pending");
    demand(json!([pem])).await.expect(200);
    for release in [&plain, &forged] {
        let refused = place.promote(release, fail.clone()).await.expect(409);
        assert_eq!(refused.body["state"], "gates_pending");
        assert_eq!(place.ask(release).await.expect(409).body["state"], "gates_closed");
    }
    let accepted = place.promote(&signed, fail).await.expect(202);
    let done = place.ended(&accepted).await;
    assert_eq!(
        (gates(&done), &done.body["status"]),
        (vec!["signed_artifacts passed".to_owned(), "lock passed".to_owned()], &json!("succeeded"),)
    );
}

#[tokio::test]
async fn what_waits_is_rejected_cancelled_superseded_or_expires() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    place.gate("people", json!({"approval": {}})).await;
    let release = place.release("v1").await;
    let member = world.account("acme", Role::Member).await;

    let first = place.promote(&release, json!({})).await.expect(202);
    let path = format!("/promotions/{}", first.id());
    let no = member.post(&format!("{path}:reject"), json!({"reason": "not today"})).await.expect(200);
    assert_eq!((&no.body["status"], &no.body["failure"]["cause"]), (&json!("rejected"), &json!("rejected")));
    let operation = place.admin.finished(&first).await;
    assert_eq!((&operation.body["status"], &operation.body["stage"]), (&json!("failed"), &json!("rejected")));
    let late = approve(&member, &first).await.expect(409);
    assert_eq!((late.code(), &late.body["state"]), ("invalid_state", &json!("rejected")));

    let second = place.promote(&release, json!({})).await.expect(202);
    let third = place.promote(&release, json!({})).await.expect(202);
    let replaced = place.promotion(&second.id()).await;
    assert_eq!(
        (&replaced.body["status"], &replaced.body["superseded_by"]),
        (&json!("superseded"), &json!(third.id()))
    );
    let cancel = format!("/promotions/{}:cancel", third.id());
    assert_eq!(member.post(&cancel, json!({})).await.expect(200).body["status"], "cancelled");
    member.post(&cancel, json!({})).await.expect(200);
    assert_eq!(place.admin.finished(&third).await.body["status"], "canceled");

    let fourth = place.promote(&release, json!({"expires_in_seconds": 60})).await.expect(202);
    place.once(&fourth.id(), "awaiting_gates").await;
    world.advance(60);
    assert_eq!(place.ended(&fourth).await.body["status"], "expired");
    assert!(receiver.calls().is_empty());
}

#[tokio::test]
async fn a_freeze_holds_promotions_and_deployments_but_no_rollback() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    let first = place.bring("v1").await;
    place.bring("v2").await;
    let freeze = json!({
        "workspace_id": place.workspace, "name": "holidays", "reason": "everyone is out",
        "once": {"starts_at": "2026-01-01T00:00:00Z", "ends_at": "2026-01-01T01:00:00+00:00"},
        "scope": {"environment_ids": [place.environment]},
    });
    let freeze = place.admin.post("/freeze-windows", freeze).await.expect(201);
    let third = place.release("v3").await;
    let refused = place.promote(&third, json!({"on_pending_gates": "fail"})).await.expect(423);
    assert_eq!((refused.code(), &refused.body["window"]), ("frozen", &json!("holidays")));
    assert_eq!(refused.body["ends_at"], "2026-01-01T01:00:00.000000Z");
    assert_eq!(place.ask(&third).await.expect(423).code(), "frozen");
    let back = place.promote(&first, json!({"operation": "rollback"})).await.expect(202);
    assert_eq!(place.ended(&back).await.body["status"], "succeeded");
    assert_eq!(place.current_version().await, "v1");

    let waiting = place.promote(&third, json!({})).await.expect(202);
    let held = place.once(&waiting.id(), "awaiting_gates").await;
    assert_eq!(held.body["freeze"]["window"], "holidays");
    world.advance(3600);
    assert_eq!(place.ended(&waiting).await.body["status"], "succeeded");

    let both = json!({"applies_to": ["promote", "rollback"], "once": {"ends_at": "2026-01-02T00:00:00Z"}});
    let path = format!("/freeze-windows/{}", freeze.id());
    place.admin.patch(&path, &freeze.etag(), both).await.expect(200);
    let wish = json!({"operation": "rollback", "on_pending_gates": "fail"});
    assert_eq!(place.promote(&first, wish).await.expect(423).code(), "frozen");
}

#[tokio::test]
async fn a_rollback_passes_gates_by_and_stops_before_migrations() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    let first = place.bring("v1").await;
    place.bring("v2").await;
    place.gate("people", json!({"approval": {}})).await;
    place.gate("careful", json!({"approval": {}, "applies_to": ["promote", "rollback"]})).await;
    let plan = place.plan(&first, "rollback").await.expect(200);
    assert_eq!(gates(&plan), ["lock passed", "careful pending", "people skipped"]);
    let asked = place.promote(&first, json!({"operation": "rollback"})).await.expect(202);
    let ann = world.member(&place.workspace, "ann@example.com", Role::Member).await;
    approve(&ann, &asked).await.expect(200);
    assert_eq!(place.ended(&asked).await.body["status"], "succeeded");
    assert_eq!(place.current_version().await, "v1");

    let never = place.release("v9").await;
    let refused = place.plan(&never, "rollback").await.expect(409);
    assert_eq!(refused.body["state"], "never_deployed");
    let migrating = place.release_with("v3", json!({"irreversible_migrations": true})).await;
    let plan = place.plan(&migrating, "promote").await.expect(200).body;
    assert_eq!(plan["risk"]["level"], "high");
    let asked = place.promote(&migrating, json!({})).await.expect(202);
    approve(&ann, &asked).await.expect(200);
    assert_eq!(place.ended(&asked).await.body["status"], "succeeded");
    let refused = place.plan(&first, "rollback").await.expect(409);
    assert_eq!(
        (refused.code(), &refused.body["state"]),
        ("invalid_state", &json!("irreversible_migrations"))
    );
}

#[tokio::test]
async fn a_release_that_is_not_healthy_is_rolled_back_and_blocked() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    place.bring("v1").await;
    receiver.health_of("v2", 500);
    let release = place.release("v2").await;
    let accepted = place.promote(&release, json!({})).await.expect(202);
    let ended = place.ended(&accepted).await;
    assert_eq!(
        (&ended.body["status"], &ended.body["failure"]["cause"]),
        (&json!("rolled_back"), &json!("deployment_failed"))
    );
    assert_eq!(place.current_version().await, "v1");
    let refused = place.plan(&release, "promote").await.expect(409);
    assert_eq!(refused.body["state"], "blocked");
}

#[tokio::test]
async fn what_is_deployed_is_watched_and_put_back_if_it_turns_bad() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let watched = json!({"rollback": {"observe_seconds": 60}});
    let place = Place::with_webhook(world.admin(), &receiver, watched).await;
    let first = place.release("v1").await;
    let accepted = place.promote(&first, json!({})).await.expect(202);
    place.once(&accepted.id(), "verifying").await;
    world.advance(60);
    assert_eq!(place.ended(&accepted).await.body["status"], "succeeded");

    let second = place.release("v2").await;
    let accepted = place.promote(&second, json!({})).await.expect(202);
    place.once(&accepted.id(), "verifying").await;
    receiver.health_of("v2", 500);
    world.advance(30);
    let ended = place.ended(&accepted).await;
    assert_eq!(
        (&ended.body["status"], &ended.body["failure"]["detail"]),
        (&json!("rolled_back"), &json!("The URL answered 500."))
    );
    assert_eq!(place.current_version().await, "v1");
    assert_eq!(receiver.versions(), ["v1", "v2", "v1"]);
    assert_eq!(place.plan(&second, "promote").await.expect(409).body["state"], "blocked");
}

#[tokio::test]
async fn only_members_act_and_strangers_see_nothing() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = place(&world, &receiver).await;
    place.gate("people", json!({"approval": {}})).await;
    let release = place.release("v1").await;
    let asked = place.promote(&release, json!({})).await.expect(202);
    let path = format!("/promotions/{}", asked.id());
    let viewer = world.account("acme", Role::Viewer).await;
    viewer.get(&path).await.expect(200);
    world.admin().workspace("other").await;
    let stranger = world.account("other", Role::Owner).await;
    for (verb, body) in [
        ("approve", json!({"plan_digest": asked.body["plan_digest"]})),
        ("reject", json!({})),
        ("cancel", json!({})),
        ("pause", json!({})),
        ("resume", json!({})),
    ] {
        let refused = viewer.post(&format!("{path}:{verb}"), body.clone()).await.expect(403);
        assert_eq!(refused.body["permission"], json!(format!("promotion:{verb}")));
        stranger.post(&format!("{path}:{verb}"), body).await.expect(404);
    }
    stranger.get(&path).await.expect(404);
    stranger.get(&format!("{path}/events")).await.expect(404);
    let body = json!({"environment_id": place.environment, "release_id": release});
    stranger.post("/promotions:plan", body.clone()).await.expect(404);
    viewer.post("/promotions:plan", body).await.expect(200);
    // What is under way keeps the environment.
    let refused = place.admin.delete(&format!("/environments/{}", place.environment), "*").await.expect(409);
    let dependents = refused.body["dependents"].as_array().unwrap();
    let kinds: Vec<&str> = dependents.iter().filter_map(|one| one["kind"].as_str()).collect();
    assert_eq!(kinds, ["deployment_target", "promotion"]);
}
