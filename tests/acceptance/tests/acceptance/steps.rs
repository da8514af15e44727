//! What a step of the harness does and checks, with the test provider.

use std::panic::{AssertUnwindSafe, catch_unwind};

use acceptance::{
    Action, Condition, Expected, ExpectedError, Followed, Order, PlanCheck, Relation, Rule, StateCheck,
    ValuePath, at, place,
};
use depot::PARCEL;
use serde_json::json;
use sparki_core::Dynamic;

use crate::providers::{Halls, IT, parcel};

/// Fails unless something panics with these words.
#[track_caller]
fn check_panics(words: &[&str], what: impl FnOnce()) {
    let payload = catch_unwind(AssertUnwindSafe(what)).expect_err("it panics");
    let text = payload.downcast_ref::<String>().cloned().unwrap_or_default();
    assert!(words.iter().all(|word| text.contains(word)), "{words:?} are not in:\n{text}");
}

/// Changes a parcel behind Terraform's back.
fn change(halls: &Halls, id: &str, name: &str, value: impl Into<Dynamic>) {
    let hall = halls.hall("main");
    let Some(Dynamic::Object(mut members)) = hall.find(id) else { panic!("{id} is not there") };
    members.insert(name.to_owned(), value.into());
    hall.change(id, Dynamic::Object(members));
}

#[test]
fn plans_and_states_are_checked_at_every_step() {
    let halls = Halls::new();
    let case = halls.case();
    let outputs =
        "output \"id\" {\n  value = depot_parcel.it.id\n}\noutput \"all\" {\n  value = depot_parcel.it\n}\n";
    let config = |attributes: &str| format!("{}{outputs}", parcel(attributes));
    let (id, revision) = (Followed::new(Relation::Same), Followed::new(Relation::Differs));
    let identifier = || place(IT, at("id"));
    let first = "items = [{ kind = \"book\" }, { kind = \"pen\" }]\n  stamps = [{ motif = \"sun\" }]\n  labels = { a = \"1\" }";
    case.step(&config(first))
        .plan(PlanCheck::action(IT, Action::Create))
        .plan(PlanCheck::known(IT, at("items").index(1).attribute("kind"), "pen"))
        .plan(PlanCheck::known(IT, at("sealed"), false))
        .plan(PlanCheck::unknown(IT, at("id")))
        .plan(PlanCheck::unknown(IT, at("items").index(0).attribute("serial")))
        .plan(PlanCheck::null(IT, at("grams")))
        .plan(PlanCheck::output_unknown("id", ValuePath::root()))
        .plan(PlanCheck::nothing_deferred())
        .state(id.check(identifier()))
        .state(revision.check(place(IT, at("revision"))))
        .state(StateCheck::known(IT, at("id"), Expected::matching("^parcel-[0-9]+$")))
        .state(StateCheck::known(IT, at("labels"), Expected::map([("a", "1".into())])))
        .state(StateCheck::known(
            IT,
            at("stamps"),
            Expected::set([Expected::object([("motif", "sun".into()), ("cents", 1.into())])]),
        ))
        .state(StateCheck::output("all", at("items"), Expected::size(2)))
        .state(StateCheck::collection(
            place(IT, at("items")),
            at("serial"),
            place(IT, at("revision")),
            Relation::Same,
        ))
        .state(StateCheck::identity_matches(IT, "id", at("id")))
        .plan_before_refresh(PlanCheck::empty())
        .plan_after_refresh(PlanCheck::action(IT, Action::NoOp))
        .run();
    case.step(&config("labels = { a = \"2\" }\n  grams = 7"))
        .plan(PlanCheck::action(IT, Action::Update))
        .plan(PlanCheck::output("all", at("grams"), 7))
        .state(id.check(identifier()))
        .state(revision.check(place(IT, at("revision"))))
        .state(StateCheck::known(IT, at("grams"), Expected::number("7")))
        .state(StateCheck::known(IT, at("items"), Expected::null()))
        .run();
    case.step(&config("destination = \"there\""))
        .plan(PlanCheck::replacement(IT, Order::DeleteFirst))
        .plan(PlanCheck::replaced_by(IT, [at("destination")]))
        .state(StateCheck::pair(identifier(), place(IT, at("destination")), Relation::Differs))
        .run();
    let first = "destination = \"else\"\n  lifecycle {\n    create_before_destroy = true\n  }";
    case.step(&config(first)).plan(PlanCheck::replacement(IT, Order::CreateFirst)).run();
    case.step(&config(first)).destroy().plan(PlanCheck::action(IT, Action::Delete)).run();
    assert!(!case.state().has(IT));
}

#[test]
fn drift_is_taken_over_by_a_refresh_and_planned_away() {
    let halls = Halls::new();
    let case = halls.case();
    let config = parcel("grams = 1");
    let id = case.apply(&config).state.text(IT, "/id").to_owned();
    change(&halls, &id, "grams", 2_i64);
    case.step(&config).plan_only().expect_non_empty_plan().plan(PlanCheck::drifted(IT)).run();
    case.step(&config)
        .refresh_only()
        .plan(PlanCheck::drifted(IT))
        .state(StateCheck::known(IT, at("grams"), 2))
        .expect_non_empty_plan()
        .plan_after_refresh(PlanCheck::action(IT, Action::Update))
        .run();
    case.step(&config).state(StateCheck::known(IT, at("grams"), 1)).run();
    case.step(&config).plan_only().run();
    case.finish();
}

#[test]
fn variables_and_targets_count_for_one_step() {
    let halls = Halls::new();
    let case = halls.case();
    let config = format!(
        "variable \"name\" {{\n  type = string\n  default = \"none\"\n}}\n{}resource \"depot_parcel\" \"other\" {{\n  name = var.name\n}}\n",
        parcel("grams = 1")
    );
    case.step(&config).target(IT).state(StateCheck::absent("depot_parcel.other")).run();
    let named = |name: &str| StateCheck::known("depot_parcel.other", at("name"), name);
    case.step(&config).variable("name", "given").state(named("given")).run();
    case.step(&config).state(named("none")).run();
    case.step(&config).replace(IT).plan(PlanCheck::action(IT, Action::Replace)).run();
    case.finish();
}

#[test]
fn what_does_not_hold_is_all_said_at_once() {
    let halls = Halls::new();
    let case = halls.case();
    check_panics(
        &["the action is Create, not Update", "no nam: the object has", "depot_parcel.it: create"],
        || {
            case.step(&parcel(""))
                .plan(PlanCheck::action(IT, Action::Update))
                .plan(PlanCheck::known(IT, at("nam"), "x"))
                .run();
        },
    );
    check_panics(&["name is \"books\", not \"x\"", "x is not in the state: depot_parcel.it"], || {
        case.step(&parcel(""))
            .state(StateCheck::known(IT, at("name"), "x"))
            .state(StateCheck::present("x"))
            .run();
    });
    check_panics(&["the plan is empty"], || {
        case.step(&parcel("")).expect_non_empty_plan().run();
    });
    check_panics(&["the plan is not empty", "depot_parcel.it: update"], || {
        case.step(&parcel("grams = 9")).plan_only().run();
    });
    case.finish();
}

#[test]
fn an_error_is_expected_with_what_it_is_about() {
    let halls = Halls::new();
    let case = halls.case();
    let config = parcel("").replace("books", "forbidden");
    let refusal = case.step(&config).refused_at_plan();
    refusal.has(&ExpectedError::matching("^forbidden name choose").about(IT).at("name")).blames_nobody();
    for wrong in [
        ExpectedError::matching("allowed"),
        ExpectedError::matching("forbidden").about("depot_parcel.other"),
        ExpectedError::matching("forbidden").at("grams"),
    ] {
        check_panics(&["there is no such error"], || _ = refusal.has(&wrong));
    }
    let broken = parcel("mishap = \"fails_early\"");
    let refusal = case.step(&broken).plan(PlanCheck::action(IT, Action::Create)).refused_at_apply();
    refusal.has(&ExpectedError::matching("failed to create the parcel").about(IT));
    case.finish();
}

#[test]
fn a_step_is_taken_where_the_tool_allows_it_and_reported_where_not() {
    let halls = Halls::new();
    let case = halls.case();
    let never = || Rule::skip_unless(Condition::Below("0.1.0"), "this shows that skips are reported");
    assert!(case.step(&parcel("")).only(never()).run().is_none());
    assert!(!case.allows(&[never()]));
    assert!(!case.state().has(IT));
    let always = Rule::require(Condition::AtLeast("1.0.0"), "protocol 6");
    assert!(case.allows(std::slice::from_ref(&always)));
    assert!(case.step(&parcel("")).only(always).run().is_some());
    check_panics(&["cannot be tested", "is not below 0.1.0: a reason"], || {
        _ = case.allows(&[Rule::require(Condition::Below("0.1.0"), "a reason")]);
    });
    case.finish();
}

#[test]
fn objects_are_renamed_and_forgotten_as_blocks_say() {
    let halls = Halls::new();
    let case = halls.case();
    let config = parcel("grams = 1");
    let id = case.apply(&config).state.text(IT, "/id").to_owned();
    let renamed = config.replace("\"it\"", "\"new\"");
    let new = "depot_parcel.new";
    case.step(&format!("{renamed}moved {{\n  from = {IT}\n  to = {new}\n}}\n"))
        .plan(PlanCheck::action(new, Action::NoOp))
        .plan(PlanCheck::holds(|plan| match plan.moved_from(new) {
            Some(IT) => Ok(()),
            other => Err(format!("moved from {other:?}")),
        }))
        .state(StateCheck::known(new, at("id"), &id))
        .state(StateCheck::absent(IT))
        .run();
    let provider = "provider \"depot\" {\n  hall = \"main\"\n}\n";
    case.step(&format!(
        "{provider}removed {{\n  from = {new}\n  lifecycle {{\n    destroy = false\n  }}\n}}\n"
    ))
    .plan(PlanCheck::action(new, Action::Forget))
    .state(StateCheck::absent(new))
    .run();
    assert_eq!(halls.hall("main").ids(), [id.as_str()], "it was only forgotten");
    assert_eq!(halls.hall("main").find(&id).unwrap().attribute("grams").to_json().unwrap(), json!(1));
    assert!(id.starts_with("parcel-") && PARCEL.starts_with("depot"));
    case.finish();
}

#[test]
fn a_tainted_object_is_made_again() {
    let halls = Halls::new();
    let case = halls.case();
    let id = Followed::new(Relation::Differs);
    case.step(&parcel("")).state(id.check(place(IT, at("id")))).run();
    case.taint(IT);
    case.step(&parcel(""))
        .plan(PlanCheck::replacement(IT, Order::DeleteFirst))
        .state(id.check(place(IT, at("id"))))
        .run();
    case.finish();
}
