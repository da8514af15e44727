use sparki_client::api::pipelines::PipelinePatch;
# use sparki_client::api::pipelines::{NewConfiguration, NewPipeline, NewStage, NewStep};
# use sparki_client::api::projects::NewProject;
# use sparki_client::api::workspaces::NewWorkspace;

# let workspace = NewWorkspace::new(reference_server::unique("acme"));
# let workspace = client.workspaces().create(workspace).send().await?.value;
# let project = NewProject::new(&workspace.id, "Web", "https://github.com/acme/web");
# let project = client.projects().create(project).send().await?.value;
# let stages = [NewStage::new("test", [NewStep::new("unit", "cargo test")])];
# let pipeline = NewPipeline::new(&project.id, "ci", NewConfiguration::new(stages));
# let pipeline = client.pipelines().create(pipeline).send().await?;
let patch = PipelinePatch::new().enabled(false);
let changed = client.pipelines().update(&pipeline.value.id, &pipeline, patch).send().await?;
assert!(!changed.value.enabled);
