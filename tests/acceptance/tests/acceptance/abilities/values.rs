//! Values on their way through Terraform: exact, normalised, and as much known as can be.

use acceptance::{Action, Expected, PlanCheck, StateCheck, ValuePath, at};
use serde_json::json;

use crate::providers::{Halls, IT, parcel};

fn output(name: &str, expression: &str) -> String {
    format!("output \"{name}\" {{\n  value = {expression}\n}}\n")
}

#[test]
fn what_is_promised_of_an_unknown_value_is_known_at_plan() {
    let halls = Halls::new();
    let case = halls.case();
    let config = [
        parcel(""),
        output("is_null", "depot_parcel.it.id == null"),
        output("prefix", "startswith(depot_parcel.it.id, \"parcel-\")"),
        output("revision", "depot_parcel.it.revision == null"),
    ];
    case.step(&config.concat())
        .plan(PlanCheck::unknown(IT, at("id")))
        .plan(PlanCheck::output("is_null", ValuePath::root(), false))
        .plan(PlanCheck::output("prefix", ValuePath::root(), true))
        .plan(PlanCheck::output("revision", ValuePath::root(), false))
        .run();
    case.finish();
}

#[test]
fn numbers_lose_no_digit() {
    let halls = Halls::new();
    let case = halls.case();
    for number in ["9223372036854775807", "-9223372036854775808", "0"] {
        case.step(&parcel(&format!("grams = {number}")))
            .state(StateCheck::known(IT, at("grams"), Expected::number(number)))
            .run();
    }
    case.finish();
}

#[test]
fn text_is_compared_in_one_normal_form() {
    let halls = Halls::new();
    let case = halls.case();
    // An "e" and an accent of its own, and both in one.
    let composed = StateCheck::known(IT, at("destination"), "caf\u{e9}");
    case.step(&parcel("destination = \"cafe\u{301}\"")).state(composed).run();
    case.step(&parcel("destination = \"caf\u{e9}\"")).plan(PlanCheck::empty()).run();
    case.finish();
}

#[test]
fn sets_have_no_order_and_no_duplicates_and_may_hold_what_is_not_known() {
    let halls = Halls::new();
    let case = halls.case();
    let stamps = |stamps: &str| parcel(&format!("stamps = [{stamps}]"));
    let both = "{ motif = \"sun\" }, { motif = \"bird\", cents = 3 }";
    let expected = Expected::set([
        Expected::exact(json!({ "motif": "sun", "cents": 1 })),
        Expected::exact(json!({ "motif": "bird", "cents": 3 })),
    ]);
    case.step(&stamps(both)).state(StateCheck::known(IT, at("stamps"), expected)).run();
    let turned = "{ motif = \"bird\", cents = 3 }, { motif = \"sun\" }, { motif = \"sun\" }";
    case.step(&stamps(turned)).plan(PlanCheck::empty()).run();
    let elsewhere = "resource \"terraform_data\" \"motif\" {\n  input = \"moon\"\n}\n";
    let unknown = stamps("{ motif = terraform_data.motif.output }, { motif = \"sun\" }");
    case.step(&format!("{elsewhere}{unknown}"))
        .plan(PlanCheck::action(IT, Action::Update))
        .state(StateCheck::known(IT, at("stamps"), Expected::size(2)))
        .run();
    case.finish();
}

#[test]
fn an_empty_collection_is_not_the_same_as_none() {
    let halls = Halls::new();
    let case = halls.case();
    for (attributes, expected) in [
        ("labels = {}\n  items = []\n  stamps = []", Expected::size(0)),
        ("", Expected::null()),
        ("labels = {}\n  items = []\n  stamps = []", Expected::size(0)),
    ] {
        let mut step = case.step(&parcel(attributes));
        for name in ["labels", "items", "stamps"] {
            step = step.state(StateCheck::known(IT, at(name), expected.clone()));
        }
        step.run();
    }
    case.finish();
}

#[test]
fn an_ignored_change_is_no_change() {
    let halls = Halls::new();
    let case = halls.case();
    case.apply(&parcel("grams = 1"));
    let ignored = "grams = 2\n  lifecycle {\n    ignore_changes = [grams]\n  }";
    case.step(&parcel(ignored)).plan(PlanCheck::empty()).state(StateCheck::known(IT, at("grams"), 1)).run();
    case.finish();
}

#[test]
fn a_tainted_object_is_made_again_as_if_it_were_new() {
    let halls = Halls::new();
    let case = halls.case();
    case.apply(&parcel("grams = 1"));
    case.taint(IT);
    case.step(&parcel("grams = 1"))
        .plan(PlanCheck::action(IT, Action::Replace))
        .plan(PlanCheck::unknown(IT, at("id")))
        .state(StateCheck::known(IT, at("id"), "parcel-2"))
        .run();
    case.finish();
}

#[test]
fn a_replacement_that_only_apply_would_see_is_planned() {
    let halls = Halls::new();
    let case = halls.case();
    let config = |kinds: &str| {
        let elsewhere = format!("resource \"terraform_data\" \"kinds\" {{\n  input = [{kinds}]\n}}\n");
        format!(
            "{elsewhere}{}",
            parcel("items = [for kind in terraform_data.kinds.output : { kind = kind }]")
        )
    };
    case.apply(&config("\"book\""));
    case.step(&config("\"pen\", \"ink\""))
        .plan(PlanCheck::action(IT, Action::Replace))
        .state(StateCheck::known(IT, at("items").index(1).attribute("kind"), "ink"))
        .run();
    case.finish();
}
