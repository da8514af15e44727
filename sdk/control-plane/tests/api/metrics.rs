//! Metrics, as Prometheus reads them.

use serde_json::json;

use crate::{builds::COMMIT, delivery::Place, openmetrics::Samples, receiver::Receiver, world::World};

async fn scrape(world: &World) -> Samples {
    let response = world.root("GET", "/metrics").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(
        response.headers()["content-type"],
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    );
    Samples::read(&response.text().await.unwrap())
}

#[tokio::test]
async fn requests_are_counted_and_timed_by_the_template_of_their_route() {
    let world = World::new().await;
    let workspace = world.admin().workspace("acme").await.id();
    for _ in 0..3 {
        world.admin().get(&format!("/workspaces/{workspace}")).await.expect(200);
    }
    world.admin().get("/workspaces/no-uuid").await.expect(404);
    world.admin().get("/clouds/one").await.expect(404);
    world.admin().get("/clouds/two").await.expect(404);

    let samples = scrape(&world).await;
    let timed = |method, endpoint, status| {
        let labels = [("method", method), ("endpoint", endpoint), ("status", status)];
        samples.get("sparki_api_request_duration_seconds_count", &labels)
    };
    let one = "/api/v1/workspaces/{id}";
    assert_eq!(timed("GET", one, "200"), Some(3.0));
    assert_eq!(timed("GET", one, "404"), Some(1.0));
    assert_eq!(timed("POST", "/api/v1/workspaces", "201"), Some(1.0));
    assert_eq!(timed("GET", "none", "404"), Some(2.0), "paths that do not exist are one");
    assert!(samples.label_values().all(|value| !value.contains(&workspace)));

    let errors = |endpoint, error_type| {
        let labels = [("method", "GET"), ("endpoint", endpoint), ("error_type", error_type)];
        samples.get("sparki_api_request_errors_total", &labels)
    };
    assert_eq!((errors(one, "not_found"), errors("none", "malformed")), (Some(1.0), Some(2.0)));
}

#[tokio::test]
async fn the_machine_and_the_connections_are_looked_at_when_asked_for() {
    let world = World::new().await;
    let samples = scrape(&world).await;
    let value = |name| samples.get(name, &[]).unwrap_or_else(|| panic!("{name} is missing"));
    assert!(value("sparki_system_memory_bytes") > 1_000_000.0);
    assert!(value("process_goroutines_count") >= 1.0);
    assert!(value("sparki_api_active_connections") >= 1.0);
    assert_eq!(value("sparki_build_cache_hits_total"), 0.0);
    assert!(samples.get("sparki_system_cpu_usage", &[("core", "0")]).is_some());
}

#[tokio::test]
async fn only_this_machine_is_told_unless_there_is_an_address_for_it() {
    let world = World::new().await;
    let forwarded = world.root("GET", "/metrics").header("x-forwarded-for", "203.0.113.7");
    assert_eq!(forwarded.send().await.unwrap().status(), 403);

    let world = World::with(|settings| settings.metrics_listen = Some(([127, 0, 0, 1], 0).into())).await;
    assert_eq!(world.root("GET", "/metrics").send().await.unwrap().status(), 403);
    let url = world.running.metrics_url.clone().unwrap();
    let text = reqwest::get(url).await.unwrap().text().await.unwrap();
    assert!(Samples::read(&text).get("sparki_api_active_connections", &[]).is_some());
}

#[tokio::test]
async fn builds_and_deployments_are_counted_where_they_are_done() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let place = Place::with_webhook(world.admin(), &receiver, json!({})).await;
    let pipeline = place.admin.pipeline(&place.project, "ci").await.id();
    let build = json!({"pipeline_id": pipeline, "commit_sha": COMMIT});
    place.admin.finished(&place.admin.post("/builds", build).await.expect(202)).await;
    place.deploy("v1").await;
    receiver.health_of("v2", 500);
    place.deploy("v2").await;

    let build = [("project", "web"), ("framework", "unknown")];
    let deployment = [("stage", "development"), ("platform", "custom")];
    // They are counted once the job is put away, which is after everyone was told.
    let samples = loop {
        let samples = scrape(&world).await;
        let rollbacks = samples.get("sparki_deployment_rollback_total", &[("reason", "health_check_failed")]);
        if rollbacks == Some(1.0) {
            break samples;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(samples.get("sparki_build_success_total", &build), Some(1.0));
    assert_eq!(samples.get("sparki_build_duration_seconds_count", &build), Some(1.0));
    assert_eq!(samples.get("sparki_deployment_duration_seconds_count", &deployment), Some(3.0));
    assert_eq!(samples.get("sparki_deployment_success_total", &deployment), Some(2.0));
}
