//! Terraform's rules for results, each broken and kept.

use expect_test::{Expect, expect};
use sparki_core::Kind::{Nested, Plain};
use sparki_core::{Dynamic, Mode, Nesting, ObjectSchema, Refinement, Type};
use sparki_plan::check::result_violations;

use crate::world::{object, schema};

fn thing() -> ObjectSchema {
    let text = || Plain(Type::String);
    let inner = || {
        let mut inner = schema(vec![("o", text(), Mode::Optional), ("wo", text(), Mode::Optional)]);
        inner.attributes[1].write_only = true;
        inner
    };
    let mut thing = schema(vec![
        ("o", text(), Mode::Optional),
        ("wo", text(), Mode::Optional),
        ("one", Nested(Nesting::Single, inner()), Mode::Optional),
        ("list", Nested(Nesting::List, inner()), Mode::Optional),
        ("map", Nested(Nesting::Map, inner()), Mode::Optional),
        ("set", Plain(Type::String.set()), Mode::Optional),
    ]);
    thing.attributes[1].write_only = true;
    thing
}

/// Checks a result given as planned object and new state.
#[track_caller]
fn check_violations(planned: &str, state: &str, expected: &Expect) {
    let schema = thing();
    let found = result_violations(&schema, &object(&schema, planned), &object(&schema, state));
    expected.assert_eq(&found.iter().map(|violation| format!("{violation}\n")).collect::<String>());
}

#[test]
fn what_was_planned_is_what_comes() {
    check_violations(r#"{"o": "a"}"#, r#"{"o": "a"}"#, &expect![""]);
    check_violations(
        r#"{"o": "a"}"#,
        r#"{"o": "b"}"#,
        &expect![[r#"
        o: was one string, but now another
    "#]],
    );
    check_violations(
        r#"{"o": "a"}"#,
        r#"{}"#,
        &expect![[r#"
        o: was present, but now absent
    "#]],
    );
    check_violations(
        "{}",
        r#"{"o": ""}"#,
        &expect![[r#"
        o: was null, but now has a value
    "#]],
    );
}

#[test]
fn what_was_unknown_may_become_anything_that_was_promised() {
    check_violations(r#"{"o": "?"}"#, r#"{"o": "a"}"#, &expect![""]);
    check_violations(r#"{"o": "?"}"#, r#"{}"#, &expect![""]);
    let schema = thing();
    let mut planned = object(&schema, "{}");
    if let Dynamic::Object(members) = &mut planned {
        members.insert("o".into(), Dynamic::unknown_but(Refinement::prefix("arn:")));
    }
    let verdict = |text| result_violations(&schema, &planned, &object(&schema, text)).len();
    assert_eq!([verdict(r#"{"o": "arn:x"}"#), verdict(r#"{"o": "x"}"#), verdict("{}")], [0, 1, 1]);
}

#[test]
fn nothing_is_unknown_after_apply() {
    check_violations(
        r#"{"o": "?"}"#,
        r#"{"o": "?"}"#,
        &expect![[r#"
        o: still unknown after apply
    "#]],
    );
    check_violations(
        r#"{"list": [{"o": "?"}], "set": ["?"]}"#,
        r#"{"list": [{"o": "?"}], "set": ["?"]}"#,
        &expect![[r#"
        list[0].o: still unknown after apply
        set[*]: still unknown after apply
    "#]],
    );
}

#[test]
fn nothing_write_only_is_in_a_state() {
    check_violations(
        "{}",
        r#"{"wo": "a"}"#,
        &expect![[r#"
        wo: returned a value for a write-only attribute
        wo: was null, but now has a value
    "#]],
    );
    check_violations(
        r#"{"one": {}, "list": [{}], "map": {"k": {}}}"#,
        r#"{"one": {"wo": "a"}, "list": [{"wo": "a"}], "map": {"k": {"wo": "a"}}}"#,
        &expect![[r#"
            one.wo: returned a value for a write-only attribute
            list[0].wo: returned a value for a write-only attribute
            map["k"].wo: returned a value for a write-only attribute
            list[0].wo: was null, but now has a value
            map["k"].wo: was null, but now has a value
            one.wo: was null, but now has a value
        "#]],
    );
}

#[test]
fn elements_neither_appear_nor_vanish() {
    check_violations(
        r#"{"list": [{"o": "a"}, {"o": "b"}]}"#,
        r#"{"list": [{"o": "a"}]}"#,
        &expect![[r#"
        list[1]: element has vanished
    "#]],
    );
    check_violations(
        r#"{"list": [{"o": "a"}]}"#,
        r#"{"list": [{"o": "a"}, {"o": "b"}]}"#,
        &expect![[r#"
        list[1]: new element has appeared
    "#]],
    );
    check_violations(
        r#"{"map": {"a": {"o": "x"}}}"#,
        r#"{"map": {"b": {"o": "x"}}}"#,
        &expect![[r#"
        map["a"]: element has vanished
        map["b"]: new element has appeared
    "#]],
    );
    check_violations(
        r#"{"list": [{"o": "a"}, {"o": "b"}]}"#,
        r#"{"list": [{"o": "b"}, {"o": "a"}]}"#,
        &expect![[r#"
        list[0].o: was one string, but now another
        list[1].o: was one string, but now another
    "#]],
    );
}

#[test]
fn elements_of_a_set_match_each_way() {
    check_violations(r#"{"set": ["a", "b"]}"#, r#"{"set": ["b", "a"]}"#, &expect![""]);
    check_violations(r#"{"set": ["a", "?"]}"#, r#"{"set": ["a", "b"]}"#, &expect![""]);
    check_violations(r#"{"set": ["a", "?"]}"#, r#"{"set": ["a"]}"#, &expect![""]);
    check_violations(
        r#"{"set": ["a"]}"#,
        r#"{"set": ["b"]}"#,
        &expect![[r#"
        set: planned set element does not correlate with any element in actual
        set: actual set element does not correlate with any element in plan
    "#]],
    );
    check_violations(
        r#"{"set": ["a"]}"#,
        r#"{"set": ["a", "b"]}"#,
        &expect![[r#"
        set: has more elements than planned
        set: actual set element does not correlate with any element in plan
    "#]],
    );
}

#[test]
fn an_object_comes_where_one_was_planned() {
    check_violations("", "", &expect![""]);
    check_violations(
        r#"{"o": "a"}"#,
        "",
        &expect![[r#"
        : was present, but now absent
    "#]],
    );
    check_violations(
        "",
        r#"{"o": "a"}"#,
        &expect![[r#"
        : was null, but now has a value
    "#]],
    );
}
