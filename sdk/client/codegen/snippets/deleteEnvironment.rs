# use sparki_client::api::environments::NewEnvironment;
# use sparki_client::api::projects::NewProject;
# use sparki_client::api::workspaces::NewWorkspace;

# let workspace = NewWorkspace::new(reference_server::unique("acme"));
# let workspace = client.workspaces().create(workspace).send().await?.value;
# let project = NewProject::new(&workspace.id, "Web", "https://github.com/acme/web");
# let project = client.projects().create(project).send().await?.value;
# let environment = NewEnvironment::new(&project.id, "Staging");
# let environment = client.environments().create(environment).send().await?;
client.environments().delete(&environment.value.id, &environment).send().await?;
# assert!(client.environments().read(&environment.value.id).send().await?.is_none());
