//! Objects that become objects of another type.

use acceptance::{Action, PlanCheck, StateCheck, at};

use crate::providers::{Halls, IT};

const PROVIDER: &str = "provider \"depot\" {\n  hall = \"main\"\n}\n";

#[test]
fn a_box_becomes_a_parcel_without_being_made_again() {
    let halls = Halls::new();
    let case = halls.case();
    let boxed =
        format!("{PROVIDER}resource \"depot_box\" \"old\" {{\n  label = \"books\"\n  grams = 900\n}}\n");
    let id = case.apply(&boxed).state.text("depot_box.old", "/id").to_owned();
    let moved = format!(
        "{PROVIDER}moved {{\n  from = depot_box.old\n  to = depot_parcel.it\n}}\n\
         resource \"depot_parcel\" \"it\" {{\n  name = \"books\"\n  grams = 900\n  destination = \"here\"\n}}\n"
    );
    // In the hall it is still a box, which a parcel cannot be read from.
    let mut parcel = halls.hall("main").find(&id).expect("the box is there");
    if let sparki_core::Dynamic::Object(members) = &mut parcel {
        members.insert("name".into(), "books".into());
        members.insert("destination".into(), "here".into());
        members.insert("sealed".into(), false.into());
        members.insert("revision".into(), 1_i64.into());
    }
    halls.hall("main").change(&id, parcel);
    case.step(&moved)
        .plan(PlanCheck::action(IT, Action::NoOp))
        .plan(PlanCheck::holds(|plan| match plan.moved_from(IT) {
            Some("depot_box.old") => Ok(()),
            other => Err(format!("moved from {other:?}")),
        }))
        .state(StateCheck::known(IT, at("id"), id.as_str()))
        .state(StateCheck::absent("depot_box.old"))
        .run();
    case.finish();
}

#[test]
fn what_cannot_be_moved_is_refused_with_what_can() {
    let halls = Halls::new();
    let case = halls.case();
    case.apply(&format!("{PROVIDER}resource \"terraform_data\" \"old\" {{\n  input = 1\n}}\n"));
    let refusal = case.refuses_plan(&format!(
        "{PROVIDER}moved {{\n  from = terraform_data.old\n  to = depot_parcel.it\n}}\n\
         resource \"depot_parcel\" \"it\" {{\n  name = \"books\"\n}}\n"
    ));
    let text = refusal.output().stdout();
    assert!(text.contains("What can become a depot_parcel: depot_box of sparki-io/depot"), "{text}");
}
