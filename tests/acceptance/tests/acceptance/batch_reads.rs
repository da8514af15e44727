//! Many objects of a kind, which are read with few requests.

use acceptance::{Action, Case};
use serde_json::{Value, json};

use crate::subject::project_around;

const MANY: usize = 60;

fn environments(slug: &str, purpose: &str) -> String {
    format!(
        "{}resource \"sparki_environment\" \"it\" {{\n  count = {MANY}\n  project_id = sparki_project.around.id\n  \
         name = \"Environment ${{count.index}}\"\n  labels = {{ purpose = {purpose:?} }}\n}}\n",
        project_around(slug)
    )
}

/// Requests for environments so far, of whatever kind.
fn requests(case: &Case) -> u64 {
    let all = case.control_plane().all_requests();
    let about = |path: &str| path.contains("/environments") || path.contains("batchGet");
    all.as_object()
        .unwrap()
        .iter()
        .filter(|(path, _)| about(path))
        .filter_map(|(_, count)| count.as_u64())
        .sum()
}

fn refresh(case: &Case) -> u64 {
    let before = requests(case);
    let _ = case.terraform().run(&["plan", "-refresh-only", "-input=false", "-no-color"]).succeeded();
    requests(case) - before
}

#[test]
fn a_refresh_of_many_objects_takes_few_requests_and_misses_nothing() {
    let mut case = Case::alone();
    let slug = case.unique("acme");
    let applied = case.apply(&environments(&slug, "one"));
    let taken = refresh(&case);
    assert!(taken <= 30, "{taken} requests for {MANY} objects");
    case.terraform_mut().set("SPARKI_BATCH_READS", "false");
    assert_eq!(refresh(&case), MANY as u64);
    case.terraform_mut().unset("SPARKI_BATCH_READS");

    let id = |number: usize| {
        let address = format!("sparki_environment.it[{number}]");
        applied.state.text(&address, "/id").to_owned()
    };
    case.control_plane().change("environments", &id(17), &json!({"name": "Changed"}));
    case.control_plane().remove("environments", &id(42));
    let plan = case.plan(&environments(&slug, "one"));
    for number in 0..MANY {
        let expected = match number {
            17 => Action::Update,
            42 => Action::Create,
            _ => Action::NoOp,
        };
        assert_eq!(plan.action(&format!("sparki_environment.it[{number}]")), expected, "{number}");
    }
    let _ = case.carry_out().succeeded();

    // Every change is sent with the version that was read, so that what others do meanwhile is not lost.
    let _ = case.plan(&environments(&slug, "two"));
    case.control_plane().change("environments", &id(3), &json!({"name": "Meanwhile"}));
    let refused = case.carry_out();
    assert_ne!(refused.code(), Some(0), "{refused}");
    let others = case.control_plane().list("environments", "limit=200");
    let purpose = |environment: &Value, purpose: &str| environment["labels"]["purpose"] == purpose;
    assert_eq!(others.iter().filter(|environment| purpose(environment, "two")).count(), MANY - 1);
    assert_eq!(others.iter().filter(|environment| purpose(environment, "one")).count(), 1);
    case.apply(&environments(&slug, "two"));
    case.finish();
}
