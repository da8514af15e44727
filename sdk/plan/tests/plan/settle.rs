//! What the state becomes after the remote has answered.

use expect_test::{Expect, expect};
use sparki_core::{Attribute, Dynamic, Kind, ObjectSchema, Path, Type};
use sparki_plan::check::result_violations;
use sparki_plan::{settle, settle_refresh};

use crate::world::{config, machine};

/// Settles an answer against a reference and shows what differs from the answer.
#[track_caller]
fn check_settle(reference: &str, answer: &str, expected: &Expect) {
    let (reference, answer) = (config(reference), config(answer));
    let state = sparki_plan::settle(&machine().object, &reference, answer);
    let members = state.members().expect("a state is an object");
    let set = members.iter().filter(|(_, value)| !value.is_null());
    let text: String = set
        .map(|(name, value)| format!("{name}: {}\n", value.to_json().expect("a state is known")))
        .collect();
    expected.assert_eq(&text);
    if !reference.is_null() {
        assert_eq!(sparki_plan::settle(&machine().object, &state, state.clone()), state, "settling settles");
    }
}

#[test]
fn empty_answers_for_what_nobody_set_stay_null() {
    check_settle(
        r#"{"name": "a"}"#,
        r#"{"name": "a", "note": "", "tags": {}, "disks": [], "rules": [], "network": {"subnet": ""}, "zone": ""}"#,
        &expect![[r#"
            locks: []
            mounts: []
            name: "a"
            on_destroy: "delete"
            ports: {}
            zone: ""
        "#]],
    );
}

#[test]
fn null_for_what_was_set_to_nothing_stays_empty() {
    check_settle(
        r#"{"name": "a", "note": "", "tags": {}, "disks": [], "labels": []}"#,
        r#"{"name": "a"}"#,
        &expect![[r#"
            disks: []
            labels: []
            locks: []
            mounts: []
            name: "a"
            note: ""
            on_destroy: "delete"
            ports: {}
            tags: {}
        "#]],
    );
}

#[test]
fn what_the_remote_really_changed_counts() {
    check_settle(
        r#"{"name": "a", "note": "n", "tags": {"a": "b"}}"#,
        r#"{"name": "b", "note": "", "tags": {"a": "c"}, "size": 3}"#,
        &expect![[r#"
            locks: []
            mounts: []
            name: "b"
            note: ""
            on_destroy: "delete"
            ports: {}
            size: 3
            tags: {"a":"c"}
        "#]],
    );
}

#[test]
fn another_spelling_is_not_taken_over() {
    check_settle(
        r#"{"name": "a", "policy": "{\"a\": 1}", "period": "90m", "disks": [{"name": "x", "policy": "[1, 2]"}],
            "rules": [{"port": 80, "policy": "[1, 2]"}, {"port": 81, "policy": "[ 3 ]"}]}"#,
        r#"{"name": "a", "policy": "{\"a\":1}", "period": "1h30m", "disks": [{"name": "x", "policy": "[1,2]"}],
            "rules": [{"port": 80, "policy": "[1,2]", "id": "i"}, {"port": 81, "policy": "[3]"}]}"#,
        &expect![[r#"
            disks: [{"copies":null,"id":null,"key_wo":null,"name":"x","policy":"[1, 2]","size_gib":null,"weight":null}]
            locks: []
            mounts: []
            name: "a"
            on_destroy: "delete"
            period: "90m"
            policy: "{\"a\": 1}"
            ports: {}
            rules: [{"chain":null,"cidrs":null,"id":null,"label":null,"policy":"[ 3 ]","port":81,"probe":null,"protocol":null,"weight":null},{"chain":null,"cidrs":null,"id":"i","label":null,"policy":"[1, 2]","port":80,"probe":null,"protocol":null,"weight":null}]
        "#]],
    );
}

#[test]
fn what_the_remote_does_not_know_stays() {
    check_settle(
        r#"{"name": "a", "on_destroy": "keep", "timeouts": {"create": "5m"}, "rules": [{"port": 80, "weight": 1, "label": "?"}]}"#,
        r#"{"name": "a", "rules": [{"port": 80, "label": "x", "protocol": "tcp"}]}"#,
        &expect![[r#"
            locks: []
            mounts: []
            name: "a"
            on_destroy: "keep"
            ports: {}
            rules: [{"chain":null,"cidrs":null,"id":null,"label":"x","policy":null,"port":80,"probe":null,"protocol":"tcp","weight":1}]
            timeouts: {"create":"5m","delete":null,"read":null,"update":null}
        "#]],
    );
}

#[test]
fn an_imported_object_has_the_defaults_of_what_the_remote_does_not_know() {
    check_settle(
        "",
        r#"{"name": "a", "id": "i", "tags": {}}"#,
        &expect![[r#"
            id: "i"
            locks: []
            mounts: []
            name: "a"
            on_destroy: "delete"
            ports: {}
        "#]],
    );
}

#[test]
fn a_write_only_value_in_an_answer_is_not_stored() {
    check_settle(
        r#"{"name": "a", "disks": [{"name": "x"}]}"#,
        r#"{"name": "a", "password_wo": "hunter2", "disks": [{"name": "x", "key_wo": "hunter2"}]}"#,
        &expect![[r#"
            disks: [{"copies":null,"id":null,"key_wo":null,"name":"x","policy":null,"size_gib":null,"weight":null}]
            locks: []
            mounts: []
            name: "a"
            on_destroy: "delete"
            ports: {}
        "#]],
    );
}

#[test]
fn elements_that_the_remote_added_or_dropped_show() {
    check_settle(
        r#"{"name": "a", "disks": [{"name": "x"}], "rules": [{"port": 80}], "users": {"u": {"role": "r"}}}"#,
        r#"{"name": "a", "disks": [{"name": "x"}, {"name": "y"}], "rules": [{"port": 81}], "users": {"v": {"role": "r"}}}"#,
        &expect![[r#"
            disks: [{"copies":null,"id":null,"key_wo":null,"name":"x","policy":null,"size_gib":null,"weight":null},{"copies":null,"id":null,"key_wo":null,"name":"y","policy":null,"size_gib":null,"weight":null}]
            locks: []
            mounts: []
            name: "a"
            on_destroy: "delete"
            ports: {}
            rules: [{"chain":null,"cidrs":null,"id":null,"label":null,"policy":null,"port":81,"probe":null,"protocol":null,"weight":null}]
            users: {"v":{"key":null,"role":"r"}}
        "#]],
    );
}

#[test]
fn an_answer_that_says_empty_for_null_is_consistent_with_the_plan() {
    let (planned, answer) =
        (config(r#"{"name": "a", "on_destroy": "keep"}"#), config(r#"{"name": "a", "note": ""}"#));
    let schema = &machine().object;
    assert_ne!(result_violations(schema, &planned, &answer), []);
    assert_eq!(result_violations(schema, &planned, &sparki_plan::settle(schema, &planned, answer)), []);
    assert_eq!(sparki_plan::settle(schema, &planned, Dynamic::Null), Dynamic::Null);
}

#[test]
fn what_is_an_elements_own_goes_with_it_when_others_are_gone() {
    let schema = &machine().object;
    let prior = config(r#"{"name": "a", "disks": [{"name": "x", "weight": 1}, {"name": "y", "weight": 2}]}"#);
    let actual = config(r#"{"name": "a", "disks": [{"name": "y"}]}"#);
    let weight = |state: &Dynamic| {
        state.at(&Path::attribute("disks").index(0).then("weight")).cloned().unwrap_or_default()
    };
    assert_eq!(weight(&settle_refresh(schema, &prior, actual.clone())), 2_i64.into());
    // After an apply, Terraform compares by place.
    assert_eq!(weight(&settle(schema, &prior, actual)), 1_i64.into());
}

#[test]
fn what_others_add_to_a_map_meanwhile_shows_at_the_next_refresh() {
    let tags = Attribute::new("tags", "Tags.", Kind::Plain(Type::Map(Box::new(Type::String))));
    let schema = ObjectSchema { attributes: vec![Attribute { shared: true, ..tags }], rules: Vec::new() };
    let object = |tags: Dynamic| Dynamic::Object([("tags".to_owned(), tags)].into());
    let map = |keys: &[&str]| {
        Dynamic::Map(keys.iter().map(|key| ((*key).to_owned(), Dynamic::from("1"))).collect())
    };
    let actual = || object(map(&["theirs", "own"]));
    let applied = |planned| settle(&schema, &planned, actual());
    assert_eq!(applied(object(map(&["own"]))), object(map(&["own"])));
    assert_eq!(applied(object(Dynamic::Null)), object(Dynamic::Null));
    assert_eq!(applied(object(Dynamic::unknown())), actual());
    // What is missing is missing, and nothing is planned for what is imported.
    assert_eq!(applied(object(map(&["own", "lost"]))), object(map(&["own"])));
    assert_eq!(applied(Dynamic::Null), actual());
    assert_eq!(settle_refresh(&schema, &object(map(&["own"])), actual()), actual());
}
