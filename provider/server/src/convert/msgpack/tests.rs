use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use sparki_core::{Bound, Dynamic, Number, Refinement, Step, Type};

use super::{decode, encode};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes are the value, read and written.
fn check_both(ty: &Type, value: &Dynamic, bytes: &[u8]) {
    assert_eq!(decode(bytes, ty).as_ref(), Ok(value), "reading");
    assert_eq!(hex(&encode(value, ty).unwrap()), hex(bytes), "writing");
}

/// The bytes are one of several forms of the value.
fn check_read(ty: &Type, bytes: &[u8], value: &Dynamic) {
    assert_eq!(decode(bytes, ty).as_ref(), Ok(value));
}

fn check_refused(ty: &Type, bytes: &[u8], expected: Expect) {
    expected.assert_eq(&decode(bytes, ty).unwrap_err().to_string());
}

fn number(text: &str) -> Dynamic {
    Dynamic::Number(text.parse().unwrap())
}

fn object(attributes: &[(&str, Type)]) -> Type {
    Type::Object(attributes.iter().map(|(name, ty)| ((*name).to_owned(), ty.clone())).collect())
}

#[test]
fn null_is_nil_whatever_the_type() {
    for ty in [Type::String, Type::Bool.list(), object(&[("a", Type::Any)]), Type::Any] {
        check_both(&ty, &Dynamic::Null, &[0xc0]);
    }
}

#[test]
fn unknown_is_an_extension_of_one_zero() {
    check_both(&Type::String, &Dynamic::unknown(), &[0xd4, 0, 0]);
    check_both(&Type::Any, &Dynamic::unknown(), &[0xd4, 0, 0]);
}

#[test]
fn every_other_extension_is_unknown_too() {
    check_read(&Type::Bool, &[0xc7, 0, 0], &Dynamic::unknown());
    check_read(&Type::Bool, &[0xd4, 12, 0], &Dynamic::unknown());
    check_read(&Type::Bool, &[0xd6, 99, 1, 2, 3, 4], &Dynamic::unknown());
}

#[test]
fn what_is_known_of_an_unknown_value_travels_with_it() {
    check_both(&Type::Bool, &Dynamic::unknown_but(Refinement::not_null()), b"\xc7\x03\x0c\x81\x01\xc2");
    let arn = Dynamic::unknown_but(Refinement::prefix("arn:"));
    check_both(&Type::String, &arn, ARN);
    let range = Refinement {
        lower: Some(Bound { number: Number::from(1_i64), inclusive: true }),
        upper: Some(Bound { number: Number::from(2_i64), inclusive: false }),
        ..Refinement::default()
    };
    check_both(
        &Type::Number,
        &Dynamic::unknown_but(range),
        b"\xc7\x09\x0c\x82\x03\x92\x01\xc3\x04\x92\x02\xc2",
    );
    let lengths = Refinement { length_min: Some(1), length_max: Some(2), ..Refinement::default() };
    check_both(&Type::Bool.set(), &Dynamic::unknown_but(lengths), b"\xc7\x05\x0c\x82\x05\x01\x06\x02");
}

/// Not null, and starts with "arn:".
const ARN: &[u8] = b"\xc7\x09\x0c\x82\x01\xc2\x02\xa4arn:";

#[test]
fn keys_that_nobody_knows_are_passed_over() {
    let bytes = b"\xc7\x0a\x0c\x82\x63\x92\x81\x01\xa1x\xc0\x01\xc2";
    check_read(&Type::Bool, bytes, &Dynamic::unknown_but(Refinement::not_null()));
}

#[test]
fn what_cannot_be_true_of_the_type_is_refused_or_left_out() {
    let expected = expect!["what is said about an unknown bool cannot be true of it"];
    check_refused(&Type::Bool, ARN, expected);
    let prefixed = Dynamic::unknown_but(Refinement { not_null: false, ..Refinement::prefix("arn:") });
    assert_eq!(hex(&encode(&prefixed, &Type::Bool).unwrap()), "d40000");
}

#[test]
fn a_value_that_will_be_null_is_null() {
    check_read(&Type::Bool, b"\xc7\x03\x0c\x81\x01\xc3", &Dynamic::Null);
}

#[test]
fn long_promises_are_cut_to_what_terraform_reads() {
    let text = Refinement::prefix(&"\u{e9}".repeat(1000));
    let read = decode(&encode(&Dynamic::unknown_but(text), &Type::String).unwrap(), &Type::String).unwrap();
    assert_eq!(read, Dynamic::unknown_but(Refinement::prefix(&"\u{e9}".repeat(128))));
    let bound = Bound { number: "7".repeat(2000).parse().unwrap(), inclusive: true };
    let range = Refinement { not_null: true, lower: Some(bound), ..Refinement::default() };
    let read = decode(&encode(&Dynamic::unknown_but(range), &Type::Number).unwrap(), &Type::Number).unwrap();
    assert_eq!(read, Dynamic::unknown_but(Refinement::not_null()));
}

#[test]
fn too_long_promises_are_refused() {
    let bytes = [b"\xc8\x04\x01\x0c".as_slice(), &[0; 1025]].concat();
    check_refused(&Type::Bool, &bytes, expect!["too much is said about an unknown value"]);
}

#[test]
fn integers_of_64_bits_are_integers() {
    check_both(&Type::Number, &number("0"), &[0]);
    check_both(&Type::Number, &number("-1"), &[0xff]);
    check_both(&Type::Number, &number("200"), &[0xcc, 200]);
    check_both(&Type::Number, &number("-9223372036854775808"), b"\xd3\x80\0\0\0\0\0\0\0");
    check_both(&Type::Number, &number("9223372036854775807"), b"\xcf\x7f\xff\xff\xff\xff\xff\xff\xff");
}

#[test]
fn a_float_is_one_only_if_it_is_exact_and_no_integer() {
    check_both(&Type::Number, &number("0.5"), b"\xcb\x3f\xe0\0\0\0\0\0\0");
    check_both(&Type::Number, &number("0.1"), b"\xa30.1");
    check_both(&Type::Number, &number("18446744073709551616"), b"\xb418446744073709551616");
}

#[test]
fn a_number_of_any_length_is_decimal_text() {
    let text = b"\xd9\x20123456789012345678901234567890.5";
    check_both(&Type::Number, &number("123456789012345678901234567890.5"), text);
}

#[test]
fn numbers_are_read_in_all_forms() {
    check_read(&Type::Number, b"\xcf\xff\xff\xff\xff\xff\xff\xff\xff", &number("18446744073709551615"));
    check_read(&Type::Number, b"\xcb\x40\0\0\0\0\0\0\0", &number("2"));
    check_read(&Type::Number, b"\xca\x3f\0\0\0", &number("0.5"));
    check_read(&Type::Number, b"\xd0\xff", &number("-1"));
    check_read(&Type::Number, b"\xa31e3", &number("1000"));
}

#[test]
fn infinity_is_refused() {
    let expected = expect!["not a finite number with an exponent within 10000 digits"];
    check_refused(&Type::Number, b"\xcb\x7f\xf0\0\0\0\0\0\0", expected);
}

#[test]
fn text_and_truth_have_one_form() {
    check_both(&Type::Bool, &true.into(), &[0xc3]);
    check_both(&Type::Bool, &false.into(), &[0xc2]);
    check_both(&Type::String, &"a".into(), b"\xa1a");
}

#[test]
fn text_is_normalised() {
    check_read(&Type::String, b"\xa3e\xcc\x81", &Dynamic::String("\u{e9}".into()));
}

#[test]
fn lists_sets_and_tuples_are_arrays() {
    let elements = || vec![Dynamic::from("a"), Dynamic::from("b")];
    check_both(&Type::String.list(), &Dynamic::List(elements()), b"\x92\xa1a\xa1b");
    check_both(&Type::String.set(), &Dynamic::set(elements()), b"\x92\xa1a\xa1b");
    let tuple = Type::Tuple(vec![Type::String, Type::Bool]);
    check_both(&tuple, &Dynamic::List(vec!["a".into(), true.into()]), b"\x92\xa1a\xc3");
}

#[test]
fn a_set_may_hold_unknowns_and_loses_duplicates() {
    let unknown = Dynamic::set(vec!["a".into(), Dynamic::unknown(), Dynamic::unknown()]);
    check_read(&Type::String.set(), b"\x94\xa1a\xd4\0\0\xa1a\xd4\0\0", &unknown);
}

#[test]
fn a_map_may_hold_nulls() {
    let map = Dynamic::Map(BTreeMap::from([("k".into(), Dynamic::Null)]));
    check_both(&Type::String.map(), &map, b"\x81\xa1k\xc0");
}

#[test]
fn an_object_has_every_attribute() {
    let ty = object(&[("a", Type::String), ("b", Type::Bool)]);
    let whole = Dynamic::object([("a", "x".into()), ("b", Dynamic::Null)]);
    check_both(&ty, &whole, b"\x82\xa1a\xa1x\xa1b\xc0");
    assert_eq!(encode(&Dynamic::object([("a", "x".into())]), &ty), encode(&whole, &ty));
    check_refused(&ty, b"\x81\xa1a\xa1x", expect!["2 attributes are required, 1 given"]);
    check_refused(&ty, b"\x82\xa1a\xa1x\xa1c\xc0", expect![[r#"there is no attribute "c""#]]);
    check_refused(&ty, b"\x82\xa1a\xa1x\xa1a\xa1x", expect!["a: the attribute is there twice"]);
    check_both(&object(&[]), &Dynamic::object::<String>([]), &[0x80]);
}

#[test]
fn a_value_of_any_type_brings_its_type() {
    let inner = object(&[("a", Type::Number)]);
    let typed = |value| Dynamic::Typed(Box::new(inner.clone()), Box::new(value));
    let ty = b"\x92\xc4\x19[\"object\",{\"a\":\"number\"}]";
    let with = |value: &[u8]| [ty.as_slice(), value].concat();
    check_both(&Type::Any, &typed(Dynamic::object([("a", 1.into())])), &with(b"\x81\xa1a\x01"));
    check_both(&Type::Any, &typed(Dynamic::Null), &with(b"\xc0"));
    check_both(&Type::Any, &typed(Dynamic::unknown()), &with(b"\xd4\0\0"));
}

#[test]
fn what_does_not_fit_is_named_by_its_path() {
    let ty = object(&[("tags", object(&[("names", Type::String.list())]).map())]);
    let bytes = b"\x81\xa4tags\x81\xa1k\x81\xa5names\x92\xa1a\xc3";
    check_refused(&ty, bytes, expect![[r#"tags["k"].names[1]: a value of type string is required"#]]);
    let set = object(&[("a", Type::String.set())]);
    check_refused(&set, b"\x81\xa1a\x91\x01", expect!["a[*]: a value of type string is required"]);
    let error = encode(&Dynamic::object([("a", true.into())]), &set).unwrap_err();
    assert_eq!(error.path().steps(), [Step::Attribute("a".into())]);
}

#[test]
fn a_length_that_cannot_be_is_refused_at_once() {
    let expected = || expect!["the value ends too early"];
    check_refused(&Type::Bool.list(), b"\xdd\xff\xff\xff\xff\xc3", expected());
    check_refused(&Type::Bool.map(), b"\xdf\xff\xff\xff\xff\xa1a", expected());
    check_refused(&Type::String, b"\xdb\xff\xff\xff\xffa", expected());
    check_refused(&Type::String, b"\xc9\xff\xff\xff\xff\x0c", expected());
    check_refused(&Type::Number, b"\xd3\x01", expected());
    check_refused(&Type::Bool, b"", expected());
}

#[test]
fn a_value_that_brings_its_own_depth_is_refused() {
    // Each level says that the next one is of any type.
    let mut bytes = b"\x92\xc4\x09\"dynamic\"".repeat(200);
    bytes.push(0xc0);
    check_refused(&Type::Any, &bytes, expect!["the value is nested too deeply"]);
}

#[test]
fn what_follows_the_value_is_refused() {
    check_refused(&Type::Bool, b"\xc3\xc3", expect!["something follows the value"]);
}

#[test]
fn a_type_that_is_none_is_refused() {
    check_refused(&Type::Any, b"\x92\xc4\x03\"x\"\xc0", expect![[r#"not a type constraint: "x""#]]);
    check_refused(&Type::Any, b"\x91\xc0", expect!["a value with its type is required"]);
}
