# use sparki_client::api::environments::NewEnvironment;
# use sparki_client::api::projects::NewProject;
# use sparki_client::api::workspaces::NewWorkspace;

# let workspace = NewWorkspace::new(reference_server::unique("acme"));
# let workspace = client.workspaces().create(workspace).send().await?.value;
# let project = NewProject::new(&workspace.id, "Web", "https://github.com/acme/web");
# let project = client.projects().create(project).send().await?.value;
# let environment = NewEnvironment::new(&project.id, "Staging");
# let environment = client.environments().create(environment).send().await?;
let page = client.environments().list().project_id(&project.id).send().await?.value;
assert_eq!(page.data.len(), 1);
# assert_eq!(page.data[0].id, environment.value.id);
