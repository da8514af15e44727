use sparki_client::api::promotions::{
    ApprovePromotionRequest, NewPromotion, PlanPromotionRequest, PromotionStatus,
};
# use sparki_client::api::environment_gates::{NewApprovalCondition, NewEnvironmentGate};
# use sparki_client::api::builds::NewBuild;
# use sparki_client::api::deployment_targets::{NewDeploymentTarget, NewFlyioSettings, NewRollback};
# use sparki_client::api::environments::NewEnvironment;
# use sparki_client::api::pipelines::{NewConfiguration, NewPipeline, NewStage, NewStep};
# use sparki_client::api::projects::NewProject;
# use sparki_client::api::releases::NewRelease;
# use sparki_client::api::workspaces::NewWorkspace;

# let workspace = NewWorkspace::new(reference_server::unique("acme"));
# let workspace = client.workspaces().create(workspace).send().await?.value;
# let project = NewProject::new(&workspace.id, "Web", "https://github.com/acme/web");
# let project = client.projects().create(project).send().await?.value;
# let stages = [NewStage::new("test", [NewStep::new("unit", "make test")])];
# let pipeline = NewPipeline::new(&project.id, "ci", NewConfiguration::new(stages));
# let pipeline = client.pipelines().create(pipeline).send().await?.value;
# let build = NewBuild::new(&pipeline.id, "0123456789abcdef0123456789abcdef01234567");
# let build = client.builds().create(build).send().await?.wait().send().await?.value;
# let release = NewRelease::build_id(&project.id, "v1.0.0", &build.id);
# let release = client.releases().create(release).send().await?.value;
# let environment = NewEnvironment::new(&project.id, "Staging");
# let environment = client.environments().create(environment).send().await?.value;
# let target = NewDeploymentTarget::flyio(&environment.id, "web", NewFlyioSettings::new("web"));
# let target = target.rollback(NewRollback::new().observe_seconds(0));
# client.deployment_targets().create(target).send().await?;
# let gate = NewEnvironmentGate::approval(&environment.id, "people", NewApprovalCondition::new());
# client.environment_gates().create(gate).send().await?;
let plan = PlanPromotionRequest::new(&environment.id, &release.id);
let plan = client.promotions().plan(plan).send().await?.value;
for gate in &plan.gates {
    println!("{} is {}", gate.name, gate.status);
}

let promotion = NewPromotion::new(&environment.id, &release.id, &plan.digest);
let started = client.promotions().create(promotion).send().await?;

let promotion = &started.response.value;
let approval = ApprovePromotionRequest::new(&promotion.plan_digest).comment("goes well in staging");
client.promotions().approve(&promotion.id, approval).send().await?;

let promotion = started.wait().send().await?.value;
assert_eq!(promotion.status, PromotionStatus::Succeeded);
