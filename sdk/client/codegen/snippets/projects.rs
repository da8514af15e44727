use futures_util::TryStreamExt;
use sparki_client::api::projects::{NewProject, ProjectPatch};
# use sparki_client::api::workspaces::NewWorkspace;

# let workspace = NewWorkspace::new(reference_server::unique("acme"));
# let workspace = client.workspaces().create(workspace).send().await?.value;
let project = NewProject::new(&workspace.id, "Web", "https://github.com/acme/web");
let created = client.projects().create(project).send().await?;

let patch = ProjectPatch::new().name("Website").clear_framework();
let changed = client.projects().update(&created.value.id, &created, patch).send().await?;

let names: Vec<String> = client
    .projects()
    .list()
    .workspace_id(&workspace.id)
    .stream()
    .map_ok(|project| project.name)
    .try_collect()
    .await?;
assert_eq!(names, ["Website"]);

client.projects().delete(&created.value.id, &changed).send().await?;
