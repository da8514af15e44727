//! `sparki_eks_cluster`, against a stand-in that is no AWS: it has no updates of versions, and every status is final.

use acceptance::{Action, Case, Detour, Expected, PlanCheck, StateCheck, Unverified, at};
use serde_json::{Value, json};

const IT: &str = "sparki_eks_cluster.it";

/// The stand-in forgets whether a cluster is protected, and nobody but the provider knows the others.
const FORGOTTEN: Unverified<'_> =
    Unverified(&["deletion_protection", "force_update", "bootstrap_self_managed_addons"]);

pub(crate) fn cluster(case: &Case, name: &str, attributes: &str) -> String {
    let fixtures = case.aws().fixtures();
    let attributes = if attributes.contains("deletion_protection") {
        attributes.to_owned()
    } else {
        format!("deletion_protection = false\n  {attributes}")
    };
    format!(
        "resource \"sparki_eks_cluster\" \"it\" {{\n  name = {name:?}\n  role_arn = {:?}\n  subnet_ids = {:?}\n  {attributes}\n}}\n",
        fixtures.cluster_role_arn, fixtures.subnet_ids
    )
}

fn remote(case: &Case, name: &str) -> Value {
    case.aws().eks("GET", &format!("/clusters/{name}"), None).accepted()["cluster"].clone()
}

#[test]
fn a_cluster_is_made_changed_and_removed() {
    let case = Case::with_aws();
    let name = case.unique("main");
    let applied = case.apply(&cluster(&case, &name, "version = \"1.32\"\n  tags = { team = \"one\" }"));
    assert_eq!(applied.plan.action(IT), Action::Create);
    assert_eq!(applied.state.text(IT, "/id"), format!("us-east-1/{name}"));
    assert_eq!(applied.state.value(IT, "/status"), "ACTIVE");
    assert_eq!(applied.state.value(IT, "/endpoint/private"), true);
    assert_eq!(applied.state.value(IT, "/endpoint/public"), false);
    assert_eq!(applied.state.value(IT, "/log_types").as_array().map(Vec::len), Some(5));
    assert!(applied.state.text(IT, "/arn").starts_with("arn:aws:eks:us-east-1:"));
    assert_eq!(remote(&case, &name)["tags"]["team"], "one");

    let applied =
        case.apply(&cluster(&case, &name, "version = \"1.32\"\n  tags = { team = \"two\", tier = \"2\" }"));
    assert_eq!(applied.plan.action(IT), Action::Update);
    assert_eq!(applied.state.value(IT, "/tags"), &json!({"team": "two", "tier": "2"}));
    // The stand-in removes one tag at a time.
    for tags in ["tags = { tier = \"2\" }", ""] {
        let applied = case.apply(&cluster(&case, &name, &format!("version = \"1.32\"\n  {tags}")));
        assert_eq!(applied.plan.action(IT), Action::Update);
        assert!(remote(&case, &name)["tags"]["team"].is_null());
    }
    assert!(remote(&case, &name)["tags"]["tier"].is_null());
    case.finish();
}

#[test]
fn the_logs_and_the_endpoint_of_a_cluster_are_changed() {
    let case = Case::with_aws();
    let name = case.unique("main");
    case.apply(&cluster(&case, &name, ""));
    let applied = case.apply(&cluster(&case, &name, "log_types = [\"api\", \"audit\"]"));
    assert_eq!(applied.plan.action(IT), Action::Update);
    let endpoint = "log_types = []\n  endpoint = { public = true, cidrs = [\"203.0.113.0/24\"] }";
    let applied = case.apply(&cluster(&case, &name, endpoint));
    assert_eq!(applied.plan.action(IT), Action::Update);
    assert_eq!(applied.state.value(IT, "/endpoint/public"), true);
    case.apply(&cluster(&case, &name, ""));
    case.finish();
}

#[test]
fn drift_of_the_tags_of_a_cluster_is_planned() {
    let case = Case::with_aws();
    let name = case.unique("main");
    let config = cluster(&case, &name, "tags = { team = \"one\" }");
    let applied = case.apply(&config);
    let arn = applied.state.text(IT, "/arn").replace(':', "%3A").replace('/', "%2F");
    let tags = json!({"tags": {"team": "somebody", "foreign": "1"}});
    let _ = case.aws().eks("POST", &format!("/tags/{arn}"), Some(&tags)).accepted();
    let applied = case.apply(&config);
    assert_eq!(applied.plan.action(IT), Action::Update);
    assert_eq!(applied.plan.before(IT, "/tags/team"), "somebody");
    assert_eq!(applied.plan.after(IT, "/tags"), &json!({"team": "one"}));
    case.finish();
}

#[test]
fn drift_of_the_logs_and_the_endpoint_of_a_cluster_is_planned() {
    let case = Case::with_aws();
    let name = case.unique("main");
    let config = cluster(&case, &name, "log_types = [\"api\"]");
    case.apply(&config);
    let path = format!("/clusters/{name}/update-config");
    let logs = json!({"logging": {"clusterLogging": [
        {"types": ["api"], "enabled": false},
        {"types": ["audit"], "enabled": true},
    ]}});
    let endpoint = json!({"resourcesVpcConfig": {"endpointPublicAccess": true}});
    for drift in [&logs, &endpoint] {
        let _ = case.aws().eks("POST", &path, Some(drift)).accepted();
    }
    let applied = case
        .step(&config)
        .plan(PlanCheck::action(IT, Action::Update))
        .plan(PlanCheck::drifted(IT))
        .state(StateCheck::known(IT, at("log_types"), Expected::set(["api".into()])))
        .state(StateCheck::known(IT, at("endpoint").attribute("public"), false))
        .run();
    assert_eq!(applied.plan.before(IT, "/endpoint/public"), true);
    assert!(applied.plan.changes(IT, "/log_types"));
    case.finish();
}

/// Loses one answer to each of these requests in turn, while a configuration is applied, or everything is destroyed;
/// then the next run converges.
pub(crate) fn check_lost_answers(case: &mut Case, it: &str, calls: &[(String, Option<String>)]) {
    let aws = case.aws().endpoint().to_owned();
    // The SDK itself asks only once, so what is seen is what the provider makes of it.
    case.terraform_mut().set("AWS_MAX_ATTEMPTS", "1");
    for (request, config) in calls {
        let detour = Detour::lossy(request, 1, &aws);
        case.terraform_mut().set("AWS_ENDPOINT_URL", detour.endpoint());
        config.iter().for_each(|config| case.configure(config));
        let command = if config.is_some() { "apply" } else { "destroy" };
        let cut_short = case.terraform().run(&[command, "-input=false", "-no-color", "-auto-approve"]);
        assert_eq!(detour.left(), 0, "{request}: no answer was lost: {cut_short}");
        assert!(!cut_short.stderr().contains("panicked"), "{request}: {cut_short}");
        case.terraform_mut().set("AWS_ENDPOINT_URL", &aws);
        if let Some(config) = config {
            case.step(config).state(StateCheck::known(it, at("status"), "ACTIVE")).run();
        }
    }
}

#[test]
fn answers_about_a_cluster_that_are_lost_do_no_harm() {
    let mut case = Case::with_aws();
    let name = case.unique("main");
    let (config, changed) = (cluster(&case, &name, ""), cluster(&case, &name, "log_types = []"));
    let one = format!("/clusters/{name}");
    let calls = [
        ("POST /clusters HTTP".to_owned(), Some(config.clone())),
        (format!("GET {one}"), Some(config)),
        (format!("POST {one}/update-config"), Some(changed)),
        (format!("DELETE {one}"), None),
    ];
    check_lost_answers(&mut case, IT, &calls);
    assert_eq!(case.aws().eks("GET", &one, None).status, 404);
    case.finish();
}

#[test]
fn every_optional_attribute_of_a_cluster_can_be_removed() {
    let case = Case::with_aws();
    let name = case.unique("main");
    let group = &case.aws().fixtures().security_group_id;
    let all = format!(
        "log_types = [\"api\"]\n  endpoint = {{ public = true, cidrs = [\"203.0.113.0/24\"] }}\n  support_type = \"EXTENDED\"\n  \
         security_group_ids = [{group:?}]\n  tags = {{ team = \"one\" }}\n  timeouts = {{ create = \"1h\" }}"
    );
    let bare = case.apply(&cluster(&case, &name, ""));
    case.step(&cluster(&case, &name, &all)).plan(PlanCheck::action(IT, Action::Update)).run();
    let removed = case.step(&cluster(&case, &name, "")).plan(PlanCheck::action(IT, Action::Update)).run();
    for attribute in ["log_types", "endpoint", "support_type", "security_group_ids", "tags", "timeouts"] {
        let pointer = format!("/{attribute}");
        assert!(removed.plan.changes(IT, &pointer), "{attribute} was not set");
        assert_eq!(
            removed.state.value(IT, &pointer),
            bare.state.value(IT, &pointer),
            "{attribute} is not reset"
        );
    }
    case.finish();
}

#[test]
fn a_cluster_that_was_removed_is_made_again() {
    let case = Case::with_aws();
    let name = case.unique("main");
    let config = cluster(&case, &name, "");
    case.apply(&config);
    let _ = case.aws().eks("DELETE", &format!("/clusters/{name}"), None).accepted();
    assert_eq!(case.apply(&config).plan.action(IT), Action::Create);
    case.finish();
}

#[test]
fn a_cluster_is_imported_by_region_and_name_and_by_name() {
    let case = Case::with_aws();
    let name = case.unique("main");
    let config = cluster(&case, &name, "version = \"1.32\"\n  tags = { team = \"one\" }");
    case.apply(&config);
    for id in [format!("us-east-1/{name}"), name.clone()] {
        case.verify_import(&config, IT, &id, FORGOTTEN);
    }
    case.verify_import_blocks(&config, IT, &name, FORGOTTEN);
    case.verify_generated(IT, &name, FORGOTTEN);
    case.verify_data_source("sparki_eks_cluster", IT, &name, FORGOTTEN);
    case.finish();
}

#[test]
fn a_protected_cluster_is_not_destroyed() {
    let case = Case::with_aws();
    let name = case.unique("main");
    case.apply(&cluster(&case, &name, "deletion_protection = true"));
    case.refuses_destroy().says(&["protected", "deletion_protection", "set it to false"]).blames_nobody();
    assert_eq!(remote(&case, &name)["status"], "ACTIVE");
    case.apply(&cluster(&case, &name, ""));
    case.finish();
}

#[test]
fn a_version_is_not_lowered_and_not_skipped() {
    let case = Case::with_aws();
    let name = case.unique("main");
    case.apply(&cluster(&case, &name, "version = \"1.31\""));
    let skipped = cluster(&case, &name, "version = \"1.33\"");
    case.refuses_plan(&skipped).says(&["version", "1.32"]).points_at("version").blames_nobody();
    let lowered = cluster(&case, &name, "version = \"1.30\"");
    case.refuses_plan(&lowered).says(&["version", "1.31"]).points_at("version").blames_nobody();
    let _ = case.plan(&cluster(&case, &name, "version = \"1.31\""));
    case.finish();
}

#[test]
fn a_cluster_that_exists_already_says_how_to_import_it() {
    let case = Case::with_aws();
    let name = case.unique("main");
    let config = cluster(&case, &name, "");
    case.apply(&config);
    let second = case.beside();
    second.refuses_apply(&config).says(&["terraform import", &name]).blames_nobody();
    assert!(!second.state().has(IT));
    case.finish();
}

#[test]
fn a_cluster_with_wrong_values_is_refused_at_plan() {
    let case = Case::with_aws();
    let config = cluster(&case, "main", "");
    let fixtures = case.aws().fixtures();
    let one =
        config.replace(&format!("{:?}", fixtures.subnet_ids), &format!("[{:?}]", fixtures.subnet_ids[0]));
    case.refuses_plan(&one).says(&["subnet_ids", "2"]).points_at("subnet_ids").blames_nobody();
    let role = config.replace(&fixtures.cluster_role_arn, "eks-cluster");
    case.refuses_plan(&role).says(&["role_arn", "arn"]).points_at("role_arn").blames_nobody();
    let version = cluster(&case, "main", "version = \"latest\"");
    case.refuses_plan(&version).says(&["version", "1.33"]).points_at("version").blames_nobody();
}
