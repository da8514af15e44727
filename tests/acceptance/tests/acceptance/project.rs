//! `sparki_project`

use acceptance::{Action, Case};

use crate::attributes::{check_changes, check_data_source, check_drift, check_import};
use crate::subject::{project, project_around, workspace_around};

#[test]
fn every_attribute_of_a_project_can_be_set_changed_and_removed() {
    check_changes(project);
}

#[test]
fn a_project_is_imported_by_path_and_by_id() {
    check_import(project);
}

#[test]
fn drift_of_a_project_is_planned_and_a_lost_one_is_made_again() {
    check_drift(project);
}

#[test]
fn a_project_is_read_by_id_and_by_path() {
    check_data_source(project);
}

#[test]
fn the_forms_of_a_git_url_are_one() {
    let case = Case::new();
    let config = project_around(&case.unique("acme"));
    case.apply(&config);
    for form in
        ["git@github.com:acme/web.git", "ssh://git@github.com/acme/web", "https://github.com/acme/web.git"]
    {
        let plan = case.plan(&config.replace("https://github.com/acme/web", form));
        assert_eq!(plan.action("sparki_project.around"), Action::NoOp, "{form}");
    }
    let plan = case.plan(&config.replace("github.com", "gitlab.com"));
    assert_eq!(plan.action("sparki_project.around"), Action::Update, "another host is another repository");
    case.finish();
}

#[test]
fn a_project_goes_to_the_workspace_of_the_provider() {
    let case = Case::new();
    let slug = case.unique("acme");
    let others = case.beside();
    others.apply(&workspace_around(&slug));
    let config = format!(
        "provider \"sparki\" {{\n  workspace = {slug:?}\n}}\nresource \"sparki_project\" \"it\" {{\n  name = \"Web\"\n  \
         git_url = \"https://github.com/acme/web\"\n}}\n"
    );
    let applied = case.apply(&config);
    let workspace = others.state();
    let id = workspace.text("sparki_workspace.around", "/id");
    assert_eq!(applied.state.text("sparki_project.it", "/workspace_id"), id);
    case.finish();
    others.finish();
}

#[test]
fn a_project_can_be_archived_instead_of_removed() {
    let case = Case::alone();
    let config = project_around("acme");
    let archived = config.replace("git_url =", "archive_on_destroy = true\n  git_url =");
    let applied = case.apply(&archived);
    let id = applied.state.text("sparki_project.around", "/id").to_owned();
    case.apply(
        &workspace_around("acme")
            .replace("deletion_protection", "delete_behavior = \"cascade\"\n  deletion_protection"),
    );
    let log = case.control_plane().all_requests();
    assert_eq!(log["DELETE /projects/{id}"], 1, "{log}");
    assert!(case.control_plane().read("projects", &id).is_none());
    case.finish();
}

#[test]
fn a_protected_project_is_not_destroyed() {
    let case = Case::new();
    let open = project_around(&case.unique("acme"));
    case.apply(&open.replace("git_url =", "deletion_protection = true\n  git_url ="));
    case.refuses_destroy().says(&["protected", "deletion_protection", "set it to false"]).blames_nobody();
    case.apply(&open);
    case.finish();
}
