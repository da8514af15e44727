//! `sparki_workspace`

use acceptance::{Action, Case};

use crate::attributes::{check_changes, check_data_source, check_drift, check_import};
use crate::subject::{project_around, workspace, workspace_around};

#[test]
fn every_attribute_of_a_workspace_can_be_set_changed_and_removed() {
    check_changes(workspace);
}

#[test]
fn a_workspace_is_imported_by_slug_and_by_id() {
    check_import(workspace);
}

#[test]
fn drift_of_a_workspace_is_planned_and_a_lost_one_is_made_again() {
    check_drift(workspace);
}

#[test]
fn a_workspace_is_read_by_id_and_by_path() {
    check_data_source(workspace);
}

#[test]
fn another_slug_is_another_workspace() {
    let case = Case::new();
    let (first, second) = (case.unique("one"), case.unique("two"));
    case.apply(&workspace_around(&first));
    let applied = case.apply(&workspace_around(&second));
    assert_eq!(applied.plan.action("sparki_workspace.around"), Action::Replace);
    assert_eq!(applied.plan.replaced_by("sparki_workspace.around"), ["slug"]);
    case.finish();
}

#[test]
fn a_slug_is_made_from_the_name() {
    let case = Case::new();
    let name = case.unique("Acme Shop");
    let config = format!(
        "resource \"sparki_workspace\" \"it\" {{\n  name = {name:?}\n  deletion_protection = false\n}}\n"
    );
    let applied = case.apply(&config);
    assert!(!applied.plan.is_unknown("sparki_workspace.it", "/slug"), "it follows from the name");
    assert_eq!(applied.state.text("sparki_workspace.it", "/slug"), name.to_lowercase().replace(' ', "-"));
    case.finish();
}

#[test]
fn a_protected_workspace_is_not_destroyed() {
    let case = Case::new();
    let open = workspace_around(&case.unique("acme"));
    case.apply(&open.replace("= false", "= true"));
    case.refuses_destroy().says(&["protected", "deletion_protection", "set it to false"]).blames_nobody();
    assert!(case.state().has("sparki_workspace.around"));
    case.apply(&open);
    case.finish();
}

#[test]
fn a_workspace_with_foreign_projects_is_removed_only_if_told_so() {
    let case = Case::new();
    let slug = case.unique("acme");
    let both = project_around(&slug);
    case.apply(&both);
    let forget = "removed {\n  from = sparki_project.around\n  lifecycle {\n    destroy = false\n  }\n}\n";
    let alone = workspace_around(&slug);
    case.apply(&format!("{alone}{forget}"));
    case.refuses_destroy().says(&["delete_behavior"]).blames_nobody();
    case.apply(&alone.replace("deletion_protection", "delete_behavior = \"cascade\"\n  deletion_protection"));
    case.finish();
}
