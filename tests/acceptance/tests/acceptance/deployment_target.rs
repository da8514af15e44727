//! `sparki_deployment_target`

use acceptance::{Action, Case, Unverified};
use serde_json::json;

use crate::attributes::{check_changes, check_data_source, check_drift, check_import};
use crate::subject::{deployment_target, environment_around};

const IT: &str = "sparki_deployment_target.it";

fn with(slug: &str, attributes: &str) -> String {
    format!(
        "{}resource \"sparki_deployment_target\" \"it\" {{\n  environment_id = sparki_environment.around.id\n  name = \"it\"\n  \
         {attributes}\n}}\n",
        environment_around(slug)
    )
}

#[test]
fn every_attribute_of_a_deployment_target_can_be_set_changed_and_removed() {
    check_changes(deployment_target);
}

#[test]
fn a_deployment_target_is_imported_by_path_and_by_id() {
    check_import(deployment_target);
}

#[test]
fn drift_of_a_deployment_target_is_planned_and_a_lost_one_is_made_again() {
    check_drift(deployment_target);
}

#[test]
fn a_deployment_target_is_read_by_id_and_by_path() {
    check_data_source(deployment_target);
}

#[test]
fn drift_of_the_platform_settings_is_planned() {
    let case = Case::new();
    let config = with(
        &case.unique("acme"),
        "flyio = { app = \"web\", regions = [\"fra\"] }\n  strategy = { type = \"rolling\" }",
    );
    let applied = case.apply(&config);
    let id = applied.state.text(IT, "/id").to_owned();
    let drifted = json!({"settings": {"app": "other", "regions": ["ams"]}, "strategy": {"type": "direct"}});
    case.control_plane().change("deployment-targets", &id, &drifted);
    let applied = case.apply(&config);
    assert_eq!(applied.plan.action(IT), Action::Update);
    assert_eq!(applied.plan.before(IT, "/flyio/app"), "other");
    assert_eq!(applied.plan.before(IT, "/strategy/type"), "direct");
    case.finish();
}

#[test]
fn every_platform_can_be_deployed_to_and_another_one_is_another_target() {
    let case = Case::new();
    let slug = case.unique("acme");
    let platforms = [
        ("railway", "railway = { project_id = \"p\", service = \"web\" }"),
        ("render", "render = { service_id = \"srv-1\" }"),
        ("flyio", "flyio = { app = \"web\", regions = [\"fra\", \"ams\"] }"),
        ("vercel", "vercel = { project_id = \"p\" }"),
        ("custom", "custom = { webhook_url = \"https://deploy.example.com/hook\" }"),
        ("kubernetes", "kubernetes = { connection = \"main\", namespace = \"web\", workload = \"web\" }"),
    ];
    let mut id = None;
    for (platform, attributes) in platforms {
        let applied = case.apply(&with(&slug, attributes));
        let expected = if id.is_some() { Action::Replace } else { Action::Create };
        assert_eq!(applied.plan.action(IT), expected, "{platform}");
        assert_eq!(applied.state.text(IT, "/platform"), platform);
        id = Some(applied.state.text(IT, "/id").to_owned());
        let path = format!("{slug}/web/qa/it");
        case.verify_import(&with(&slug, attributes), IT, &path, Unverified(&[]));
    }
    case.finish();
}

#[test]
fn a_new_signing_secret_is_sent_when_its_version_changes() {
    let case = Case::new();
    let slug = case.unique("acme");
    let custom = |secret: &str, version: u32| {
        with(
            &slug,
            &format!(
                "custom = {{ script = \"./deploy\", signing_secret_wo = {secret:?}, signing_secret_wo_version = {version} }}"
            ),
        )
    };
    let fingerprint =
        |applied: &acceptance::Applied| applied.state.text(IT, "/signing_secret_fingerprint").to_owned();
    let first = fingerprint(&case.apply(&custom("the first secret", 1)));
    // The same version says that the secret is the same, whatever it is.
    assert_eq!(first, fingerprint(&case.apply(&custom("the second secret", 1))));
    assert_ne!(first, fingerprint(&case.apply(&custom("the second secret", 2))));
    case.finish();
}

#[test]
fn a_platform_that_lacks_a_strategy_is_told_at_plan() {
    let case = Case::new();
    let slug = case.unique("acme");
    let vercel = with(&slug, "vercel = { project_id = \"p\" }\n  strategy = { type = \"rolling\" }");
    case.refuses_plan(&vercel)
        .says(&["vercel", "rolling", "direct", "canary"])
        .points_at("strategy")
        .blames_nobody();
    let steps = with(&slug, "flyio = { app = \"web\" }\n  strategy = { type = \"rolling\", steps = [10] }");
    case.refuses_plan(&steps).says(&["steps", "canary"]).points_at("strategy").blames_nobody();
    let order =
        with(&slug, "flyio = { app = \"web\" }\n  strategy = { type = \"canary\", steps = [50, 10] }");
    case.refuses_plan(&order).says(&["steps"]).points_at("strategy").blames_nobody();
}

#[test]
fn a_deployment_target_has_exactly_one_platform() {
    let case = Case::new();
    let slug = case.unique("acme");
    case.refuses_plan(&with(&slug, "order = 1"))
        .says(&["kubernetes", "railway", "custom", "one of"])
        .blames_nobody();
    let two = with(&slug, "render = { service_id = \"srv-1\" }\n  vercel = { project_id = \"p\" }");
    case.refuses_plan(&two).says(&["render", "vercel"]).blames_nobody();
    let unknown = with(&slug, "heroku = { app = \"web\" }");
    case.refuses_plan(&unknown).says(&["heroku"]).points_at("heroku").blames_nobody();
    let neither = with(&slug, "custom = {}");
    case.refuses_plan(&neither).says(&["webhook_url", "script"]).points_at("custom").blames_nobody();
}
