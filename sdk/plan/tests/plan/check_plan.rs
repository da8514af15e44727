//! Terraform's rules for plans, each broken and kept.

use expect_test::{Expect, expect};
use sparki_core::Kind::{Nested, Plain};
use sparki_core::{Mode, Nesting, ObjectSchema, Type};
use sparki_plan::check::plan_violations;

use crate::world::{object, schema};

fn thing() -> ObjectSchema {
    let text = || Plain(Type::String);
    let inner = || schema(vec![("o", text(), Mode::Optional), ("c", text(), Mode::Computed)]);
    let mut thing = schema(vec![
        ("o", text(), Mode::Optional),
        ("oc", text(), Mode::OptionalComputed),
        ("c", text(), Mode::Computed),
        ("wo", text(), Mode::Optional),
        ("one", Nested(Nesting::Single, inner()), Mode::Optional),
        ("list", Nested(Nesting::List, inner()), Mode::Optional),
        ("map", Nested(Nesting::Map, inner()), Mode::Optional),
        ("set", Nested(Nesting::Set, inner()), Mode::Optional),
    ]);
    thing.attributes[3].write_only = true;
    thing
}

/// Checks a plan given as prior, configuration and planned object.
#[track_caller]
fn check_violations(prior: &str, config: &str, planned: &str, expected: &Expect) {
    let schema = thing();
    let [prior, config, planned] = [prior, config, planned].map(|text| object(&schema, text));
    let found = plan_violations(&schema, &prior, &config, &planned);
    expected.assert_eq(&found.iter().map(|violation| format!("{violation}\n")).collect::<String>());
}

#[test]
fn configuration_is_planned_as_it_is() {
    check_violations("", r#"{"o": "a"}"#, r#"{"o": "a"}"#, &expect![""]);
    check_violations("", r#"{"o": "?"}"#, r#"{"o": "?"}"#, &expect![""]);
    check_violations(
        "",
        r#"{"o": "a"}"#,
        r#"{"o": "b"}"#,
        &expect![[r#"
        o: planned value does not match config value nor prior value
    "#]],
    );
    check_violations(
        "",
        r#"{"o": "a"}"#,
        r#"{"o": "?"}"#,
        &expect![[r#"
        o: planned value does not match config value nor prior value
    "#]],
    );
    check_violations(
        "",
        r#"{"o": "?"}"#,
        r#"{"o": "b"}"#,
        &expect![[r#"
        o: planned value does not match config value nor prior value
    "#]],
    );
    check_violations(
        "",
        r#"{"oc": "a"}"#,
        r#"{"oc": "b"}"#,
        &expect![[r#"
        oc: planned value does not match config value nor prior value
    "#]],
    );
}

#[test]
fn the_prior_value_may_be_kept_instead() {
    check_violations(r#"{"o": "b"}"#, r#"{"o": "a"}"#, r#"{"o": "b"}"#, &expect![""]);
    check_violations(
        r#"{"o": "b"}"#,
        r#"{}"#,
        r#"{"o": "b"}"#,
        &expect![[r#"
        o: planned a value for a non-computed attribute
    "#]],
    );
    check_violations(
        r#"{}"#,
        r#"{"o": "a"}"#,
        r#"{}"#,
        &expect![[r#"
        o: planned value does not match config value nor prior value
    "#]],
    );
}

#[test]
fn a_write_only_value_is_never_planned() {
    check_violations("", r#"{"wo": "a"}"#, "{}", &expect![""]);
    check_violations(
        "",
        r#"{"wo": "a"}"#,
        r#"{"wo": "a"}"#,
        &expect![[r#"
        wo: planned a value for a write-only attribute
    "#]],
    );
}

#[test]
fn what_is_computed_may_become_anything_and_what_is_not_may_not() {
    check_violations("", "{}", r#"{"oc": "a", "c": "?"}"#, &expect![""]);
    check_violations(
        "",
        "{}",
        r#"{"o": "a"}"#,
        &expect![[r#"
        o: planned a value for a non-computed attribute
    "#]],
    );
    check_violations(
        "",
        "{}",
        r#"{"o": "?"}"#,
        &expect![[r#"
        o: planned a value for a non-computed attribute
    "#]],
    );
}

#[test]
fn an_object_is_planned_where_one_is_configured() {
    check_violations("", r#"{"one": {"o": "a"}}"#, r#"{"one": {"o": "a", "c": "?"}}"#, &expect![""]);
    check_violations(
        "",
        r#"{"one": {"o": "a"}}"#,
        r#"{}"#,
        &expect![[r#"
        one: planned for absence but config wants existence
    "#]],
    );
    check_violations(
        "",
        "{}",
        r#"{"one": {"o": "a"}}"#,
        &expect![[r#"
        one: planned a value for a non-computed attribute
    "#]],
    );
    check_violations(
        "",
        r#"{"one": {"o": "a"}}"#,
        r#"{"one": "?"}"#,
        &expect![[r#"
        one: planned unknown for configured value
    "#]],
    );
    check_violations(
        "",
        r#"{"one": "?"}"#,
        r#"{"one": {"o": "a"}}"#,
        &expect![[r#"
        one: planned value does not match config value nor prior value
    "#]],
    );
    check_violations(
        "",
        r#"{"one": {"o": "a"}}"#,
        r#"{"one": {"o": "b"}}"#,
        &expect![[r#"
        one.o: planned value does not match config value nor prior value
    "#]],
    );
}

#[test]
fn collections_keep_the_number_of_their_elements() {
    for (two, one) in [
        (r#"{"list": [{"o": "a"}, {"o": "b"}]}"#, r#"{"list": [{"o": "a"}]}"#),
        (r#"{"map": {"a": {}, "b": {}}}"#, r#"{"map": {"a": {}}}"#),
        (r#"{"set": [{"o": "a"}, {"o": "b"}]}"#, r#"{"set": [{"o": "a"}]}"#),
    ] {
        check_violations("", two, two, &expect![""]);
        let name = &two[2..two.find("\":").unwrap()];
        let expected = format!("{name}: count in plan disagrees with count in config\n");
        let (config, planned) = (object(&thing(), two), object(&thing(), one));
        let found = plan_violations(&thing(), &sparki_core::Dynamic::Null, &config, &planned);
        assert_eq!(found.iter().map(|violation| format!("{violation}\n")).collect::<String>(), expected);
    }
}

#[test]
fn elements_are_compared_by_place_and_by_key() {
    let config = r#"{"list": [{"o": "a"}, {"o": "b"}]}"#;
    check_violations(
        "",
        config,
        r#"{"list": [{"o": "a"}, {"o": "c"}]}"#,
        &expect![[r#"
        list[1].o: planned value does not match config value nor prior value
    "#]],
    );
    check_violations(
        "",
        config,
        r#"{"list": [{"o": "a"}, null]}"#,
        &expect![[r#"
        list[1]: planned for absence but config wants existence
    "#]],
    );
    check_violations(
        "",
        config,
        r#"{"list": [{"o": "a"}, "?"]}"#,
        &expect![[r#"
        list[1]: planned unknown for configured value
    "#]],
    );
    let prior = r#"{"list": [{"o": "x"}, {"o": "y"}]}"#;
    check_violations(prior, config, r#"{"list": [{"o": "x"}, {"o": "y"}]}"#, &expect![""]);
    check_violations(
        prior,
        config,
        r#"{"list": [{"o": "y"}, {"o": "y"}]}"#,
        &expect![[r#"
        list[0].o: planned value does not match config value nor prior value
    "#]],
    );
    check_violations(
        "",
        r#"{"map": {"a": {"o": "a"}}}"#,
        r#"{"map": {"b": {"o": "a"}}}"#,
        &expect![[r#"
        map: map key "b" from plan is not present in config
    "#]],
    );
    check_violations(
        "",
        r#"{"map": {"a": {"o": "a"}}}"#,
        r#"{"map": {"a": {"o": "b"}}}"#,
        &expect![[r#"
        map["a"].o: planned value does not match config value nor prior value
    "#]],
    );
    // Elements of a set have no address, so Terraform compares their number only.
    check_violations("", r#"{"set": [{"o": "a"}]}"#, r#"{"set": [{"o": "b"}]}"#, &expect![""]);
}

#[test]
fn a_removal_plans_nothing_and_nothing_else_does() {
    check_violations(r#"{"o": "a"}"#, "", "", &expect![""]);
    check_violations(
        r#"{"o": "a"}"#,
        "",
        r#"{"o": "a"}"#,
        &expect![[r#"
        : planned for existence but config wants absence
    "#]],
    );
    check_violations(
        r#"{"o": "a"}"#,
        r#"{"o": "a"}"#,
        "",
        &expect![[r#"
        : planned for absence but config wants existence
    "#]],
    );
}
