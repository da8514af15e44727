use serde_json::json;

use super::*;

#[track_caller]
fn check_fits(expected: impl Into<Expected>, value: Value) {
    expected.into().check(&value).unwrap();
}

#[track_caller]
fn check_refuses(expected: impl Into<Expected>, value: Value, words: &str) {
    assert_eq!(expected.into().check(&value).unwrap_err(), words);
}

#[test]
fn null_and_present_exclude_each_other() {
    check_fits(Expected::null(), json!(null));
    check_fits(Expected::present(), json!(false));
    check_refuses(Expected::null(), json!(0), "is 0, not null");
    check_refuses(Expected::present(), json!(null), "is null, not anything but null");
}

#[test]
fn numbers_are_compared_by_value_at_any_size() {
    check_fits(3, json!(3));
    check_fits(json!(1.0), json!(1));
    let large: Value = serde_json::from_str("123456789012345678901234567890.50").unwrap();
    check_fits(Expected::number("123456789012345678901234567890.5"), large.clone());
    check_refuses(Expected::number("7"), json!("7"), "is \"7\", not 7");
    assert!(Expected::number("123456789012345678901234567890.6").check(&large).is_err());
}

#[test]
fn texts_are_compared_exactly_or_by_pattern() {
    check_fits("a", json!("a"));
    check_fits(Expected::matching("^arn:.*/main$"), json!("arn:aws:eks:cluster/main"));
    check_refuses(Expected::matching("^x"), json!("ax"), "is \"ax\", not a text that matches ^x");
    check_refuses(Expected::matching("1"), json!(1), "is 1, not a text that matches 1");
}

#[test]
fn lists_have_an_order_and_sets_have_none() {
    check_fits(Expected::list([1.into(), 2.into()]), json!([1, 2]));
    check_refuses(Expected::list([1.into(), 2.into()]), json!([2, 1]), "[0] is 2, not 1");
    check_refuses(Expected::list([]), json!([1]), "has 1 elements, not 0");
    check_fits(Expected::list_partial([(1, "b".into())]), json!(["a", "b", "c"]));
    check_refuses(Expected::list_partial([(1, "b".into())]), json!(["a"]), "has 1 elements");
    check_fits(Expected::set(["a".into(), "b".into()]), json!(["b", "a"]));
    check_fits(Expected::set_partial(["a".into()]), json!(["b", "a"]));
    check_refuses(Expected::set_partial(["c".into()]), json!(["b"]), "has no element for \"c\": [\"b\"]");
    check_refuses(Expected::list([]), json!("a"), "is \"a\", no list and no set");
}

#[test]
fn one_element_of_a_set_fulfils_one_expectation_and_the_order_of_both_is_no_matter() {
    check_refuses(
        Expected::set(["a".into(), "a".into()]),
        json!(["a", "b"]),
        "has no element for \"a\": [\"a\",\"b\"]",
    );
    check_fits(Expected::set([Expected::present(), "a".into()]), json!(["a", "b"]));
}

#[test]
fn members_are_exact_or_partial_and_named_when_they_are_wrong() {
    check_fits(Expected::map([("a", 1.into())]), json!({"a": 1}));
    check_refuses(Expected::map([("a", 1.into())]), json!({"a": 1, "b": 2}), "has \"b\" besides");
    check_fits(Expected::object_partial([("a", 1.into())]), json!({"a": 1, "b": 2}));
    let nested = Expected::object([("a", Expected::list([Expected::object([("b", true.into())])]))]);
    check_refuses(nested, json!({"a": [{"b": false}]}), "[\"a\"] [0] [\"b\"] is false, not true");
    check_refuses(Expected::object_partial([("c", 1.into())]), json!({"a": 1}), "has no \"c\"");
}

#[test]
fn sizes_and_own_judgements() {
    check_fits(Expected::size(2), json!({"a": 1, "b": 2}));
    check_refuses(Expected::size(1), json!([]), "has 0 elements, not 1");
    check_refuses(Expected::size(1), json!(1), "is 1, no collection");
    let even = Expected::satisfying("an even number", |value| match value.as_u64() {
        Some(number) if number % 2 == 0 => Ok(()),
        _ => Err("it is odd".to_owned()),
    });
    check_fits(even.clone(), json!(2));
    check_refuses(even, json!(3), "is 3, not an even number: it is odd");
}
