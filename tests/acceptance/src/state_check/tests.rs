use serde_json::json;

use super::*;

fn state(id: &str) -> State {
    State::new(json!({"values": {
        "outputs": {"ids": {"value": ["x", id]}},
        "root_module": {
            "resources": [{
                "address": "a.it", "type": "a", "mode": "managed",
                "values": {"id": id, "size": 1, "all": [{"id": "x"}, {"id": id}], "labels": {"k": "v"}},
                "sensitive_values": {"labels": true},
                "identity": {"id": id},
            }],
            "child_modules": [{"resources": [{"address": "module.m.b.it", "values": {"size": 1.0}}]}],
        },
    }}))
}

#[track_caller]
fn check_right(check: &StateCheck) {
    check.check(&state("7")).unwrap();
}

#[track_caller]
fn check_wrong(check: &StateCheck, words: &str) {
    assert_eq!(check.check(&state("7")).unwrap_err(), words);
}

#[test]
fn values_are_found_in_modules_as_well() {
    check_right(&StateCheck::known("a.it", at("id"), "7"));
    check_right(&StateCheck::known("module.m.b.it", at("size"), 1));
    check_right(&StateCheck::present("a.it"));
    check_right(&StateCheck::absent("b.it"));
    check_right(&StateCheck::sensitive("a.it", at("labels").key("k")));
    check_wrong(&StateCheck::known("a.it", at("id"), "8"), "a.it: id is \"7\", not \"8\"");
    check_wrong(&StateCheck::present("x.it"), "x.it is not in the state: a.it, module.m.b.it");
    check_wrong(&StateCheck::absent("a.it"), "a.it is in the state");
    check_wrong(&StateCheck::sensitive("a.it", at("id")), "a.it: id is shown");
}

#[test]
fn outputs_are_checked() {
    check_right(&StateCheck::output("ids", ValuePath::root().index(0), "x"));
    check_wrong(
        &StateCheck::output("ids", ValuePath::root().index(2), "x"),
        "output ids: no [2]: the object has 2 elements",
    );
}

#[test]
fn values_are_compared_with_each_other() {
    let (id, size) = (place("a.it", at("id")), place("a.it", at("size")));
    check_right(&StateCheck::pair(size, place("module.m.b.it", at("size")), Relation::Same));
    check_wrong(&StateCheck::pair(id.clone(), id.clone(), Relation::Differs), "both are \"7\"");
    let all = place("a.it", at("all"));
    check_right(&StateCheck::collection(all.clone(), at("id"), id.clone(), Relation::Same));
    let wrong = StateCheck::collection(all, at("id"), id, Relation::Differs);
    assert!(wrong.check(&state("7")).unwrap_err().starts_with("a.it: all has element with \"7\""));
}

#[test]
fn a_value_is_followed_from_step_to_step() {
    let stays = Followed::new(Relation::Same);
    let changes = Followed::new(Relation::Differs);
    let id = || place("a.it", at("id"));
    for state in [state("7"), state("7")] {
        stays.check(id()).check(&state).unwrap();
    }
    assert_eq!(
        stays.check(id()).check(&state("8")).unwrap_err(),
        "a.it: id, before and now: \"7\" is not the same as \"8\""
    );
    changes.check(id()).check(&state("7")).unwrap();
    changes.check(id()).check(&state("8")).unwrap();
    assert!(changes.check(id()).check(&state("8")).is_err());
}

#[test]
fn identities_are_checked_where_the_tool_has_them() {
    let checks = [
        StateCheck::identity("a.it", [("id", "7".into())]),
        StateCheck::identity_value("a.it", "id", "7"),
        StateCheck::identity_matches("a.it", "id", at("id")),
    ];
    for check in checks {
        assert!(check.rule.is_some());
        check_right(&check);
    }
    assert!(StateCheck::identity("a.it", []).check(&state("7")).is_err());
}
