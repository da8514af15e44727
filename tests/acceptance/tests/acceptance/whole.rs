//! One configuration that has an object of every type.

use std::collections::BTreeSet;

use acceptance::{Case, ControlPlane, Evidence, Provider, Setup, StandIn};
use serde_json::Value;
use std::sync::Arc;

use crate::eks_cluster::cluster;
use crate::subject::environment_around;

/// A secret that is nowhere else.
const SECRET: &str = "correct horse battery staple";

/// The key with which AWS is asked.
const AWS_SECRET: &str = "quill/and/lantern+0123456789abcdefghijkl";

/// A case with AWS, and names for its objects.
pub(crate) struct Whole {
    pub(crate) case: Case,
    pub(crate) slug: String,
}

impl Whole {
    /// On a control plane that others use as well.
    pub(crate) fn new() -> Self {
        Self::on(ControlPlane::shared())
    }

    pub(crate) fn on(control_plane: Arc<ControlPlane>) -> Self {
        let setup = Setup::new(&Provider::sparki()).control_plane(control_plane).aws(StandIn::simulated());
        let case = setup.set("TF_VAR_secret", SECRET).set("AWS_SECRET_ACCESS_KEY", AWS_SECRET).case();
        let slug = case.unique("acme");
        Self { case, slug }
    }

    /// The types that it has objects of.
    pub(crate) fn types() -> BTreeSet<&'static str> {
        [
            "sparki_workspace",
            "sparki_project",
            "sparki_pipeline",
            "sparki_environment",
            "sparki_deployment_target",
            "sparki_eks_cluster",
            "sparki_eks_node_group",
            "sparki_eks_addon",
            "sparki_eks_pod_identity",
            "sparki_iam_role",
            "sparki_kms_key",
            "sparki_secretsmanager_secret",
            "sparki_s3_bucket",
            "sparki_state_backend",
            "sparki_load_balancer",
            "sparki_cloudfront_distribution",
        ]
        .into()
    }

    /// The objects of the control plane.
    pub(crate) fn delivery(&self) -> String {
        format!(
            "variable \"secret\" {{
  type      = string
  ephemeral = true
}}
{}
resource \"sparki_pipeline\" \"it\" {{
  project_id = sparki_project.around.id
  name       = \"ci\"
  stages     = [{{ name = \"test\", steps = [{{ name = \"unit\", command = \"make\", env = {{ CI = \"1\" }} }}] }}]
  triggers   = [\"tag\"]
  labels     = {{ team = \"one\" }}
}}
resource \"sparki_deployment_target\" \"it\" {{
  environment_id = sparki_environment.around.id
  name           = \"it\"
  custom         = {{ script = \"./deploy\", signing_secret_wo = var.secret, signing_secret_wo_version = 1 }}
  strategy       = {{ type = \"direct\" }}
  health_checks  = [{{ name = \"port\", type = \"tcp\", port = 8080 }}]
}}
",
            environment_around(&self.slug)
        )
    }

    /// An object of every type.
    pub(crate) fn config(&self) -> String {
        let fixtures = self.case.aws().fixtures();
        format!(
            "{}{}{}
resource \"sparki_eks_node_group\" \"it\" {{
  cluster_name = sparki_eks_cluster.it.name
  name         = \"workers\"
  role_arn     = {:?}
  subnet_ids   = {:?}
  min          = 1
  max          = 3
  labels       = {{ team = \"one\" }}
  taints       = [{{ key = \"gpu\", value = \"1\", effect = \"NO_SCHEDULE\" }}]
}}
resource \"sparki_eks_addon\" \"it\" {{
  cluster_name         = sparki_eks_cluster.it.name
  name                 = \"vpc-cni\"
  configuration_values = jsonencode({{ team = \"one\" }})
}}
resource \"sparki_eks_pod_identity\" \"it\" {{
  cluster_name    = sparki_eks_cluster.it.name
  namespace       = \"web\"
  service_account = \"shop\"
  role_arn        = {:?}
  tags            = {{ team = \"one\" }}
}}
resource \"sparki_iam_role\" \"it\" {{
  name  = {:?}
  trust = {{ pod_identity = true }}
}}
resource \"sparki_kms_key\" \"it\" {{
  alias   = {:?}
  regions = [\"us-east-1\", \"us-west-2\"]
}}
resource \"sparki_secretsmanager_secret\" \"it\" {{
  name             = {:?}
  value_wo         = var.secret
  value_wo_version = 1
}}
",
            self.delivery(),
            self.edge(),
            cluster(&self.case, &self.slug, "tags = { team = \"one\" }"),
            fixtures.node_role_arn,
            fixtures.subnet_ids,
            fixtures.node_role_arn,
            self.slug,
            self.slug,
            self.slug
        )
    }

    /// The objects that content comes from and goes through.
    fn edge(&self) -> String {
        let slug = &self.slug;
        format!(
            "
resource \"sparki_s3_bucket\" \"it\" {{
  name                = \"{slug}-pages\"
  deletion_protection = false
  lifecycle_rules     = {{ old = {{ noncurrent_expiration_days = 30 }} }}
  tags                = {{ team = \"one\" }}
}}
resource \"sparki_state_backend\" \"it\" {{
  name                = \"{slug}-states\"
  deletion_protection = false
  replica             = {{ region = \"us-west-2\", name = \"{slug}-copies\" }}
  tags                = {{ team = \"one\" }}
}}
resource \"sparki_load_balancer\" \"it\" {{
  name                = \"{slug}\"
  subnet_ids          = {:?}
  deletion_protection = false
  listeners           = {{ http = {{ port = 80, protocol = \"HTTP\", forward = {{ web = 1 }} }} }}
  target_groups       = {{ web = {{ port = 8080, protocol = \"HTTP\" }} }}
  tags                = {{ team = \"one\" }}
}}
resource \"sparki_cloudfront_distribution\" \"it\" {{
  origins          = {{ web = {{ domain_name = sparki_load_balancer.it.dns_name, custom = {{}} }} }}
  default_behavior = {{ origin = \"web\" }}
  tags             = {{ team = \"one\" }}
}}
",
            self.case.aws().fixtures().subnet_ids
        )
    }
}

/// The raw state of an object of each type: its schema version and its attributes.
pub(crate) fn stored(case: &Case) -> Vec<(String, u64, Value)> {
    let bytes = case.terraform().read("terraform.tfstate").expect("something was applied");
    let state: Value = serde_json::from_slice(&bytes).expect("a state is JSON");
    let resources = state["resources"].as_array().expect("a state has resources").iter();
    let instance = |resource: &Value| {
        let instance = &resource["instances"][0];
        let kind = resource["type"].as_str().expect("an object has a type").to_owned();
        (kind, instance["schema_version"].as_u64().unwrap_or_default(), instance["attributes"].clone())
    };
    resources.filter(|resource| resource["mode"] == "managed").map(instance).collect()
}

#[test]
fn every_type_can_be_planned_while_its_provider_is_not_configured() {
    let mut whole = Whole::new();
    let (endpoint, key) =
        (whole.case.control_plane().endpoint().to_owned(), whole.case.control_plane().api_key().to_owned());
    let aws = whole.case.aws().endpoint().to_owned();
    for name in ["SPARKI_ENDPOINT", "SPARKI_API_KEY", "AWS_REGION"] {
        whole.case.terraform_mut().unset(name);
    }
    // Nobody listens there.
    whole.case.terraform_mut().set("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    let config = format!(
        "resource \"terraform_data\" \"elsewhere\" {{
  input = {{ endpoint = {endpoint:?}, key = {key:?}, aws = {aws:?}, region = \"us-east-1\" }}
}}
provider \"sparki\" {{
  endpoint = terraform_data.elsewhere.output.endpoint
  api_key  = terraform_data.elsewhere.output.key
  aws      = {{ region = terraform_data.elsewhere.output.region, endpoint_url = terraform_data.elsewhere.output.aws }}
}}
{}",
        whole.config()
    );
    let applied = whole.case.apply(&config);
    for kind in Whole::types() {
        let created = applied.plan.changing().iter().any(|address| address.starts_with(&format!("{kind}.")));
        assert!(created, "{kind} is not planned");
    }
    whole.case.finish();
}

#[test]
fn no_secret_of_any_type_is_in_states_plans_or_logs() {
    let mut whole = Whole::on(Arc::new(ControlPlane::start()));
    let config = whole.config();
    whole.case.terraform_mut().set("TF_LOG", "TRACE");
    whole.case.terraform_mut().set("TF_LOG_PATH", "terraform.log");
    let mut evidence = Evidence::new();
    let mut run = |whole: &Whole, arguments: &[&str]| {
        let output = whole.case.terraform().run(arguments).succeeded();
        evidence
            .add(&format!("the output of {arguments:?}"), format!("{}{}", output.stdout(), output.stderr()));
    };
    for config in [&config, &config.replace("version = 1 }", "version = 2 }").replace("\"one\"", "\"two\"")] {
        whole.case.configure(config);
        run(&whole, &["plan", "-input=false", "-out=plan"]);
        run(&whole, &["show", "-json", "plan"]);
        run(&whole, &["apply", "-input=false", "plan"]);
        run(&whole, &["show", "-json"]);
    }
    run(&whole, &["plan", "-input=false", "-detailed-exitcode"]);
    run(&whole, &["destroy", "-input=false", "-auto-approve"]);
    evidence.add("the log of the control plane", whole.case.control_plane().log());
    evidence.add_folder(whole.case.terraform().path(), &[]);
    for secret in [SECRET, AWS_SECRET, whole.case.control_plane().api_key()] {
        evidence.lacks(secret);
    }
}

#[test]
fn a_control_plane_that_lists_one_object_at_a_time_hides_nothing_of_any_type() {
    let whole = Whole::on(Arc::new(ControlPlane::start_with(&["--page-size-max", "1"])));
    let (case, slug) = (&whole.case, &whole.slug);
    let other = format!(
        "resource \"sparki_workspace\" \"other\" {{
  name                = \"Other\"
  slug                = \"{slug}-b\"
  deletion_protection = false
}}
resource \"sparki_project\" \"other\" {{
  workspace_id = sparki_workspace.around.id
  name         = \"Other\"
  slug         = \"other\"
  git_url      = \"https://github.com/acme/other\"
}}
resource \"sparki_pipeline\" \"other\" {{
  project_id = sparki_project.around.id
  name       = \"other\"
  stages     = [{{ name = \"test\", steps = [{{ name = \"unit\", command = \"make\" }}] }}]
}}
resource \"sparki_environment\" \"other\" {{
  project_id = sparki_project.around.id
  name       = \"Other\"
  slug       = \"other\"
}}
resource \"sparki_deployment_target\" \"other\" {{
  environment_id = sparki_environment.around.id
  name           = \"other\"
  custom         = {{ script = \"./deploy\" }}
}}
"
    );
    let config = format!("{}{other}", whole.delivery());
    case.apply(&config);
    // Two of every type in the same parent, so one of them is never on the first page.
    let paths = [
        ("sparki_workspace", slug.clone(), "around"),
        ("sparki_workspace", format!("{slug}-b"), "other"),
        ("sparki_project", format!("{slug}/web"), "around"),
        ("sparki_project", format!("{slug}/other"), "other"),
        ("sparki_pipeline", format!("{slug}/web/ci"), "it"),
        ("sparki_pipeline", format!("{slug}/web/other"), "other"),
        ("sparki_environment", format!("{slug}/web/qa"), "around"),
        ("sparki_environment", format!("{slug}/web/other"), "other"),
        ("sparki_deployment_target", format!("{slug}/web/qa/it"), "it"),
        ("sparki_deployment_target", format!("{slug}/web/qa/other"), "other"),
    ];
    let read: String = paths
        .iter()
        .map(|(kind, path, name)| format!("data {kind:?} {name:?} {{\n  path = {path:?}\n}}\n"))
        .collect();
    let applied = case.apply(&format!("{config}{read}"));
    for (kind, path, name) in &paths {
        let found = applied.state.text(&format!("data.{kind}.{name}"), "/id");
        assert_eq!(found, applied.state.text(&format!("{kind}.{name}"), "/id"), "{path}");
    }
    whole.case.finish();
}
