//! What scripts of a deployment are given of variables and secrets, and what is seen of it.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sparki_control_plane::Scripts;

use crate::{
    delivery::Place,
    promoting,
    receiver::Receiver,
    secrets::is_stored,
    world::{Reply, World},
};

const TOKEN: &str = "plaintext-0815";
/// What a script says that has the token, without saying it.
const SAY_HASH: &str = "printf %s \"$TOKEN\" | sha256sum | cut -c 1-64";

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn world() -> World {
    World::with(|settings| settings.scripts = Scripts::Allowed).await
}

impl Place<'_> {
    /// Adds a variable or a secret of the environment.
    async fn give(&self, collection: &str, key: &str, more: Value) -> Reply {
        let mut body = json!({"key": key});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        if !body.as_object().unwrap().keys().any(|name| name.ends_with("_id")) {
            body["environment_id"] = json!(self.environment);
        }
        self.admin.post(&format!("/{collection}"), body).await.expect(201)
    }

    async fn script(&self, command: &str, more: Value) -> Reply {
        let mut body =
            json!({"name": "s", "platform": "custom", "settings": {"script": command}, "order": 2});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.target(body).await
    }

    /// What the script of a deployment has said.
    async fn said(&self, deployment: &Reply) -> Vec<String> {
        let page = self.admin.get(&format!("/deployments/{}/logs", deployment.id())).await.expect(200).body;
        let lines = page["data"].as_array().unwrap().iter().filter(|line| line["source"] == "s/deploy");
        lines.map(|line| line["line"].as_str().unwrap().to_owned()).collect()
    }
}

/// Where the values of deployments are still kept.
async fn kept(world: &World) -> Vec<String> {
    world.sql("SELECT id FROM deployments WHERE sealed IS NOT NULL").await
}

#[tokio::test]
async fn a_script_is_given_what_holds_in_its_environment_and_no_secret_is_seen() {
    let world = world().await;
    let place = Place::new(world.admin()).await;
    place.give("variables", "LOG_LEVEL", json!({"workspace_id": place.workspace, "value": "info"})).await;
    place.give("variables", "LOG_LEVEL", json!({"project_id": place.project, "value": "debug"})).await;
    place.give("variables", "FOR_BUILDS", json!({"value": "x", "availability": "build"})).await;
    place.give("variables", "SPARKI_ATTEMPT", json!({"value": "mine"})).await;
    place.give("secrets", "TOKEN", json!({"value": TOKEN})).await;
    let external = json!({"external": {"aws_ssm": {"name": "token"}}});
    place.give("secrets", "ELSEWHERE", external).await;
    let say = "echo \"$LOG_LEVEL/$FOR_BUILDS/$TOKEN/$ELSEWHERE/$SPARKI_ATTEMPT\"";
    place.script(&format!("{SAY_HASH}; {say}; echo $TOKEN >&2; exit 3"), json!({})).await;
    let done = place.deploy("v1").await;
    let expected = [&hash(TOKEN), "debug//***//1", "***", "The script exited with 3."];
    assert_eq!(place.said(&done).await, expected);
    assert!(!is_stored(&world, TOKEN));
    assert_eq!(kept(&world).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_deployment_keeps_what_it_was_given_when_it_started() {
    let world = world().await;
    let receiver = Receiver::start().await;
    let place = Place::with_webhook(world.admin(), &receiver, json!({"order": 1})).await;
    let colour = place.give("variables", "COLOUR", json!({"value": "red"})).await;
    let token = place.give("secrets", "TOKEN", json!({"value": TOKEN})).await;
    place.script(&format!("echo $COLOUR; {SAY_HASH}"), json!({})).await;
    receiver.close();
    let release = place.release("v1").await;
    let asked = place.ask(&release).await.expect(202);
    receiver.called(1).await;
    let change = |kind: &str, object: &Reply, value: &str| {
        let (path, admin) = (format!("/{kind}/{}", object.id()), place.admin.clone());
        let (etag, body) = (object.etag(), json!({"value": value}));
        async move { admin.patch(&path, &etag, body).await.expect(200) }
    };
    change("variables", &colour, "blue").await;
    change("secrets", &token, "another").await;
    receiver.open();
    let done = place.carry_out(asked).await;
    assert_eq!(place.said(&done).await[..2], ["red".to_owned(), hash(TOKEN)]);
    let done = place.deploy("v2").await;
    assert_eq!(place.said(&done).await[..2], ["blue".to_owned(), hash("another")]);
}

#[tokio::test]
async fn values_are_kept_as_long_as_a_deployment_is_watched() {
    let world = world().await;
    let place = Place::new(world.admin()).await;
    place.give("secrets", "TOKEN", json!({"value": TOKEN})).await;
    let check = json!({
        "name": "token", "type": "script", "command": format!("test $({SAY_HASH}) = {}", hash(TOKEN)),
        "interval_seconds": 10, "healthy_threshold": 1, "unhealthy_threshold": 1,
    });
    let watched = json!({"health_checks": [check], "rollback": {"observe_seconds": 60}});
    place.script("true", watched).await;
    let done = place.deploy("v1").await;
    assert_eq!((&done.body["status"], &done.body["health"]), (&json!("success"), &json!("passing")));
    assert_eq!(kept(&world).await, [done.id()]);
    assert!(!is_stored(&world, TOKEN));
    world.advance(61);
    while !kept(&world).await.is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(place.read(&done.id()).await.body["status"], "success");
}

#[tokio::test]
async fn a_secret_that_does_not_open_stops_a_deployment_before_it_touches_anything() {
    let world = world().await;
    let place = Place::new(world.admin()).await;
    place.give("secrets", "A", json!({"value": "one"})).await;
    place.give("secrets", "B", json!({"value": "two"})).await;
    place.script("true", json!({})).await;
    let swap = "UPDATE secrets SET sealed = (SELECT sealed FROM secrets WHERE key = 'B') WHERE key = 'A'";
    world.tamper(swap).await.unwrap();
    let done = place.deploy("v1").await;
    let failure = json!({"cause": "preconditions_failed", "detail": "The secret A does not open."});
    assert_eq!((&done.body["failure"], kept(&world).await), (&failure, Vec::new()));
}

#[tokio::test]
async fn a_plan_shows_what_has_changed_and_the_digest_covers_it() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = promoting::place(&world, &receiver).await;
    let colour = place.give("variables", "COLOUR", json!({"value": "red"})).await;
    place.give("variables", "FOR_BUILDS", json!({"value": "x", "availability": "build"})).await;
    let token = place.give("secrets", "TOKEN", json!({"value": TOKEN})).await;
    let release = place.release("v1").await;
    let changes = |plan: &Reply| -> Vec<String> {
        let changes = plan.body["config_changes"].as_array().unwrap().iter();
        let words = ["key", "kind", "change"];
        let line = |change: &Value| words.map(|word| change[word].as_str().unwrap().to_owned()).join(" ");
        changes.map(line).collect()
    };
    let plan = place.plan(&release, "promote").await.expect(200);
    assert_eq!(changes(&plan), ["COLOUR variable added", "TOKEN secret added"]);
    place.bring("v1.1").await;
    let plan = place.plan(&release, "promote").await.expect(200);
    assert_eq!(changes(&plan), Vec::<String>::new());

    let path = format!("/secrets/{}", token.id());
    place.admin.patch(&path, &token.etag(), json!({"value": "plaintext-another"})).await.expect(200);
    let path = format!("/variables/{}", colour.id());
    place.admin.delete(&path, &colour.etag()).await.expect(204);
    place.give("secrets", "COLOUR", json!({"value": "green"})).await;
    let now = place.plan(&release, "promote").await.expect(200);
    assert_eq!(changes(&now), ["COLOUR secret changed", "TOKEN secret changed"]);
    let last = &now.body["config_changes"][1];
    assert_eq!(last["before_fingerprint"], token.body["fingerprint"]);
    assert_ne!(last["after_fingerprint"], token.body["fingerprint"]);
    assert!(!now.body.to_string().contains("plaintext"), "{:#}", now.body);
    // Whoever has seen the earlier plan has not agreed to this.
    let body = json!({
        "environment_id": place.environment, "release_id": release, "plan_digest": plan.body["digest"],
    });
    let stale = place.admin.post("/promotions", body).await.expect(412);
    let what: Vec<&str> =
        stale.body["changes"].as_array().unwrap().iter().map(|c| c["what"].as_str().unwrap()).collect();
    let expected = ["secrets/COLOUR", "secrets/TOKEN", "variables/COLOUR"];
    assert_eq!(what, expected.map(|name| format!("configuration/{name}")));
}
