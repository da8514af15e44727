//! The ways to import an object, with the test provider.

use acceptance::{Action, PlanCheck, Unverified, at};
use serde_json::json;

use crate::providers::{Halls, IT, parcel};

const PROVIDER: &str = "provider \"depot\" {\n  hall = \"main\"\n}\n";

#[test]
fn an_object_is_imported_in_every_way() {
    let halls = Halls::new();
    let case = halls.case();
    let config = parcel("grams = 3\n  items = [{ kind = \"book\" }]\n  timeouts = { create = \"1m\" }");
    let id = case.apply(&config).state.text(IT, "/id").to_owned();
    let without_timeouts = config.replace("timeouts", "# timeouts");
    let import = || case.import(&without_timeouts, IT);
    let by_command = import().by_command(&id).run().expect("every tool has the command");
    assert!(by_command.state.has(IT));
    let _ = import().by_block(&id).plan(PlanCheck::action(IT, Action::NoOp)).run();
    let identity = json!({"id": id, "destination": "here"});
    assert_eq!(
        import().by_identity(identity).run().is_none(),
        case.tool().version() < acceptance::Version::parse("1.12.0")
    );
    let _ = case.import(PROVIDER, "depot_parcel.new").like(IT).by_block(&id).generated().run();
    let exact = format!("{without_timeouts}import {{\n  to = {IT}\n  id = {id:?}\n}}\n");
    let _ = case.import(&exact, IT).by_block(&id).exact_config().run();
    case.finish();
}

#[test]
fn an_import_may_change_the_object_if_the_test_says_so() {
    let halls = Halls::new();
    let case = halls.case();
    let id = case.apply(&parcel("grams = 3")).state.text(IT, "/id").to_owned();
    let other = parcel("grams = 4");
    let import = case.import(&other, IT).by_block(&id).expect_non_empty_plan();
    let imported = import.plan(PlanCheck::action(IT, Action::Update)).run().expect("every tool has blocks");
    assert_eq!(imported.state.value(IT, "/grams"), 4);
    // What one state has changed, the other has to learn.
    let _ = case.step(&other).refresh_only().run();
    case.finish();
}

#[test]
fn an_import_into_the_same_state_goes_on_from_there() {
    let halls = Halls::new();
    let case = halls.case();
    let config = parcel("grams = 3");
    let id = case.apply(&config).state.text(IT, "/id").to_owned();
    let imported =
        case.import(&config, IT).by_command(&id).persisted().run().expect("every tool has the command");
    assert!(imported.case.is_none());
    case.step(&config).plan(PlanCheck::action(IT, Action::NoOp)).run();
    case.finish();
}

#[test]
#[should_panic(expected = "differ")]
fn an_import_that_differs_is_found() {
    let halls = Halls::new();
    let case = halls.case();
    let id = case.apply(&parcel("mishap = \"warns\"")).state.text(IT, "/id").to_owned();
    let hall = halls.hall("main");
    let mut stored = hall.find(&id).expect("it is there");
    if let sparki_core::Dynamic::Object(members) = &mut stored {
        members.insert("grams".to_owned(), 5_i64.into());
    }
    hall.change(&id, stored);
    case.verify_import(&parcel(""), IT, &id, Unverified(&[]));
}

#[test]
fn what_the_remote_side_does_not_know_is_not_compared() {
    let halls = Halls::new();
    let case = halls.case();
    let config = parcel("mishap = \"warns\"");
    let id = case.apply(&config).state.text(IT, "/id").to_owned();
    let hall = halls.hall("main");
    let mut stored = hall.find(&id).expect("it is there");
    if let sparki_core::Dynamic::Object(members) = &mut stored {
        members.insert("mishap".to_owned(), sparki_core::Dynamic::Null);
    }
    hall.change(&id, stored);
    let _ = case.import(&config, IT).by_command(&id).ignoring(at("mishap")).run();
    case.finish();
}
