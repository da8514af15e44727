use sparki_client::api::environments::{NewEnvironment, Tier};
# use sparki_client::api::projects::NewProject;
# use sparki_client::api::workspaces::NewWorkspace;

# let workspace = NewWorkspace::new(reference_server::unique("acme"));
# let workspace = client.workspaces().create(workspace).send().await?.value;
# let project = NewProject::new(&workspace.id, "Web", "https://github.com/acme/web");
# let project = client.projects().create(project).send().await?.value;
let environment = NewEnvironment::new(&project.id, "Staging").tier(Tier::Staging).allowed_branches(["main"]);
let created = client.environments().create(environment).send().await?;
assert_eq!(created.value.slug, "staging");
