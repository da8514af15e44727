use sparki_client::api::variables::{NewVariable, VariablePatch};
# use sparki_client::api::projects::NewProject;
# use sparki_client::api::workspaces::NewWorkspace;

# let workspace = NewWorkspace::new(reference_server::unique("acme"));
# let workspace = client.workspaces().create(workspace).send().await?.value;
# let project = NewProject::new(&workspace.id, "Web", "https://github.com/acme/web");
# let project = client.projects().create(project).send().await?.value;
let variable = NewVariable::project(&project.id, "LOG_LEVEL", "info");
let variable = client.variables().create(variable).send().await?;

let patch = VariablePatch::new().value("debug");
let changed = client.variables().update(&variable.value.id, &variable, patch).send().await?;
assert_eq!(changed.value.value, "debug");
