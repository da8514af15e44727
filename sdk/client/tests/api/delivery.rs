//! Work that goes on: builds and deployments, and waiting for them.

use std::sync::{Arc, Mutex};

use futures_util::TryStreamExt;
use sparki_client::api::builds::{BuildStatus, NewBuild};
use sparki_client::api::deployment_targets::{NewDeploymentTarget, NewFlyioSettings, NewRollback};
use sparki_client::api::deployments::{DeploymentStatus, NewDeployment};
use sparki_client::api::environment_releases::{
    EnvironmentReleasePatch, NewEnvironmentRelease, NewPinnedRelease, PinStatus,
};
use sparki_client::api::environments::NewEnvironment;
use sparki_client::api::pipelines::{NewConfiguration, NewPipeline, NewStage, NewStep, Pipeline};
use sparki_client::api::releases::NewRelease;

use crate::world::World;

/// Forty hexadecimal digits.
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

async fn pipeline(world: &World, command: &str) -> Pipeline {
    let project = world.project("Web").await.value;
    let stages = [NewStage::new("test", [NewStep::new("unit", command)])];
    let new = NewPipeline::new(project.id, "ci", NewConfiguration::new(stages));
    world.client.pipelines().create(new).send().await.unwrap().value
}

#[tokio::test]
async fn a_build_is_waited_for_and_told_of() {
    let world = World::new().await;
    let pipeline = pipeline(&world, "make test").await;
    let builds = world.client.builds();
    let started = builds.create(NewBuild::new(&pipeline.id, COMMIT).branch("main")).send().await.unwrap();
    let build = started.response.value.clone();
    assert_eq!(started.operation_id(), build.operation_id.as_deref());
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let tell = Arc::clone(&told);
    let wait = started.wait().on_progress(move |progress| tell.lock().unwrap().push(progress.status.clone()));
    let built = wait.send().await.unwrap().value;
    assert_eq!((built.id, built.status), (build.id.clone(), BuildStatus::Success));
    assert_eq!(told.lock().unwrap().last().map(String::as_str), Some("succeeded"));
    let found = builds.list().pipeline_id(&pipeline.id).status(BuildStatus::Success).limit(1).send();
    assert_eq!(
        found.await.unwrap().value.data.first().map(|found| found.id.as_str()),
        Some(build.id.as_str())
    );
    let lines: Vec<_> = builds.read_log(&build.id).stream().try_collect().await.unwrap();
    assert!(!lines.is_empty());
}

#[tokio::test]
async fn a_build_that_fails_is_an_error_of_the_wait() {
    let world = World::new().await;
    let pipeline = pipeline(&world, "exit 3").await;
    let builds = world.client.builds();
    let started = builds.create(NewBuild::new(&pipeline.id, COMMIT)).send().await.unwrap();
    let error = started.wait().send().await.unwrap_err();
    assert_eq!(error.action(), "create a build");
    let cause = error.cause().to_string();
    assert!(
        cause.starts_with(&format!("operation {} is failed: ", started.operation_id().unwrap())),
        "{cause}"
    );
}

#[tokio::test]
async fn a_release_is_deployed_and_its_deployment_followed() {
    let world = World::new().await;
    let client = &world.client;
    let pipeline = pipeline(&world, "make test").await;
    let build = client.builds().create(NewBuild::new(&pipeline.id, COMMIT)).send().await.unwrap();
    build.wait().send().await.unwrap();
    let release = NewRelease::build_id(&pipeline.project_id, "v1.0.0", &build.response.value.id);
    let release = client.releases().create(release).send().await.unwrap().value;
    let environment = NewEnvironment::new(&pipeline.project_id, "Staging");
    let environment = client.environments().create(environment).send().await.unwrap().value;
    let target = NewDeploymentTarget::flyio(&environment.id, "web", NewFlyioSettings::new("web"));
    client.deployment_targets().create(target).send().await.unwrap();

    let deployment = NewDeployment::release(&release.id, &environment.id);
    let started = client.deployments().create(deployment).send().await.unwrap();
    let id = started.response.value.id.clone();
    let events: Vec<_> = client.deployments().follow(&id).stream().try_collect().await.unwrap();
    assert_eq!(events.last().map(|event| event.kind.as_str()), Some("deployment.succeeded"));
    let deployment = started.wait().send().await.unwrap().value;
    assert_eq!((&deployment.id, deployment.status), (&id, DeploymentStatus::Success));
    let found = client.deployments().list().release_id(&release.id).status(DeploymentStatus::Success).send();
    assert_eq!(found.await.unwrap().value.data.len(), 1);
    let error = client.deployments().cancel(&id).send().await.unwrap_err();
    assert_eq!(error.code(), Some("invalid_state"));
}

#[tokio::test]
async fn a_pin_is_waited_for_until_its_promotion_has_ended() {
    let world = World::new().await;
    let client = &world.client;
    let pipeline = pipeline(&world, "make test").await;
    let build = client.builds().create(NewBuild::new(&pipeline.id, COMMIT)).send().await.unwrap();
    let build = build.wait().send().await.unwrap().value;
    let release = NewRelease::build_id(&pipeline.project_id, "v1.0.0", &build.id);
    client.releases().create(release).send().await.unwrap();
    let environment = NewEnvironment::new(&pipeline.project_id, "Staging");
    let environment = client.environments().create(environment).send().await.unwrap().value;
    let target = NewDeploymentTarget::flyio(&environment.id, "web", NewFlyioSettings::new("web"))
        .rollback(NewRollback::new().observe_seconds(0));
    client.deployment_targets().create(target).send().await.unwrap();

    let pin = NewEnvironmentRelease::new(&environment.id, NewPinnedRelease::new("v1.0.0"));
    let started = client.environment_releases().create(pin).send().await.unwrap();
    assert_ne!(started.response.value.status, PinStatus::InPlace);
    let pin = started.wait().send().await.unwrap();
    assert_eq!(pin.value.status, PinStatus::InPlace);

    // Nothing more is to be done, and nothing is waited for.
    let patch = EnvironmentReleasePatch::new().reason("as it is");
    let started = client.environment_releases().update(&pin.value.id, &pin, patch).send().await.unwrap();
    assert_eq!(started.wait().send().await.unwrap().value.status, PinStatus::InPlace);
}
