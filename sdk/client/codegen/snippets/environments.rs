use sparki_client::api::environments::{NewEnvironment, Tier};
# use sparki_client::api::projects::NewProject;
# use sparki_client::api::workspaces::NewWorkspace;

# let workspace = NewWorkspace::new(reference_server::unique("acme"));
# let workspace = client.workspaces().create(workspace).send().await?.value;
# let project = NewProject::new(&workspace.id, "Web", "https://github.com/acme/web");
# let project = client.projects().create(project).send().await?.value;
let staging = NewEnvironment::new(&project.id, "Staging").tier(Tier::Staging);
let staging = client.environments().create(staging).send().await?.value;

let production = NewEnvironment::new(&project.id, "Production")
    .tier(Tier::Production)
    .promotes_from([&staging.id]);
let production = client.environments().create(production).send().await?;
assert!(production.value.deletion_protection);
