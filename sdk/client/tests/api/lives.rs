//! The life of an object of each kind: tried, made, made again, found, changed, changed from an old version, deleted.

use futures_util::TryStreamExt;
use sparki_client::api::deployment_targets::{
    DeploymentTargetPatch, NewCustomSettings, NewDeploymentTarget, NewHealthCheck,
};
use sparki_client::api::environments::{EnvironmentPatch, NewEnvironment};
use sparki_client::api::pipelines::{NewConfiguration, NewPipeline, NewStage, NewStep, PipelinePatch};
use sparki_client::api::projects::{NewProject, ProjectPatch};
use sparki_client::api::roles::{NewRole, RolePatch};
use sparki_client::api::teams::{NewTeam, TeamPatch};
use sparki_client::api::workspaces::{NewWorkspace, WorkspacePatch};
use sparki_client::{Client, IdempotencyKey};

use crate::world::{GIT_URL, World, client};

/// Leads the life of one object. Every kind has other types, so that a function could not.
macro_rules! check_life {
    ($client:expr, $kind:ident, $new:expr, $patch:expr) => {{
        let (client, new): (Client, _) = ($client, $new);
        let tried = client.$kind().create(new.clone()).dry_run().send().await.unwrap();
        assert_eq!(
            client.$kind().read(&tried.value.id).send().await.unwrap().map(|found| found.value.id),
            None
        );

        let key = IdempotencyKey::generate();
        let made = client.$kind().create(new.clone()).idempotency_key(key.clone()).send().await.unwrap();
        let again = client.$kind().create(new.clone()).idempotency_key(key).send().await.unwrap();
        assert_eq!(made.value, again.value);
        let error = client.$kind().create(new).send().await.unwrap_err();
        assert!(error.is_already_exists(), "{error:?}");
        assert_eq!(error.existing_id(), Some(made.value.id.as_str()));

        let found = client.$kind().read(&made.value.id).send().await.unwrap().unwrap();
        assert_eq!((&found.value, &found.etag), (&made.value, &made.etag));
        let all: Vec<_> =
            client.$kind().list().label("life", &made.value.id).stream().try_collect().await.unwrap();
        assert_eq!(all, []);

        let labelled = $patch.labels([("life", &made.value.id)]);
        let checked =
            client.$kind().update(&made.value.id, &made, labelled.clone()).dry_run().send().await.unwrap();
        let changed = client.$kind().update(&made.value.id, &made, labelled).send().await.unwrap();
        assert_eq!(checked.value.labels, changed.value.labels);
        assert_ne!((&changed.value, &changed.etag), (&made.value, &made.etag));
        let all: Vec<_> =
            client.$kind().list().label("life", &made.value.id).stream().try_collect().await.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0], changed.value);

        // Somebody else was faster: what is there is read again, and changed then.
        let unlabelled = $patch.remove_label("life");
        let error =
            client.$kind().update(&made.value.id, &made, unlabelled.clone()).send().await.unwrap_err();
        assert!(error.is_precondition_failed(), "{error:?}");
        let found = client.$kind().read(&made.value.id).send().await.unwrap().unwrap();
        let changed = client.$kind().update(&made.value.id, &found, unlabelled).send().await.unwrap();
        assert_eq!(changed.value.labels.get("life"), None);

        let error = client.$kind().delete(&made.value.id, &made).send().await.unwrap_err();
        assert!(error.is_precondition_failed(), "{error:?}");
        client.$kind().delete(&made.value.id, &changed).dry_run().send().await.unwrap();
        assert!(client.$kind().read(&made.value.id).send().await.unwrap().is_some());
        client.$kind().delete(&made.value.id, &changed).send().await.unwrap();
        assert!(client.$kind().read(&made.value.id).send().await.unwrap().is_none());
        client.$kind().delete(&made.value.id, &changed).send().await.unwrap();
    }};
}

#[tokio::test]
async fn a_workspace_lives() {
    let new = NewWorkspace::new(reference_server::unique("life")).deletion_protection(false);
    check_life!(client(), workspaces, new, WorkspacePatch::new().name("another"));
}

#[tokio::test]
async fn a_project_lives() {
    let world = World::new().await;
    let new = NewProject::new(&world.workspace.id, "life", GIT_URL);
    check_life!(world.client, projects, new, ProjectPatch::new().name("another"));
}

#[tokio::test]
async fn a_pipeline_lives() {
    let world = World::new().await;
    let project = world.project("life").await.value;
    let stages = [NewStage::new("test", [NewStep::new("unit", "make test")])];
    let new = NewPipeline::new(project.id, "life", NewConfiguration::new(stages));
    check_life!(world.client, pipelines, new, PipelinePatch::new().name("another"));
}

#[tokio::test]
async fn an_environment_lives() {
    let world = World::new().await;
    let project = world.project("life").await.value;
    let new = NewEnvironment::new(project.id, "life");
    check_life!(world.client, environments, new, EnvironmentPatch::new().name("another"));
}

#[tokio::test]
async fn a_deployment_target_lives() {
    let world = World::new().await;
    let environment = world.environment("life").await.value;
    let settings = NewCustomSettings::webhook_url("https://deploy.example.com").signing_secret("hunter2");
    let new = NewDeploymentTarget::custom(environment.id, "life", settings)
        .health_checks([NewHealthCheck::http("up", "https://example.com/healthz").interval_seconds(30)]);
    check_life!(world.client, deployment_targets, new, DeploymentTargetPatch::new().name("another"));
}

#[tokio::test]
async fn a_role_lives() {
    let world = World::new().await;
    let new = NewRole::new(&world.workspace.id, "life").permissions(["project:read"]);
    check_life!(world.client, roles, new, RolePatch::new().description("another"));
}

#[tokio::test]
async fn a_team_lives() {
    let world = World::new().await;
    let new = NewTeam::new(&world.workspace.id, "life");
    check_life!(world.client, teams, new, TeamPatch::new().name("another"));
}
