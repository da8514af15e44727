use sparki_client::api::pipelines::{NewConfiguration, NewPipeline, NewStage, NewStep, Trigger};
# use sparki_client::api::projects::NewProject;
# use sparki_client::api::workspaces::NewWorkspace;

# let workspace = NewWorkspace::new(reference_server::unique("acme"));
# let workspace = client.workspaces().create(workspace).send().await?.value;
# let project = NewProject::new(&workspace.id, "Web", "https://github.com/acme/web");
# let project = client.projects().create(project).send().await?.value;
let test = NewStage::new("test", [NewStep::new("unit", "cargo test").timeout("10m").retry(1)]);
let ship = NewStage::new("ship", [NewStep::new("image", "make image").env([("TAG", "latest")])]);
let pipeline = NewPipeline::new(&project.id, "ci", NewConfiguration::new([test, ship]))
    .triggers([Trigger::Push, Trigger::PullRequest]);
let created = client.pipelines().create(pipeline).send().await?;
assert_eq!(created.value.steps_count, 2);
