# use sparki_client::api::projects::NewProject;
# use sparki_client::api::workspaces::NewWorkspace;

# let workspace = NewWorkspace::new(reference_server::unique("acme"));
# let workspace = client.workspaces().create(workspace).send().await?.value;
# let project = NewProject::new(&workspace.id, "Web", "https://github.com/acme/web");
# let project = client.projects().create(project).send().await?.value;
match client.projects().read(&project.id).send().await? {
    Some(found) => assert_eq!(found.value.name, "Web"),
    None => println!("the project is gone"),
}
# assert!(client.projects().read("0190b5c4-8f0e-7c3a-9d6e-1f2a3b4c5d6e").send().await?.is_none());
