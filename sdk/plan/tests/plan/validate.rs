//! Checks of configuration: messages name the attribute and say what to do.

use expect_test::{Expect, expect};
use sparki_core::{Kind, Mode, Nesting, Rule, Type, Validator};
use sparki_plan::{Host, validate_on};

use crate::world::{config, machine, object, schema};

#[track_caller]
fn check_validate(text: &str, expected: &Expect) {
    let found = sparki_plan::validate(&machine().object, &config(text));
    expected.assert_eq(&found.iter().map(|diagnostic| format!("{diagnostic}\n")).collect::<String>());
}

#[test]
fn a_good_configuration_passes() {
    check_validate(
        r#"{"name": "a", "note": "n", "disks": [{"name": "x"}], "rules": [{"port": 80}]}"#,
        &expect![""],
    );
}

#[test]
fn required_attributes_are_missed_at_any_depth() {
    check_validate(
        r#"{"disks": [{}, {"name": "x"}], "users": {"u": {}}, "rules": [{}], "network": {}}"#,
        &expect![[r#"
            error: Missing required attribute
              at name
              "name" is required. Set it.
            error: Missing required attribute
              at disks[0].name
              "disks[0].name" is required. Set it.
            error: Missing required attribute
              at rules
              "rules[*].port" is required. Set it.
            error: Missing required attribute
              at users["u"].role
              "users["u"].role" is required. Set it.
            error: Missing required attribute
              at network.subnet
              "network.subnet" is required. Set it.
        "#]],
    );
}

#[test]
fn what_the_remote_decides_cannot_be_set() {
    check_validate(
        r#"{"name": "a", "id": "i", "status": "?", "disks": [{"name": "x", "id": "i"}]}"#,
        &expect![[r#"
            error: Read-only attribute
              at id
              "id" is decided by the remote and cannot be set. Remove it.
            error: Read-only attribute
              at disks[0].id
              "disks[0].id" is decided by the remote and cannot be set. Remove it.
            error: Read-only attribute
              at status
              "status" is decided by the remote and cannot be set. Remove it.
        "#]],
    );
}

#[test]
fn a_value_that_fails_a_check_is_shown() {
    check_validate(
        r#"{"name": "A B", "size": 10, "labels": ["x", "x"], "period": "soon", "policy": "{", "rules": [{"port": 0}],
            "timeouts": {"create": "0s"}}"#,
        &expect![[r#"
            error: Invalid attribute value
              at name
              "name" must consist of lower-case letters and digits, and is "A B".
            error: Invalid attribute value
              at size
              "size" must be between 1 and 9, and is 10.
            error: Invalid attribute value
              at policy
              "policy" must be a JSON document; line 1, column 1: EOF while parsing an object, and is "{".
            error: Invalid attribute value
              at period
              "period" must be a length of time: numbers with the units h, m, s, ms, us or ns, such as "45m" or "1h30m", and is "soon".
            error: Invalid attribute value
              at labels
              "labels" must not name "x" twice.
            error: Invalid attribute value
              at rules
              "rules[*].port" must be 1 or more, and is 0.
            error: Invalid attribute value
              at timeouts.create
              "timeouts.create" must be longer than 0, such as "30m", and is "0s".
        "#]],
    );
    check_validate(
        &format!(r#"{{"name": "{}"}}"#, "long".repeat(30)),
        &expect![[r#"
        error: Invalid attribute value
          at name
          "name" must have 1 to 20 characters, but has 120, and is "longlonglonglonglonglonglonglonglonglonglonglonglonglongl...".
    "#]],
    );
}

#[test]
fn a_sensitive_value_that_fails_a_check_is_not_shown() {
    check_validate(
        r#"{"name": "a", "secret": "pw"}"#,
        &expect![[r#"
        error: Invalid attribute value
          at secret
          "secret" must have at least 3 characters, but has 2.
    "#]],
    );
}

#[test]
fn nothing_inside_a_sensitive_attribute_is_shown_either() {
    let text = || Kind::Plain(Type::String);
    let mut schema = schema(vec![
        ("words", Kind::Plain(Type::String.list()), Mode::Optional),
        (
            "one",
            Kind::Nested(Nesting::Single, schema(vec![("inner", text(), Mode::Optional)])),
            Mode::Optional,
        ),
    ]);
    schema.attributes[0].validators.push(Validator::Unique);
    for attribute in &mut schema.attributes {
        attribute.sensitive = true;
    }
    if let Kind::Nested(_, inner) = &mut schema.attributes[1].kind {
        inner.attributes[0].validators.push(Validator::OneOf(&["a"]));
    }
    let config = object(&schema, r#"{"words": ["hunter2", "hunter2"], "one": {"inner": "hunter2"}}"#);
    expect![[r#"
        error: Invalid attribute value
          at words
          "words" must not have the same element twice.
        error: Invalid attribute value
          at one.inner
          "one.inner" must be one of a."#]]
    .assert_eq(&sparki_plan::validate(&schema, &config).to_string());
}

#[test]
fn unknown_values_pass() {
    check_validate(
        r#"{"name": "?", "size": "?", "labels": ["x", "?"], "policy": "?", "rules": [{"port": "?"}, "?"], "disks": "?",
            "note": "?", "secret": "?", "password_wo": "?"}"#,
        &expect![""],
    );
}

#[test]
fn rules_between_attributes_say_what_to_remove_or_add() {
    check_validate(
        r#"{"name": "a", "note": "n", "secret": "hunter2"}"#,
        &expect![[r#"
        error: Invalid combination of attributes
          at secret
          Only one of "note" and "secret" can be set, but "note" and "secret" are. Remove all but one.
    "#]],
    );
    check_validate(
        r#"{"name": "a", "password_wo": "p"}"#,
        &expect![[r#"
        error: Invalid combination of attributes
          at password_wo
          "password_wo" and "password_wo_version" go together, but "password_wo_version" is not set. Set all of them or none.
    "#]],
    );
    check_validate(r#"{"name": "a", "password_wo": "p", "password_wo_version": "?"}"#, &expect![""]);
}

#[test]
fn a_null_element_is_refused() {
    check_validate(
        r#"{"name": "a", "disks": [null], "users": {"u": null}}"#,
        &expect![[r#"
        error: Missing element
          at disks[0]
          "disks" has an element that is null. Remove the element.
        error: Missing element
          at users["u"]
          "users" has an element that is null. Remove the element.
    "#]],
    );
}

#[test]
fn elements_of_a_set_that_defaults_make_equal_are_refused() {
    check_validate(
        r#"{"name": "a", "rules": [{"port": 80}, {"port": 80, "protocol": "tcp"}]}"#,
        &expect![[r#"
        error: Duplicate element
          at rules
          "rules" has two elements that are the same once defaults are filled in. Remove one of them.
    "#]],
    );
    check_validate(r#"{"name": "a", "rules": [{"port": 80}, {"port": 80, "protocol": "?"}]}"#, &expect![""]);
}

#[test]
fn an_attribute_that_needs_another_says_which() {
    let text = || Kind::Plain(Type::String);
    let mut schema = schema(vec![
        ("a", text(), Mode::Optional),
        ("b", text(), Mode::Optional),
        ("c", text(), Mode::Optional),
    ]);
    schema.rules.push(Rule::Requires(&["a", "b", "c"]));
    let check = |config: &str, expected: &Expect| {
        expected.assert_eq(&sparki_plan::validate(&schema, &object(&schema, config)).to_string());
    };
    check(
        r#"{"a": "x", "c": "y"}"#,
        &expect![[r#"
            error: Invalid combination of attributes
              at a
              "a" needs "b" as well. Set it, or remove "a"."#]],
    );
    for fine in [r#"{}"#, r#"{"b": "x"}"#, r#"{"a": "x", "b": "?", "c": "y"}"#, r#"{"a": "?"}"#] {
        check(fine, &expect![""]);
    }
}

#[test]
fn a_value_that_need_not_be_stored_is_a_warning_where_the_host_can_do_that() {
    let text = || Kind::Plain(Type::String);
    let mut schema = schema(vec![("secret", text(), Mode::Optional), ("secret_wo", text(), Mode::Optional)]);
    schema.rules.push(Rule::PreferWriteOnly(&["secret", "secret_wo"]));
    let config = object(&schema, r#"{"secret": "hunter2"}"#);
    let found = |forgets_write_only| validate_on(Host { forgets_write_only }, &schema, &config).to_string();
    assert_eq!(found(false), "");
    expect![[r#"
        warning: Value is stored
          at secret
          "secret" is kept in the state. Use "secret_wo" instead, which is not."#]]
    .assert_eq(&found(true));
}

#[test]
fn a_block_that_is_missing_or_only_to_be_read_is_told_as_a_block() {
    let inner = || schema(vec![("x", Kind::Plain(Type::String), Mode::Optional)]);
    let mut schema = schema(vec![("b", Kind::Nested(Nesting::List, inner()), Mode::Required)]);
    schema.attributes[0].block = true;
    expect![[r#"
        error: Missing required block
          at b
          A block "b" is required. Add one."#]]
    .assert_eq(&sparki_plan::validate(&schema, &object(&schema, "{}")).to_string());
}

#[test]
fn a_block_that_is_not_there_is_not_set() {
    let inner = || schema(vec![("x", Kind::Plain(Type::String), Mode::Optional)]);
    let list = || Kind::Nested(Nesting::List, inner());
    let mut schema = schema(vec![("a", list(), Mode::Optional), ("b", list(), Mode::Optional)]);
    for attribute in &mut schema.attributes {
        attribute.block = true;
    }
    let mut check = |rule, config: &str, is_fine: bool| {
        schema.rules = vec![rule];
        let found = sparki_plan::validate(&schema, &object(&schema, config));
        assert_eq!(!found.has_errors(), is_fine, "{rule:?} {config}: {found}");
    };
    let (none, one, both) = ("{}", r#"{"a": [{}]}"#, r#"{"a": [{}], "b": [{}]}"#);
    for (rule, fine) in [
        (Rule::ExactlyOneOf(&["a", "b"]), [false, true, false]),
        (Rule::AtLeastOneOf(&["a", "b"]), [false, true, true]),
        (Rule::Conflicting(&["a", "b"]), [true, true, false]),
        (Rule::RequiredTogether(&["a", "b"]), [true, false, true]),
        (Rule::Requires(&["a", "b"]), [true, false, true]),
    ] {
        for (config, is_fine) in [none, one, both].into_iter().zip(fine) {
            check(rule, config, is_fine);
        }
    }
}
