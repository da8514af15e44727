use serde_json::json;

use super::*;
use crate::value_path::at;

fn plan() -> Plan {
    Plan::new(json!({
        "resource_changes": [
            {"address": "a.it", "change": {
                "actions": ["delete", "create"],
                "before": {"name": "one"},
                "after": {"name": "two", "note": null, "labels": {"team": "x"}},
                "after_unknown": {"id": true, "labels": {}, "items": [false, {"serial": true}]},
                "after_sensitive": {"labels": {"team": true}},
                "replace_paths": [["name"], ["items", 0, "kind"]],
            }},
            {"address": "b.it", "change": {"actions": ["no-op"], "before": {}, "after": {}}},
        ],
        "output_changes": {
            "id": {"actions": ["create"], "after_unknown": true, "after_sensitive": false},
            "all": {"actions": ["update"], "after": {"name": "two"}, "after_unknown": false, "after_sensitive": true},
        },
        "deferred_changes": [{"reason": "resource_config_unknown", "resource_change": {"address": "c.it"}}],
        "resource_drift": [{"address": "b.it"}],
    }))
}

#[track_caller]
fn check_right(check: &PlanCheck) {
    check.check(&plan()).unwrap();
}

#[track_caller]
fn check_wrong(check: &PlanCheck, words: &str) {
    assert_eq!(check.check(&plan()).unwrap_err(), words);
}

#[test]
fn actions_are_told_apart() {
    check_right(&PlanCheck::action("a.it", Action::Replace));
    check_right(&PlanCheck::action("b.it", Action::NoOp));
    check_right(&PlanCheck::action("x.it", Action::Absent));
    check_right(&PlanCheck::replacement("a.it", Order::DeleteFirst));
    check_wrong(&PlanCheck::action("a.it", Action::Update), "a.it: the action is Replace, not Update");
    check_wrong(
        &PlanCheck::replacement("a.it", Order::CreateFirst),
        "a.it: replaced DeleteFirst, not CreateFirst",
    );
    check_wrong(
        &PlanCheck::replacement("b.it", Order::CreateFirst),
        "b.it: the action is NoOp, no replacement",
    );
}

#[test]
fn the_values_that_force_a_replacement_are_all_named() {
    check_right(&PlanCheck::replaced_by("a.it", [at("items").index(0).attribute("kind"), at("name")]));
    assert!(PlanCheck::replaced_by("a.it", [at("name")]).check(&plan()).is_err());
}

#[test]
fn known_unknown_and_sensitive_values_are_told_apart() {
    check_right(&PlanCheck::known("a.it", at("name"), "two"));
    check_right(&PlanCheck::null("a.it", at("note")));
    check_right(&PlanCheck::unknown("a.it", at("id")));
    check_right(&PlanCheck::unknown("a.it", at("items").index(1).attribute("serial")));
    check_right(&PlanCheck::sensitive("a.it", at("labels").key("team")));
    check_wrong(&PlanCheck::known("a.it", at("id"), "x"), "a.it: id is not known before apply");
    check_wrong(&PlanCheck::known("a.it", at("items"), json!([])), "a.it: items is not known before apply");
    check_wrong(&PlanCheck::known("a.it", at("name"), "x"), "a.it: name is \"two\", not \"x\"");
    check_wrong(&PlanCheck::unknown("a.it", at("name")), "a.it: name is known to be \"two\"");
    check_wrong(&PlanCheck::sensitive("a.it", at("name")), "a.it: name is shown");
    check_wrong(
        &PlanCheck::known("x.it", at("name"), "x"),
        "x.it is not in the plan: a.it: delete create, outputs all id",
    );
}

#[test]
fn outputs_are_checked_as_values_are() {
    check_right(&PlanCheck::output("all", at("name"), "two"));
    check_right(&PlanCheck::output_unknown("id", ValuePath::root()));
    check_right(&PlanCheck::output_sensitive("all"));
    assert!(PlanCheck::output("id", ValuePath::root(), "x").check(&plan()).is_err());
    assert!(PlanCheck::output("none", ValuePath::root(), "x").check(&plan()).is_err());
}

#[test]
fn drift_and_what_is_put_off_are_found() {
    check_right(&PlanCheck::drifted("b.it"));
    check_wrong(&PlanCheck::drifted("a.it"), "a.it has not drifted");
    check_right(&PlanCheck::deferred("c.it", Some("resource_config_unknown")));
    check_wrong(&PlanCheck::deferred("a.it", None), "a.it is not deferred");
    assert!(PlanCheck::nothing_deferred().check(&plan()).is_err());
}

#[test]
fn a_plan_is_empty_when_neither_objects_nor_outputs_change() {
    check_right(&PlanCheck::not_empty());
    assert!(PlanCheck::empty().check(&plan()).is_err());
    let outputs_only = Plan::new(json!({"output_changes": {"a": {"actions": ["create"]}}}));
    assert!(PlanCheck::empty().check(&outputs_only).is_err());
    let nothing = Plan::new(json!({"output_changes": {"a": {"actions": ["no-op"]}}}));
    PlanCheck::empty().check(&nothing).unwrap();
    assert!(PlanCheck::not_empty().check(&nothing).is_err());
}
