//! Values that are known only after something else was applied.

use acceptance::{Action, Case};

use crate::attributes::covers;
use crate::subject::{Subject, Version, deployment_target, environment, pipeline, project, workspace};

/// Plans with every attribute unknown, and applies when they are known.
fn check_unknown(subject: impl FnOnce(&Case) -> Subject) {
    let case = Case::new();
    let subject = subject(&case);
    let address = subject.address();
    let applied = case.apply(&subject.unknown_config(Version::First));
    assert_eq!(applied.plan.action(&address), Action::Create);
    for attribute in &subject.changeable {
        let pointer = format!("/{}", attribute.name);
        assert!(applied.plan.is_unknown(&address, &pointer), "{} is known", attribute.name);
        assert!(
            covers(applied.state.value(&address, &pointer), &attribute.first),
            "{} is not set",
            attribute.name
        );
    }
    let applied = case.apply(&subject.unknown_config(Version::Second));
    assert_eq!(applied.plan.action(&address), Action::Update);
    for attribute in &subject.changeable {
        let pointer = format!("/{}", attribute.name);
        assert!(
            covers(applied.state.value(&address, &pointer), &attribute.second),
            "{} is not set",
            attribute.name
        );
    }
    case.finish();
}

#[test]
fn a_workspace_of_unknown_values_is_planned_and_applied() {
    check_unknown(workspace);
}

#[test]
fn a_project_of_unknown_values_is_planned_and_applied() {
    check_unknown(project);
}

#[test]
fn a_pipeline_of_unknown_values_is_planned_and_applied() {
    check_unknown(pipeline);
}

#[test]
fn an_environment_of_unknown_values_is_planned_and_applied() {
    check_unknown(environment);
}

#[test]
fn a_deployment_target_of_unknown_values_is_planned_and_applied() {
    check_unknown(deployment_target);
}

#[test]
fn a_cluster_and_its_nodes_of_unknown_values_are_planned() {
    let case = Case::with_aws();
    let name = case.unique("main");
    let fixtures = case.aws().fixtures();
    let config = format!(
        "resource \"terraform_data\" \"elsewhere\" {{
  input = {{
    name = {name:?}, version = \"1.32\", cluster_role = {cluster:?}, node_role = {nodes:?}, subnets = {subnets:?},
    groups = [{group:?}], logs = [\"api\"], tags = {{ team = \"one\" }}, region = \"us-east-1\", no = false, min = 1, max = 2,
    endpoint = {{ private = true, public = true, cidrs = [\"203.0.113.0/24\"] }}, types = [\"t3.large\"], disk = 30,
    taints = [{{ key = \"a\", value = \"b\", effect = \"NO_SCHEDULE\" }}], support = \"EXTENDED\",
  }}
}}
locals {{
  it = terraform_data.elsewhere.output
}}
resource \"sparki_eks_cluster\" \"it\" {{
  region              = local.it.region
  name                = local.it.name
  version             = local.it.version
  role_arn            = local.it.cluster_role
  subnet_ids          = local.it.subnets
  security_group_ids  = local.it.groups
  endpoint            = local.it.endpoint
  log_types           = local.it.logs
  support_type        = local.it.support
  tags                = local.it.tags
  deletion_protection = local.it.no
}}
resource \"sparki_eks_node_group\" \"it\" {{
  region          = local.it.region
  cluster_name    = sparki_eks_cluster.it.name
  name            = local.it.name
  role_arn        = local.it.node_role
  subnet_ids      = local.it.subnets
  instance_types  = local.it.types
  disk_gib        = local.it.disk
  min             = local.it.min
  max             = local.it.max
  labels          = local.it.tags
  taints          = local.it.taints
  max_unavailable = local.it.min
  tags            = local.it.tags
}}
",
        cluster = fixtures.cluster_role_arn,
        nodes = fixtures.node_role_arn,
        subnets = fixtures.subnet_ids,
        group = fixtures.security_group_id,
    );
    let applied = case.apply(&config);
    assert!(applied.plan.is_unknown("sparki_eks_cluster.it", "/name"));
    assert_eq!(applied.state.text("sparki_eks_node_group.it", "/cluster_name"), name);
    case.finish();
}
