//! Putting back what was there before.

use serde_json::{Value, json};

use crate::{
    delivery::{Place, steps},
    receiver::Receiver,
    world::World,
};

#[tokio::test]
async fn a_release_that_is_not_healthy_makes_room_for_the_last_that_was() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = Place::with_webhook(world.admin(), &receiver, json!({})).await;
    let good = place.deploy("v1").await;
    receiver.health_of("v2", 500);
    let release = place.release("v2").await;
    let asked = place.ask(&release).await.expect(202);
    let operation = place.admin.finished(&asked).await;
    assert_eq!(
        (&operation.body["status"], &operation.body["stage"]),
        (&json!("failed"), &json!("rolled_back"))
    );
    let undone = place.read(&asked.id()).await;
    assert_eq!(undone.body["status"], "rolled_back");
    assert_eq!(undone.body["failure"]["cause"], "health_check_failed");
    assert_eq!(steps(&undone), ["preconditions succeeded", "deploy succeeded", "health_check failed"]);

    let rollback = place.read(undone.body["rolled_back_by"].as_str().unwrap()).await;
    assert_eq!(
        (&rollback.body["status"], &rollback.body["rollback_of"]),
        (&json!("success"), &json!(asked.id()))
    );
    assert_eq!(rollback.body["release_id"], good.body["release_id"]);
    assert_eq!(rollback.body["requested_by"], Value::Null);
    assert_eq!(receiver.versions(), ["v1", "v2", "v1"]);
    let environment = place.environment().await;
    assert_eq!(
        (&environment["current_deployment"]["version"], &environment["health"]),
        (&json!("v1"), &json!("passing"))
    );

    // It does not come back before somebody has dealt with it.
    let refused = place.ask(&release).await.expect(409);
    assert_eq!(refused.body["state"], "blocked");
    let blocks = place.admin.get(&format!("/release-blocks?release_id={release}")).await.expect(200).body;
    assert_eq!(blocks["data"][0]["automatic"], true);

    let events = place.admin.get(&format!("/deployments/{}/events", asked.id())).await.expect(200).body;
    let mut names: Vec<&str> =
        events["data"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
    names.retain(|name| *name != "deployment.progressed");
    let expected = ["created", "validating", "deploying", "checking", "rolling_back", "rolled_back"];
    assert_eq!(names, expected.map(|name| format!("deployment.{name}")));
}

#[tokio::test]
async fn a_rollback_that_fails_too_is_left_to_people() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = Place::with_webhook(world.admin(), &receiver, json!({})).await;
    place.deploy("v1").await;
    receiver.health_of("v1", 500);
    receiver.health_of("v2", 500);
    let release = place.release("v2").await;
    let asked = place.ask(&release).await.expect(202);
    let operation = place.admin.finished(&asked).await;
    assert_eq!((&operation.body["status"], &operation.body["stage"]), (&json!("failed"), &json!("failed")));
    assert_eq!(receiver.versions(), ["v1", "v2", "v1"]);
    assert_eq!(place.read(&asked.id()).await.body["rolled_back_by"], Value::Null);
    assert_eq!(place.environment().await["health"], "critical");
}

#[tokio::test]
async fn there_is_no_rollback_without_a_wish_a_goal_or_a_way() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = Place::with_webhook(world.admin(), &receiver, json!({})).await;
    receiver.health_of("v1", 500);
    let first = place.deploy("v1").await;
    let detail = "The URL answered 500. There is no rollback: there is nothing to go back to.";
    assert_eq!((&first.body["status"], &first.body["failure"]["detail"]), (&json!("failed"), &json!(detail)));
    place.deploy("v2").await;
    receiver.health_of("v3", 500);
    let release = place.release_with("v3", json!({"irreversible_migrations": true})).await;
    let third = place.carry_out(place.ask(&release).await.expect(202)).await;
    let detail = "The URL answered 500. There is no rollback: a release in between migrates data for good.";
    assert_eq!((&third.body["status"], &third.body["failure"]["detail"]), (&json!("failed"), &json!(detail)));

    let other = World::new().await;
    let rollback = json!({"rollback": {"auto": false}});
    let place = Place::with_webhook(other.admin(), &receiver, rollback).await;
    place.deploy("v2").await;
    let failed = place.deploy("v3").await;
    assert_eq!(
        (&failed.body["status"], &failed.body["failure"]["detail"]),
        (&json!("failed"), &json!("The URL answered 500."))
    );
}

#[tokio::test]
async fn somebody_may_roll_back_what_is_there() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = Place::with_webhook(world.admin(), &receiver, json!({})).await;
    let first = place.deploy("v1").await;
    let second = place.deploy("v2").await;
    let path = |id: String| format!("/deployments/{id}:rollback");
    let refused = place.admin.post(&path(first.id()), json!({})).await.expect(409);
    assert_eq!((refused.code(), &refused.body["state"]), ("invalid_state", &json!("replaced")));

    let body = json!({"to": "previous", "reason": "customers complain"});
    let request =
        || place.admin.request("POST", &path(second.id())).header("idempotency-key", "once").json(&body);
    let accepted = crate::world::send(request()).await.expect(202);
    assert_eq!(accepted.body["reason"], "customers complain");
    let again = crate::world::send(request()).await.expect(202);
    assert_eq!((again.id(), again.header("idempotency-replayed")), (accepted.id(), "true"));
    let done = place.carry_out(accepted).await;
    assert_eq!(
        (&done.body["status"], &done.body["previous_deployment_id"]),
        (&json!("success"), &json!(second.id()))
    );
    assert_eq!(place.read(&second.id()).await.body["status"], "rolled_back");
    assert_eq!(place.current_version().await, "v1");
    let refused = place.admin.post(&path(second.id()), json!({})).await.expect(409);
    assert_eq!(refused.body["state"], "rolled_back");
    // What somebody rolled back may be deployed again.
    let release = second.body["release_id"].as_str().unwrap();
    place.ask(release).await.expect(202);
}

#[tokio::test]
async fn what_goes_bad_while_it_is_watched_is_rolled_back_too() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place =
        Place::with_webhook(world.admin(), &receiver, json!({"rollback": {"observe_seconds": 60}})).await;
    place.deploy("v1").await;
    let second = place.deploy("v2").await;
    assert_eq!(second.body["status"], "success");
    receiver.health_of("v2", 500);
    world.advance(10);
    while place.read(&second.id()).await.body["status"] != "rolled_back" {
        tokio::task::yield_now().await;
    }
    assert_eq!(place.current_version().await, "v1");
    // Once its time is over, nobody looks any more.
    let third = place.deploy("v3").await;
    receiver.health_of("v3", 500);
    world.advance(61);
    let watching = "SELECT id FROM jobs WHERE kind = 'deployment_observation'";
    while !world.sql(watching).await.is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(place.read(&third.id()).await.body["status"], "success");
}

#[tokio::test]
async fn a_rollback_that_is_canceled_may_be_asked_for_again() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = Place::with_webhook(world.admin(), &receiver, json!({})).await;
    place.deploy("v1").await;
    let second = place.deploy("v2").await;
    receiver.close();
    let release = place.release("v3").await;
    place.ask(&release).await.expect(202);
    receiver.called(3).await;
    // There is no room for it as long as the third is under way.
    let path = format!("/deployments/{}:rollback", second.id());
    let rollback = place.admin.post(&path, json!({})).await.expect(202);
    assert_eq!(place.admin.post(&path, json!({})).await.expect(409).body["state"], "rolling_back");
    place.admin.post(&format!("/deployments/{}:cancel", rollback.id()), json!({})).await.expect(200);
    assert_eq!(place.admin.finished(&rollback).await.body["status"], "canceled");
    assert_eq!(place.read(&second.id()).await.body["rolled_back_by"], Value::Null);
    place.admin.post(&path, json!({})).await.expect(202);
    receiver.open();
}
