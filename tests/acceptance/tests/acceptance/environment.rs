//! `sparki_environment`

use acceptance::{Action, Case};

use crate::attributes::{check_changes, check_data_source, check_drift, check_import};
use crate::subject::{environment, project_around};

#[test]
fn every_attribute_of_an_environment_can_be_set_changed_and_removed() {
    check_changes(environment);
}

#[test]
fn an_environment_is_imported_by_path_and_by_id() {
    check_import(environment);
}

#[test]
fn drift_of_an_environment_is_planned_and_a_lost_one_is_made_again() {
    check_drift(environment);
}

#[test]
fn an_environment_is_read_by_id_and_by_path() {
    check_data_source(environment);
}

fn environments(slug: &str, environments: &[(&str, &str)]) -> String {
    let each = environments.iter().map(|(name, more)| {
        format!(
            "resource \"sparki_environment\" {name:?} {{\n  project_id = sparki_project.around.id\n  name = {name:?}\n{more}}}\n"
        )
    });
    format!("{}{}", project_around(slug), each.collect::<String>())
}

#[test]
fn where_releases_come_from_can_be_set_changed_and_removed() {
    let case = Case::new();
    let slug = case.unique("acme");
    let from = |what: &str| format!("  promotes_from = [{what}]\n");
    let (one, two) = ("sparki_environment.one.id", "sparki_environment.two.id");
    let none = String::new();
    for source in [&none, &from(one), &from(&format!("{one}, {two}")), &from(two), &none] {
        let applied = case.apply(&environments(&slug, &[("one", ""), ("two", ""), ("it", source)]));
        let sources =
            applied.state.value("sparki_environment.it", "/promotes_from").as_array().map_or(0, Vec::len);
        assert_eq!(sources, source.matches("sparki_environment").count());
    }
    case.finish();
}

#[test]
fn releases_do_not_go_round_in_circles() {
    let case = Case::new();
    let slug = case.unique("acme");
    let forward = [("one", ""), ("two", "  promotes_from = [sparki_environment.one.id]\n")];
    let applied = case.apply(&environments(&slug, &forward));
    // Terraform itself refuses a circle of references, so this one is written with an id.
    let two = applied.state.text("sparki_environment.two", "/id").to_owned();
    let back = format!("  promotes_from = [{two:?}]\n");
    let circle = environments(&slug, &[("one", &back), forward[1]]);
    case.refuses_apply(&circle).says(&["cycle", "promotes_from"]).blames_nobody();
    let _ = case.plan(&environments(&slug, &forward));
    case.expect_nothing_to_do();
    case.finish();
}

#[test]
fn an_environment_that_comes_from_itself_is_refused() {
    let case = Case::new();
    let slug = case.unique("acme");
    let applied = case.apply(&environments(&slug, &[("one", "")]));
    let one = applied.state.text("sparki_environment.one", "/id").to_owned();
    let circle = environments(&slug, &[("one", &format!("  promotes_from = [{one:?}]\n"))]);
    case.configure(&circle);
    let planned = case.terraform().run(&["plan", "-input=false", "-no-color"]);
    if planned.code() == Some(0) {
        case.refuses_apply(&circle).says(&["promotes_from"]).blames_nobody();
    } else {
        case.refuses_plan(&circle).says(&["itself"]).points_at("promotes_from").blames_nobody();
    }
    let _ = case.plan(&environments(&slug, &[("one", "")]));
    case.finish();
}

#[test]
fn production_is_protected_unless_it_says_otherwise() {
    let case = Case::new();
    let slug = case.unique("acme");
    let production = |more: &str| environments(&slug, &[("it", &format!("  tier = \"production\"\n{more}"))]);
    let protected = |applied: &acceptance::Applied| {
        for path in ["/slug", "/deletion_protection"] {
            assert!(
                !applied.plan.is_unknown("sparki_environment.it", path),
                "{path} follows from configuration"
            );
        }
        applied.state.value("sparki_environment.it", "/deletion_protection").as_bool()
    };
    assert_eq!(protected(&case.apply(&environments(&slug, &[("it", "")]))), Some(false));
    assert_eq!(protected(&case.apply(&production(""))), Some(true));
    case.refuses_destroy().says(&["protected", "deletion_protection"]).blames_nobody();
    let applied = case.apply(&production("  deletion_protection = false\n"));
    assert_eq!(applied.plan.action("sparki_environment.it"), Action::Update);
    case.finish();
}
