use sparki_client::api::environments::EnvironmentPatch;
# use sparki_client::api::environments::NewEnvironment;
# use sparki_client::api::projects::NewProject;
# use sparki_client::api::workspaces::NewWorkspace;

# let workspace = NewWorkspace::new(reference_server::unique("acme"));
# let workspace = client.workspaces().create(workspace).send().await?.value;
# let project = NewProject::new(&workspace.id, "Web", "https://github.com/acme/web");
# let project = client.projects().create(project).send().await?.value;
# let environment = NewEnvironment::new(&project.id, "Staging");
# let environment = client.environments().create(environment).send().await?;
let patch = EnvironmentPatch::new().deployment_concurrency(2).clear_locked();
let changed = client.environments().update(&environment.value.id, &environment, patch).send().await?;
assert_eq!(changed.value.deployment_concurrency, 2);
