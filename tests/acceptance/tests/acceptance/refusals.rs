//! What is wrong in a configuration is said where it is, with what to do.

use acceptance::Case;

use crate::subject::{project_around, workspace_around};

#[test]
fn a_slug_that_is_none_is_refused_at_plan() {
    let case = Case::new();
    for slug in ["Acme Inc.", "-acme", "acme-", "a"] {
        case.refuses_plan(&workspace_around(slug)).says(&["slug"]).points_at("slug").blames_nobody();
    }
    case.refuses_plan(&workspace_around("Acme")).says(&["lower-case", "digits", "hyphens"]);
}

#[test]
fn a_missing_attribute_is_named() {
    let case = Case::new();
    case.refuses_plan("resource \"sparki_project\" \"it\" {\n  name = \"Web\"\n}\n")
        .says(&["git_url", "required"]);
}

#[test]
fn a_value_of_the_wrong_type_is_refused() {
    let case = Case::new();
    let config = workspace_around("acme");
    let wrong = config.replace("name = \"Around\"", "name = [\"Around\"]");
    case.refuses_plan(&wrong).says(&["string required"]).points_at("name");
    let wrong = config
        .replace("deletion_protection", "retention = { builds_days = \"many\" }\n  deletion_protection");
    case.refuses_plan(&wrong).says(&["retention", "number"]).points_at("retention");
}

#[test]
fn a_value_out_of_range_is_refused_with_the_range() {
    let case = Case::new();
    let config = |attribute: &str| {
        workspace_around("acme")
            .replace("deletion_protection", &format!("{attribute}\n  deletion_protection"))
    };
    let few = config("retention = { builds_days = 0 }");
    case.refuses_plan(&few)
        .says(&["retention.builds_days", "between 1 and 3650"])
        .points_at("retention")
        .blames_nobody();
    let many = config("promotion_policy = { min_approvals = 11 }");
    case.refuses_plan(&many).says(&["min_approvals", "10"]).points_at("promotion_policy").blames_nobody();
    let short = config("security = { session_ttl_seconds = 299 }");
    case.refuses_plan(&short).says(&["session_ttl_seconds", "300"]).points_at("security").blames_nobody();
}

#[test]
fn a_choice_that_there_is_not_is_refused_with_those_there_are() {
    let case = Case::new();
    let config = project_around("acme").replace("git_url =", "visibility = \"secret\"\n  git_url =");
    case.refuses_plan(&config)
        .says(&["visibility", "private", "internal", "public"])
        .points_at("visibility")
        .blames_nobody();
    let tier = "resource \"sparki_environment\" \"it\" {\n  project_id = \"0193a1b2-0000-7000-8000-000000000000\"\n  name = \"QA\"\n  tier = \"prod\"\n}\n";
    case.refuses_plan(tier).says(&["tier", "production", "staging"]).points_at("tier").blames_nobody();
}

#[test]
fn a_git_url_that_is_none_is_refused_at_plan() {
    let case = Case::new();
    let config = project_around("acme").replace("https://github.com/acme/web", "not a url");
    case.refuses_plan(&config).says(&["git_url", "https://"]).points_at("git_url").blames_nobody();
}

#[test]
fn a_slug_where_an_id_belongs_is_refused_at_plan() {
    let case = Case::new();
    let environment =
        "resource \"sparki_environment\" \"it\" {\n  project_id = \"web\"\n  name = \"QA\"\n}\n";
    case.refuses_plan(environment).says(&["project_id"]).points_at("project_id").blames_nobody();
}

#[test]
fn a_stage_that_is_wrong_is_found_inside_of_the_list() {
    let case = Case::new();
    let pipeline = |step: &str| {
        format!(
            "resource \"sparki_pipeline\" \"it\" {{\n  project_id = \"0193a1b2-0000-7000-8000-000000000000\"\n  name = \"ci\"\n  \
             stages = [{{ name = \"test\", steps = [{{ name = \"unit\", command = \"make\"{step} }}] }}]\n}}\n"
        )
    };
    case.refuses_plan(&pipeline(", retry = 6")).says(&["stages", "retry", "5"]).blames_nobody();
    case.refuses_plan(&pipeline(", timeout = \"soon\"")).says(&["timeout", "10m"]).blames_nobody();
    let empty = pipeline("").replace("[{ name = \"unit\", command = \"make\" }]", "[]");
    case.refuses_plan(&empty).says(&["steps"]).blames_nobody();
}

#[test]
fn a_name_that_is_taken_says_how_to_import_what_has_it() {
    let case = Case::new();
    let slug = case.unique("acme");
    let config = workspace_around(&slug);
    case.apply(&config);
    let second = case.beside();
    let refusal = second.refuses_apply(&config);
    let id = case.state().text("sparki_workspace.around", "/id").to_owned();
    refusal.says(&["slug", "terraform import sparki_workspace.", &id]).blames_nobody();
    assert!(second.state().resources().is_empty());
    case.finish();
}

#[test]
fn an_object_that_is_not_there_cannot_be_imported() {
    let case = Case::new();
    let slug = case.unique("acme");
    case.configure(&project_around(&slug));
    for id in [
        format!("{slug}/web"),
        "0193a1b2-0000-7000-8000-000000000000".to_owned(),
        "a/b/c/d/e".to_owned(),
        String::new(),
    ] {
        let output =
            case.terraform().run(&["import", "-input=false", "-no-color", "sparki_project.around", &id]);
        assert_ne!(output.code(), Some(0));
        let text = output.stderr().to_lowercase();
        assert!(text.contains("project") || text.contains("id"), "{output}");
        assert!(!text.contains("bug in the provider") && !text.contains("panic"), "{output}");
    }
}

#[test]
fn an_object_that_is_not_there_cannot_be_read() {
    let case = Case::new();
    let path = format!("{}/web", case.unique("acme"));
    case.refuses_plan(&format!("data \"sparki_project\" \"it\" {{\n  path = {path:?}\n}}\n"))
        .says(&["workspace", "path"])
        .blames_nobody();
    case.refuses_plan("data \"sparki_project\" \"it\" {}\n").says(&["id", "path"]).blames_nobody();
    let both = "data \"sparki_project\" \"it\" {\n  id = \"0193a1b2-0000-7000-8000-000000000000\"\n  path = \"acme/web\"\n}\n";
    case.refuses_plan(both).says(&["id", "path"]).blames_nobody();
}

#[test]
fn a_project_without_any_workspace_says_how_to_name_one() {
    let case = Case::new();
    let config = "resource \"sparki_project\" \"it\" {\n  name = \"Web\"\n  git_url = \"https://github.com/acme/web\"\n}\n";
    case.configure(config);
    let planned = case.terraform().run(&["plan", "-input=false", "-json"]);
    let refusal =
        if planned.code() == Some(0) { case.refuses_apply(config) } else { case.refuses_plan(config) };
    refusal.says(&["workspace"]).blames_nobody();
}
