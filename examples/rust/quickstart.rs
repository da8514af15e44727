//! The quickstart without Terraform: the same objects as `examples/quickstart`, made, read, changed and removed.
//!
//! Run it with `cargo run -p sparki --example quickstart`. It connects as the environment says: `SPARKI_ENDPOINT` and
//! `SPARKI_API_KEY`, and for the cluster AWS's own variables with `CLUSTER_ROLE_ARN`, `NODE_ROLE_ARN` and `SUBNET_IDS`
//! (separated by commas). Without `SUBNET_IDS` the cluster is left out, and production runs where a connection says.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::collections::BTreeSet;
use std::env;

use sparki::aws::{EksCluster, EksClusterModel, EksNodeGroup, EksNodeGroupModel};
use sparki::{
    Custom, DeploymentTargetModel, Environment, EnvironmentModel, Error, HealthCheck, HealthCheckKind,
    Kubernetes, Managed, PipelineModel, ProjectModel, Slug, Sparki, Stage, Step, Strategy, StrategyKind,
    Tier, Trigger, WorkspaceModel,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let sparki = Sparki::from_environment()?;

    // Make. A typed id of one object is what the next one asks for; a mix-up does not compile.
    let slug = env::var("QUICKSTART_WORKSPACE").unwrap_or_else(|_| "acme-rust".into());
    let acme = sparki
        .workspaces()
        .create(WorkspaceModel::new("Acme").slug(slug.as_str()).deletion_protection(false))
        .await?;
    let web = ProjectModel::new("Web", "https://github.com/acme/web").workspace_id(acme.id.clone());
    let web = sparki.projects().create(web).await?;
    println!("made {slug}/{}", web.slug.known().map_or("", Slug::as_str));

    let wanted = PipelineModel::new(web.id.clone(), "ci")
        .triggers(BTreeSet::from([Trigger::Push, Trigger::PullRequest]))
        .stages(vec![
            Stage::new(
                "test",
                vec![Step::new("unit", "npm test").timeout("10m"), Step::new("lint", "npm run lint")],
            ),
            Stage::new("build", vec![Step::new("image", "docker build -t web .").retry(2)]),
        ]);
    let ci = sparki.pipelines().create(wanted.clone()).await?;

    let environments = sparki.environments();
    let development = environments.create(EnvironmentModel::new(web.id.clone(), "Development")).await?;
    let from =
        |source: &Managed<Environment>| -> BTreeSet<_> { source.id.known().cloned().into_iter().collect() };
    let staging = EnvironmentModel::new(web.id.clone(), "Staging")
        .tier(Tier::Staging)
        .promotes_from(from(&development));
    let staging = environments.create(staging).await?;
    let production = EnvironmentModel::new(web.id.clone(), "Production")
        .tier(Tier::Production)
        .promotes_from(from(&staging))
        .deletion_protection(false);
    let production = environments.create(production).await?;

    let cluster = make_cluster(&sparki, &slug).await?;
    let targets = sparki.deployment_targets();
    let preview = DeploymentTargetModel::new(staging.id.clone(), "preview")
        .custom(Custom::new().script("./deploy.sh staging"));
    let preview = targets.create(preview).await?;
    let workload = Kubernetes::new("web", "web");
    let workload = match &cluster {
        Some((cluster, _)) => workload.cluster_arn(cluster.arn.clone()),
        None => workload.connection("main"),
    };
    let use1 = DeploymentTargetModel::new(production.id.clone(), "use1")
        .kubernetes(workload)
        .strategy(Strategy::new(StrategyKind::Canary).steps(vec![10, 50, 100]))
        .health_checks(vec![
            HealthCheck::new("ready", HealthCheckKind::Http).url("https://web.example.com/readyz"),
        ]);
    let use1 = targets.create(use1).await?;

    // Read. What somebody else changed or removed in the meantime shows here.
    let found = sparki.pipelines().find(&format!("{slug}/web/ci")).await?;
    println!("found pipeline {:?} with {:?} steps", found.name.known(), found.steps_count.known());

    // Change: plan, look, apply. A plan asks nothing of the remote and changes nothing.
    let change = sparki.pipelines().plan(wanted.enabled(false), Some(&ci))?;
    print!("{change}");
    let ci = sparki.pipelines().apply(change).await?;

    // Remove, in the opposite order.
    targets.delete(&use1).await?;
    targets.delete(&preview).await?;
    if let Some((cluster, workers)) = &cluster {
        sparki.eks_node_groups().delete(workers).await?;
        sparki.eks_clusters().delete(cluster).await?;
    }
    for environment in [&production, &staging, &development] {
        environments.delete(environment).await?;
    }
    if let Some(ci) = &ci {
        sparki.pipelines().delete(ci).await?;
    }
    sparki.projects().delete(&web).await?;
    sparki.workspaces().delete(&acme).await?;
    println!("removed everything");
    Ok(())
}

type Cluster = (Managed<EksCluster>, Managed<EksNodeGroup>);

/// Makes an EKS cluster with its workers, if the environment says where.
async fn make_cluster(sparki: &Sparki, slug: &str) -> Result<Option<Cluster>, Error> {
    let Ok(subnets) = env::var("SUBNET_IDS") else { return Ok(None) };
    let subnets: BTreeSet<String> = subnets.split(',').map(str::to_owned).collect();
    let role = |name: &str| env::var(name).unwrap_or_default();
    let name = format!("{slug}-main");
    let cluster = EksClusterModel::new(name.clone(), role("CLUSTER_ROLE_ARN"), subnets.clone());
    // Nodes need a network. Add-ons that are managed can take its place later.
    let cluster = cluster.deletion_protection(false).bootstrap_self_managed_addons(true);
    let cluster = sparki.eks_clusters().create(cluster).await?;
    println!("made cluster {:?}", cluster.arn.known());
    let workers = EksNodeGroupModel::new(name, role("NODE_ROLE_ARN"), subnets).name("workers");
    let workers = sparki.eks_node_groups().create(workers.min(1).max(3)).await?;
    Ok(Some((cluster, workers)))
}
