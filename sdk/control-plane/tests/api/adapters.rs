//! The platform custom: calls, scripts and checks that are real.

use serde_json::{Value, json};
use sparki_control_plane::Scripts;

use crate::{
    delivery::{Place, check, steps},
    receiver::Receiver,
    secrets::is_stored,
    webhooks::verify,
    world::{Reply, World},
};

#[tokio::test]
async fn a_webhook_is_called_with_what_is_to_be_deployed() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = Place::with_webhook(world.admin(), &receiver, json!({})).await;
    let done = place.deploy("v1").await;
    assert_eq!((&done.body["status"], &done.body["health"]), (&json!("success"), &json!("passing")));
    assert_eq!(done.body["simulated"], false);
    let call = &receiver.calls()[0];
    assert_eq!(call.body["deployment_id"], json!(done.id()));
    assert_eq!(call.body["release"]["artifacts"][0]["uri"], "oci://r/web:v1");
    assert_eq!(call.header("idempotency-key"), format!("{}-1", done.id()));
    assert_eq!(place.environment().await["health"], "passing");
}

#[tokio::test]
async fn a_webhook_that_is_out_of_reach_is_called_again_under_the_same_key() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = Place::with_webhook(world.admin(), &receiver, json!({})).await;
    receiver.answer(&[503, 429]);
    let release = place.release("v1").await;
    let asked = place.ask(&release).await.expect(202);
    for attempt in 1..=2 {
        receiver.called(attempt).await;
        // The job is put aside until its time has come.
        let attempts = i64::try_from(attempt).unwrap();
        while place.read(&asked.id()).await.body["steps"][1]["attempts"] != attempts {
            tokio::task::yield_now().await;
        }
        world.advance(60);
    }
    assert_eq!(place.admin.finished(&asked).await.body["status"], "succeeded");
    let calls = receiver.calls();
    let keys: Vec<&str> = calls.iter().map(|call| call.header("idempotency-key")).collect();
    assert_eq!(keys, [keys[0]; 3]);
    assert_eq!(calls[2].body["attempt"], 3);
}

#[tokio::test]
async fn a_webhook_that_refuses_fails_the_deployment() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = Place::with_webhook(world.admin(), &receiver, json!({})).await;
    receiver.answer(&[422]);
    let done = place.deploy("v1").await;
    assert_eq!(done.body["status"], "failed");
    let failure = json!({"cause": "deploy_failed", "detail": "The webhook answered 422."});
    assert_eq!(done.body["failure"], failure);
    let environment = place.environment().await;
    assert_eq!((&environment["health"], &environment["current_release"]), (&json!("critical"), &Value::Null));
}

#[tokio::test]
async fn a_webhook_can_tell_who_calls_by_a_secret_that_only_both_ends_know() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = Place::new(world.admin()).await;
    let url = format!("{}/deploy", receiver.url);
    let settings = json!({"webhook_url": url, "signing_secret": "plaintext-one"});
    let target = place.target(json!({"name": "hook", "platform": "custom", "settings": settings})).await;
    let fingerprint = |target: &Reply| target.body["settings"]["signing_secret_fingerprint"].clone();
    assert!(fingerprint(&target).is_string());
    assert_eq!(place.deploy("v1").await.body["status"], "success");
    // A change of something else keeps the secret.
    let path = format!("/deployment-targets/{}", target.id());
    let elsewhere = json!({"settings": {"webhook_url": format!("{url}?x=1")}});
    let moved = place.admin.patch(&path, &target.etag(), elsewhere).await.expect(200);
    assert_eq!(fingerprint(&moved), fingerprint(&target));
    assert_eq!(place.deploy("v2").await.body["status"], "success");
    let another = json!({"settings": {"signing_secret": "plaintext-two"}});
    let changed = place.admin.patch(&path, &moved.etag(), another).await.expect(200);
    assert_ne!(fingerprint(&changed), fingerprint(&moved));
    assert_eq!(place.deploy("v3").await.body["status"], "success");
    let none = json!({"settings": {"signing_secret": null}});
    let cleared = place.admin.patch(&path, &changed.etag(), none).await.expect(200);
    assert_eq!(fingerprint(&cleared), Value::Null);
    assert_eq!(place.deploy("v4").await.body["status"], "success");
    let calls = receiver.calls();
    for (call, secret) in calls.iter().zip(["plaintext-one", "plaintext-one", "plaintext-two"]) {
        verify(call.header("sparki-signature"), &call.text, secret);
    }
    assert_eq!((calls.len(), calls[3].header("sparki-signature")), (4, ""));
    for plaintext in ["plaintext-one", "plaintext-two"] {
        assert!(!is_stored(&world, plaintext), "{plaintext}");
    }
}

#[tokio::test]
async fn a_webhook_whose_secret_is_gone_is_not_called() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = Place::new(world.admin()).await;
    let settings = json!({"webhook_url": format!("{}/deploy", receiver.url), "signing_secret": "s"});
    place.target(json!({"name": "hook", "platform": "custom", "settings": settings})).await;
    world.tamper("UPDATE deployment_targets SET sealed = NULL, sealed_by = NULL").await.unwrap();
    let done = place.deploy("v1").await;
    let detail = "The secret that calls are signed with is gone. Give another one.";
    assert_eq!(done.body["failure"], json!({"cause": "deploy_failed", "detail": detail}));
    assert!(receiver.calls().is_empty());
}

/// Deploys by a script, with these validation scripts and this health check, on a server that runs scripts.
async fn by_script(scripts: Scripts, command: &str, more: Value) -> Reply {
    let world = World::with(|settings| settings.scripts = scripts).await;
    let place = Place::new(world.admin()).await;
    let mut body = json!({"name": "s", "platform": "custom", "settings": {"script": command}});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    place.target(body).await;
    let done = place.deploy("v1").await;
    let logs = place.admin.get(&format!("/deployments/{}/logs", done.id())).await.expect(200);
    let mut body = done.body.clone();
    body["logs"] = logs.body["data"].clone();
    Reply { body, ..done }
}

#[tokio::test]
async fn a_script_is_run_and_what_it_says_is_kept() {
    let command = "echo \"deploying $SPARKI_RELEASE_VERSION to $SPARKI_DEPLOYMENT_TARGET as $HOME\"";
    let done = by_script(Scripts::Allowed, command, json!({})).await;
    assert_eq!(done.body["status"], "success");
    assert_eq!(done.body["logs"][0]["line"], "deploying v1 to s as ");
}

#[tokio::test]
async fn scripts_are_off_unless_they_are_allowed() {
    let done = by_script(Scripts::Refused, "touch /tmp/never", json!({})).await;
    assert_eq!(done.body["status"], "failed");
    let detail = done.body["failure"]["detail"].as_str().unwrap();
    assert!(detail.contains("--allow-scripts"), "{detail}");
}

#[tokio::test]
async fn a_validation_script_that_fails_stops_everything_or_only_warns() {
    let script = |phase: &str, command: &str, on_failure: &str| json!({"phase": phase, "command": command, "timeout_seconds": 20, "on_failure": on_failure});
    let strict = json!({"validation_scripts": [script("pre_deploy", "exit 4", "abort")]});
    let done = by_script(Scripts::Allowed, "true", strict).await;
    assert_eq!(
        done.body["failure"],
        json!({"cause": "validation_failed", "detail": "The script exited with 4."})
    );
    assert_eq!(
        steps(&done),
        ["preconditions succeeded", "pre_deploy failed", "deploy skipped", "health_check skipped"]
    );
    let lenient = json!({"validation_scripts": [script("post_deploy", "false", "warn")]});
    let done = by_script(Scripts::Allowed, "true", lenient).await;
    assert_eq!((&done.body["status"], &done.body["health"]), (&json!("success"), &json!("warning")));
}

#[tokio::test]
async fn ports_and_commands_are_checks_too() {
    let receiver = Receiver::start().await;
    let port: i64 = receiver.url.rsplit_once(':').unwrap().1.parse().unwrap();
    let look = |kind: &str, more: Value| {
        let mut look = check(&receiver);
        look.as_object_mut().unwrap().remove("url");
        look["type"] = json!(kind);
        look.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        look
    };
    let checks = json!([look("tcp", json!({"port": port})), look("script", json!({"command": "test -d /"}))]);
    let done = by_script(Scripts::Allowed, "true", json!({"health_checks": checks})).await;
    assert_eq!((&done.body["status"], &done.body["health"]), (&json!("success"), &json!("passing")));

    // Not every machine has IPv6.
    if let Ok(listener) = tokio::net::TcpListener::bind("[::1]:0").await {
        let port = listener.local_addr().unwrap().port();
        let checks = json!([look("tcp", json!({"port": port, "url": "http://[::1]/"}))]);
        let done = by_script(Scripts::Allowed, "true", json!({"health_checks": checks})).await;
        assert_eq!((&done.body["status"], &done.body["health"]), (&json!("success"), &json!("passing")));
    }

    let checks = json!([look("script", json!({"command": "exit 9"}))]);
    let done = by_script(Scripts::Allowed, "true", json!({"health_checks": checks})).await;
    assert_eq!(done.body["failure"]["cause"], "health_check_failed");
    assert_eq!(done.body["health"], "critical");
}

#[tokio::test]
async fn a_check_looks_again_until_it_has_seen_enough() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let mut patient = check(&receiver);
    patient["healthy_threshold"] = json!(3);
    patient["interval_seconds"] = json!(30);
    let place = Place::with_webhook(world.admin(), &receiver, json!({"health_checks": [patient]})).await;
    let release = place.release("v1").await;
    let asked = place.ask(&release).await.expect(202);
    for passes in 1..=2 {
        while place.read(&asked.id()).await.body["steps"][2]["passes"] != passes {
            tokio::task::yield_now().await;
        }
        world.advance(30);
    }
    assert_eq!(place.admin.finished(&asked).await.body["status"], "succeeded");
    assert_eq!(place.read(&asked.id()).await.body["steps"][2]["attempts"], 3);
}
