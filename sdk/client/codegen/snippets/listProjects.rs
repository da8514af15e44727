use futures_util::TryStreamExt;
# use sparki_client::api::projects::NewProject;
# use sparki_client::api::workspaces::NewWorkspace;

# let workspace = NewWorkspace::new(reference_server::unique("acme"));
# let workspace = client.workspaces().create(workspace).send().await?.value;
# let project = NewProject::new(&workspace.id, "Web", "https://github.com/acme/web");
# let project = client.projects().create(project).send().await?.value;
let page = client.projects().list().workspace_id(&workspace.id).limit(10).send().await?.value;
assert_eq!(page.data.len(), 1);

let mut projects = std::pin::pin!(client.projects().list().label("team", "platform").stream());
while let Some(project) = projects.try_next().await? {
    println!("{} is {}", project.id, project.slug);
}
# assert_eq!(page.data[0].id, project.id);
