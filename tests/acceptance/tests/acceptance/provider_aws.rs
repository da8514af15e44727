//! How the provider block leads to AWS: by a role that it takes on, and by endpoints of single regions.

use acceptance::{Action, Case, Provider, Setup, StandIn};

const ROLE: &str = "sparki_iam_role.it";

fn alone() -> Case {
    Setup::new(&Provider::sparki()).aws(StandIn::simulated()).case()
}

fn provider(aws: &str) -> String {
    format!("provider \"sparki\" {{\n  aws = {{\n{aws}  }}\n}}\n")
}

fn role(name: &str) -> String {
    format!(
        "resource \"sparki_iam_role\" \"it\" {{\n  name  = {name:?}\n  trust = {{ pod_identity = true }}\n}}\n"
    )
}

#[test]
fn a_role_of_another_account_is_taken_on_and_what_is_made_is_there() {
    let case = alone();
    let other = "210987654321";
    let taken_on = provider(&format!(
        "    assume_role = {{\n      role_arn     = \"arn:aws:iam::{other}:role/deployer\"\n      session_name = \"acceptance\"\n    \
         }}\n    allowed_account_ids = [\"{other}\"]\n"
    ));
    let config = format!("{taken_on}{}", role(&case.unique("abroad")));
    let applied = case.apply(&config);
    let arn = applied.state.text(ROLE, "/arn");
    assert!(arn.starts_with(&format!("arn:aws:iam::{other}:role/")), "{arn}");
    case.finish();
}

#[test]
fn an_account_that_is_not_allowed_is_not_touched() {
    let case = alone();
    let config = format!(
        "{}{}",
        provider("    allowed_account_ids = [\"210987654321\"]\n"),
        role(&case.unique("forbidden"))
    );
    case.refuses_apply(&config).says(&["allowed_account_ids", "123456789012"]).blames_nobody();
    assert!(case.state().resources().is_empty());
}

#[test]
fn a_region_with_endpoints_of_its_own_is_found_there() {
    let (case, elsewhere) = (alone(), StandIn::moto());
    let endpoint = elsewhere.endpoint();
    let regional = provider(&format!(
        "    regional_endpoints = {{\n      \"eu-west-1\" = {{ secretsmanager = {endpoint:?} }}\n    }}\n"
    ));
    let name = case.unique("abroad");
    let secret = |it: &str, region: &str| {
        format!(
            "resource \"sparki_secretsmanager_secret\" {it:?} {{\n  region = {region:?}\n  name   = {name:?}\n}}\n"
        )
    };
    let secrets = format!("{}{}", secret("abroad", "eu-west-1"), secret("home", "us-east-1"));
    let _ = case.apply(&format!("{regional}{secrets}"));
    // At the endpoint of all other regions only the other one is found.
    let plan = case.plan(&secrets);
    assert_eq!(plan.action("sparki_secretsmanager_secret.abroad"), Action::Create);
    assert_eq!(plan.action("sparki_secretsmanager_secret.home"), Action::NoOp);
    case.configure(&format!("{regional}{secrets}"));
    case.finish();
}
