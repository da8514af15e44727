//! Blocks of every kind, written out and generated.

use acceptance::{Action, Expected, PlanCheck, StateCheck, at};
use serde_json::json;

use crate::providers::Halls;

const ROUTE: &str = "depot_route.it";

fn route(blocks: &str) -> String {
    format!(
        "provider \"depot\" {{\n  hall = \"main\"\n}}\nresource \"depot_route\" \"it\" {{\n  name = \"north\"\n{blocks}\n}}\n"
    )
}

const STOPS: &str = "  stop {\n    town = \"Bern\"\n    task {\n      what = \"load\"\n    }\n  }\n  stop {\n    town = \"Chur\"\n    minutes = 9\n  }\n";

fn case(halls: &Halls) -> acceptance::Case {
    let main = halls.hall("main");
    let setup = acceptance::Setup::new(&acceptance::Provider::depot())
        .set(depot::Hall::DIRECTORY, &halls.path().to_string_lossy());
    setup
        .remote(move |_: &str, attributes: &serde_json::Map<_, serde_json::Value>| {
            attributes["id"].as_str().map(|id| main.find(id).is_none())
        })
        .case()
}

#[test]
fn blocks_come_change_and_go() {
    let halls = Halls::new();
    let case = case(&halls);
    let rest = "  toll {\n    road = \"A1\"\n  }\n  driver \"day\" {\n    name = \"Ada\"\n  }\n  vehicle {\n    kind = \"van\"\n  }\n";
    case.step(&route(&format!("{STOPS}{rest}")))
        .plan(PlanCheck::action(ROUTE, Action::Create))
        .plan(PlanCheck::known(ROUTE, at("toll"), Expected::exact(json!([{ "road": "A1", "cents": 1 }]))))
        .plan(PlanCheck::unknown(ROUTE, at("stop").index(0).attribute("expected")))
        .state(StateCheck::known(ROUTE, at("stop").index(0).attribute("minutes"), 5))
        .state(StateCheck::known(ROUTE, at("stop").index(1).attribute("minutes"), 9))
        .state(StateCheck::known(ROUTE, at("leg"), Expected::size(0)))
        .run();
    case.step(&route("  stop {\n    town = \"Chur\"\n  }\n  driver \"night\" {\n    name = \"Bob\"\n  }\n"))
        .plan(PlanCheck::action(ROUTE, Action::Update))
        .state(StateCheck::known(ROUTE, at("toll"), Expected::size(0)))
        .state(StateCheck::known(ROUTE, at("vehicle"), Expected::null()))
        .state(StateCheck::known(ROUTE, at("stop"), Expected::size(1)))
        .run();
    case.finish();
}

#[test]
fn dynamic_blocks_may_be_known_only_at_apply() {
    let halls = Halls::new();
    let case = case(&halls);
    let towns = "resource \"terraform_data\" \"towns\" {\n  input = [\"Bern\", \"Chur\"]\n}\n";
    let stops = "  dynamic \"stop\" {\n    for_each = terraform_data.towns.output\n    content {\n      town = stop.value\n    }\n  }\n";
    case.step(&format!("{towns}{}", route(stops)))
        .plan(PlanCheck::action(ROUTE, Action::Create))
        .state(StateCheck::known(ROUTE, at("stop").index(1).attribute("town"), "Chur"))
        .run();
    case.finish();
}

#[test]
fn a_block_that_is_required_is_asked_for() {
    let halls = Halls::new();
    let refusal = case(&halls).refuses_plan(&route(""));
    let text = refusal.output().stdout();
    assert!(text.contains("Insufficient stop blocks") || text.contains("Missing required block"), "{text}");
}
