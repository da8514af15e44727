//! The ways in which Terraform comes by the provider.

use std::sync::Arc;

use acceptance::{
    Action, Case, ControlPlane, Debugged, Driver, Evidence, Installation, PlanCheck, Provider, Setup,
    StateCheck, Tool, at,
};

use crate::providers::{Halls, IT, parcel};
use crate::subject::{project_around, workspace_around};

fn case_of(debugged: &Debugged) -> Case {
    debugged.setup().control_plane(ControlPlane::shared()).case()
}

/// A provider block, for a provider that has no environment of Terraform's.
fn provider(control_plane: &ControlPlane, more: &str) -> String {
    let (endpoint, key) = (control_plane.endpoint(), control_plane.api_key());
    format!("provider \"sparki\" {{\n  endpoint = {endpoint:?}\n  api_key = {key:?}\n  {more}\n}}\n")
}

fn with_provider(case: &Case, configuration: &str) -> String {
    format!("{}{configuration}", provider(case.control_plane(), ""))
}

#[test]
fn terraform_attaches_to_a_provider_that_runs_already() {
    let debugged = Debugged::start(&Provider::sparki());
    let case = case_of(&debugged);
    let config = with_provider(&case, &workspace_around(&case.unique("acme")));
    let applied = case.apply(&config);
    assert_eq!(applied.plan.action("sparki_workspace.around"), Action::Create);
    case.finish();
    assert!(debugged.end().success());
}

#[test]
fn one_running_provider_serves_two_configurations_at_once() {
    let debugged = Debugged::start(&Provider::sparki());
    let (one, two) = (case_of(&debugged), case_of(&debugged));
    let (first, second) = (one.unique("acme"), two.unique("acme"));
    one.apply(&with_provider(&one, &workspace_around(&first)));
    two.configure(&format!(
        "provider \"sparki\" {{\n  endpoint = \"http://127.0.0.1:9\"\n  api_key = \"spk_a_b\"\n}}\n{}",
        workspace_around(&second)
    ));
    assert_ne!(two.terraform().run(&["apply", "-auto-approve", "-input=false"]).code(), Some(0));
    one.expect_nothing_to_do();
    one.finish();
}

#[test]
fn two_aliases_in_one_process_do_not_see_each_other() {
    const OTHER_KEY: &str = "spk_other_fedcba9876543210fedcba9876543210";
    let debugged = Debugged::start(&Provider::sparki());
    let one = Arc::new(ControlPlane::start());
    let two = Arc::new(ControlPlane::start_for(OTHER_KEY));
    let case = debugged.setup().control_plane(Arc::clone(&one)).case();
    let workspace = |alias: &str| {
        format!(
            "resource \"sparki_workspace\" {alias:?} {{\n  provider = sparki.{alias}\n  name = {alias:?}\n  slug = \"acme\"\n  \
             deletion_protection = false\n}}\n"
        )
    };
    let providers = format!("{}{}", provider(&one, "alias = \"one\""), provider(&two, "alias = \"two\""));
    let both = format!("{providers}{}{}", workspace("one"), workspace("two"));
    let id = debugged.id();
    let applied = case.apply(&both);
    for (control_plane, name) in [(&one, "one"), (&two, "two")] {
        let found = control_plane.list("workspaces", "limit=9");
        let names: Vec<_> = found.iter().map(|it| it["name"].as_str().unwrap()).collect();
        assert_eq!(names, [name], "each has its own and nothing of the other");
        // A key that was sent to the wrong one would have been refused there.
        assert_eq!(control_plane.requests("POST /workspaces"), 1);
    }
    // With the key of one, nothing of the other can be read, neither by path nor by id.
    let other = applied.state.text("sparki_workspace.two", "/id");
    let look =
        format!("data \"sparki_workspace\" \"it\" {{\n  provider = sparki.one\n  id = {other:?}\n}}\n");
    case.refuses_plan(&format!("{both}{look}")).says(&["workspace"]).blames_nobody();
    // The keys of both are where they were written, and nowhere else.
    let mut evidence = Evidence::new();
    evidence.add("what the process has printed", debugged.log());
    evidence.add("the log of one", one.log());
    evidence.add("the log of two", two.log());
    evidence.add_folder(case.terraform().path(), &["main.tf"]);
    evidence.lacks(one.api_key());
    evidence.lacks(OTHER_KEY);
    // Swapped, each asks the other one, which does not know it.
    let swapped = both
        .replace(one.api_key(), "x")
        .replace(OTHER_KEY, one.api_key())
        .replace("\"x\"", &format!("{OTHER_KEY:?}"));
    case.refuses_plan(&swapped).says(&["api_key"]).blames_nobody();
    assert_eq!(debugged.id(), id, "it was one process all along");
    case.apply(&both);
    case.finish();
    assert!(two.list("workspaces", "limit=9").is_empty());
    assert!(debugged.end().success());
}

#[test]
fn two_halls_in_one_process_are_two() {
    let debugged = Debugged::start(&Provider::depot());
    // The process keeps its halls in memory, for it has no directory; nobody else can look.
    let setup = debugged.setup().remote(|_: &str, _: &serde_json::Map<_, _>| Some(true));
    let case = setup.case();
    let alias = |name: &str| {
        format!(
            "provider \"depot\" {{\n  alias = {name:?}\n  hall = {name:?}\n  token = \"token of {name}\"\n}}\n\
             resource \"depot_parcel\" {name:?} {{\n  provider = depot.{name}\n  name = {name:?}\n}}\n"
        )
    };
    let both = format!("{}{}", alias("north"), alias("south"));
    case.step(&both)
        // Two halls, so both are the first in theirs.
        .state(StateCheck::known("depot_parcel.north", at("id"), "parcel-1"))
        .state(StateCheck::known("depot_parcel.south", at("id"), "parcel-1"))
        .state(StateCheck::known("depot_parcel.south", at("name"), "south"))
        .run();
    case.finish();
    assert!(debugged.end().success());
}

#[test]
fn a_release_is_installed_from_a_mirror_with_a_lock_file() {
    for tool in Tool::all() {
        let case = Case::with(ControlPlane::shared(), None, &tool, Driver::Mirror);
        case.apply(&project_around(&case.unique("acme")));
        let lock = case.terraform().lock_file().expect("init has written it");
        assert_eq!(lock.hashes("sparki-io/sparki").len(), 1, "{lock:?}");
        assert_eq!(lock.version("sparki-io/sparki").as_deref(), Some(env!("CARGO_PKG_VERSION")));
        case.finish();
    }
}

#[test]
fn an_executable_that_changed_under_a_lock_file_is_refused() {
    let halls = Halls::new();
    let installation = Installation::own(&Provider::depot());
    let setup = Setup::new(&Provider::depot()).installed(Arc::clone(&installation)).driver(Driver::Mirror);
    let case = halls.setup(setup).case();
    case.apply(&parcel(""));
    let lock = case.terraform().lock_file().expect("init has written it");
    installation.alter();
    case.refuses_plan(&parcel("grams = 1")).says(&["does not match any of the checksums"]);
    let init = case.terraform().run(&["init", "-input=false", "-no-color"]);
    assert_ne!(init.code(), Some(0), "{init}");
    assert!(init.stderr().contains("checksum"), "{init}");
    assert_eq!(case.terraform().lock_file().as_ref(), Some(&lock), "a refusal changes nothing");
    // Whoever wants the new one says so, and goes on.
    case.terraform().remove(".terraform.lock.hcl");
    case.terraform().init();
    let new = case.terraform().lock_file().expect("init has written it");
    assert_ne!(new.hashes("sparki-io/depot"), lock.hashes("sparki-io/depot"));
    case.step(&parcel("grams = 1")).plan(PlanCheck::action(IT, Action::Update)).run();
    case.finish();
}

#[test]
fn the_provider_prints_nothing_unless_it_is_asked() {
    let mut case = Case::new();
    case.terraform_mut().set("TF_LOG_PATH", "terraform.log");
    case.terraform_mut().set("TF_LOG_CORE", "TRACE");
    case.configure(&workspace_around(&case.unique("acme")));
    let _ = case.terraform().run(&["plan", "-input=false"]).succeeded();
    let log = case.terraform().read("terraform.log").unwrap();
    let log = String::from_utf8_lossy(&log);
    assert!(log.contains("provider"), "there is a log");
    assert!(!log.contains("unexpected data"), "{log}");
    assert!(!log.contains("plugin failed to exit gracefully"), "{log}");
}
