//! What a patch does and does not do.

use jiff::Timestamp;
use sparki_client::api::deployment_targets::{
    CustomSettingsPatch, DeploymentTargetPatch, DeploymentTargetSettings, NewCustomSettings,
    NewDeploymentTarget,
};
use sparki_client::api::environments::{EnvironmentLockPatch, EnvironmentPatch};
use sparki_client::api::projects::{
    BuildSettingsPatch, NewBuildSettings, NewProject, ProjectPatch, Visibility,
};
use sparki_client::api::workspaces::DeleteBehavior;
use sparki_client::{ETag, Precondition};

use crate::world::{GIT_URL, World};

#[tokio::test]
async fn a_field_is_left_alone_set_or_cleared() {
    let world = World::new().await;
    let projects = world.client.projects();
    let new = NewProject::new(&world.workspace.id, "Web", GIT_URL)
        .framework("axum")
        .default_branch("trunk")
        .visibility(Visibility::Internal)
        .build_settings(NewBuildSettings::new().build_command("make").install_command("make deps"))
        .labels([("team", "platform"), ("cost", "42")]);
    let made = projects.create(new).send().await.unwrap();
    let patch = ProjectPatch::new()
        .name("Website")
        .clear_framework()
        .clear_default_branch()
        .build_settings(BuildSettingsPatch::new().build_command("just").clear_install_command())
        .labels([("team", "web")])
        .remove_label("cost");
    let changed = projects.update(&made.value.id, &made, patch).send().await.unwrap().value;
    assert_eq!(changed.name, "Website");
    assert_eq!(changed.framework, None);
    assert_eq!(changed.default_branch, "main");
    assert_eq!(changed.visibility, Visibility::Internal);
    assert_eq!(changed.build_settings.build_command.as_deref(), Some("just"));
    assert_eq!(changed.build_settings.install_command, None);
    assert_eq!(changed.labels, [("team".to_owned(), "web".to_owned())].into());
}

#[tokio::test]
async fn times_go_there_and_back() {
    let world = World::new().await;
    let made = world.environment("staging").await;
    let until: Timestamp = "2030-01-01T00:00:00Z".parse().unwrap();
    let patch = EnvironmentPatch::new().locked(EnvironmentLockPatch::new().reason("frozen").until(until));
    let environments = world.client.environments();
    let locked = environments.update(&made.value.id, &made, patch).send().await.unwrap();
    assert_eq!(locked.value.locked.as_ref().unwrap().until, Some(until));
    let patch = EnvironmentPatch::new().clear_locked();
    let open = environments.update(&made.value.id, &locked, patch).send().await.unwrap();
    assert_eq!(open.value.locked, None);
}

#[tokio::test]
async fn settings_are_those_of_the_platform() {
    let world = World::new().await;
    let environment = world.environment("production").await.value;
    let targets = world.client.deployment_targets();
    let settings = NewCustomSettings::script("deploy.sh");
    let made =
        targets.create(NewDeploymentTarget::custom(environment.id, "vm", settings)).send().await.unwrap();
    let Some(DeploymentTargetSettings::Custom(settings)) = &made.value.settings else {
        panic!("{:?}", made.value.settings)
    };
    assert_eq!((settings.script.as_deref(), settings.webhook_url.as_deref()), (Some("deploy.sh"), None));
    let patch = DeploymentTargetPatch::new().settings(CustomSettingsPatch::new().script("other.sh"));
    let changed = targets.update(&made.value.id, &made, patch).send().await.unwrap().value;
    let Some(DeploymentTargetSettings::Custom(settings)) = changed.settings else { panic!("{changed:?}") };
    assert_eq!(settings.script.as_deref(), Some("other.sh"));
}

#[tokio::test]
async fn a_change_without_a_version_is_refused_and_one_of_any_is_not() {
    let world = World::new().await;
    let made = world.project("Web").await.value;
    let projects = world.client.projects();
    let error =
        projects.update(&made.id, None::<ETag>, ProjectPatch::new().name("a")).send().await.unwrap_err();
    assert_eq!(error.code(), Some("precondition_required"));
    let changed = projects.update(&made.id, Precondition::any(), ProjectPatch::new().name("a")).send().await;
    assert_eq!(changed.unwrap().value.name, "a");
}

#[tokio::test]
async fn a_workspace_goes_with_its_projects_if_it_is_told_to() {
    let world = World::new().await;
    let project = world.project("Web").await.value;
    let workspaces = world.client.workspaces();
    let error = workspaces.delete(&world.workspace.id, Precondition::any()).send().await.unwrap_err();
    assert_eq!(error.code(), Some("in_use"));
    let deletion = workspaces.delete(&world.workspace.id, Precondition::any());
    deletion.behavior(DeleteBehavior::Cascade).send().await.unwrap();
    assert!(world.client.projects().read(&project.id).send().await.unwrap().is_none());
}
