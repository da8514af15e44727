use sparki_client::api::projects::{ProjectPatch, Visibility};
# use sparki_client::api::projects::NewProject;
# use sparki_client::api::workspaces::NewWorkspace;

# let workspace = NewWorkspace::new(reference_server::unique("acme"));
# let workspace = client.workspaces().create(workspace).send().await?.value;
# let project = NewProject::new(&workspace.id, "Web", "https://github.com/acme/web");
# let project = client.projects().create(project).send().await?;
let patch = ProjectPatch::new()
    .visibility(Visibility::Internal)
    .labels([("team", "platform")])
    .clear_framework();
let changed = client.projects().update(&project.value.id, &project, patch).send().await?;
assert_eq!(changed.value.visibility, Visibility::Internal);
