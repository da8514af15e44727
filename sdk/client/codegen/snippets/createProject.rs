use sparki_client::api::projects::NewProject;
# use sparki_client::api::workspaces::NewWorkspace;

# let workspace = NewWorkspace::new(reference_server::unique("acme"));
# let workspace = client.workspaces().create(workspace).send().await?.value;
let project = NewProject::new(&workspace.id, "Web", "https://github.com/acme/web")
    .default_branch("trunk")
    .labels([("team", "platform")]);
let created = client.projects().create(project).send().await?;
assert_eq!(created.value.slug, "web");
assert_eq!(created.value.default_branch, "trunk");
