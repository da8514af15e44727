//! Terraform's rules for schemas, each broken once.

use expect_test::{Expect, expect};
use sparki_core::{
    Attribute, Dynamic, Kind, Mode, Nesting, ObjectSchema, Refinement, Replace, Rule, Schema, Type, Unset,
    Validator,
};

use crate::world::{machine, schema};

fn text() -> Kind {
    Kind::Plain(Type::String)
}

#[track_caller]
fn check_object(object: ObjectSchema, expected: &Expect) {
    let schema = Schema { version: 0, description: "A thing.", deprecation: None, object };
    let found = sparki_plan::schema_problems(&schema);
    expected
        .assert_eq(&found.iter().map(|(path, problem)| format!("{path}: {problem}\n")).collect::<String>());
}

#[track_caller]
fn check_attribute(change: impl FnOnce(&mut Attribute), expected: &Expect) {
    let mut object = schema(vec![("a", text(), Mode::Optional), ("wo", text(), Mode::Optional)]);
    object.attributes[1].write_only = true;
    change(&mut object.attributes[0]);
    check_object(object, expected);
}

#[test]
fn a_good_schema_has_no_problems() {
    assert_eq!(sparki_plan::schema_problems(machine()), []);
}

#[test]
fn a_schema_has_a_version_and_a_description() {
    let schema = Schema { version: -1, description: " ", deprecation: None, object: ObjectSchema::default() };
    let found: Vec<_> =
        sparki_plan::schema_problems(&schema).into_iter().map(|(_, problem)| problem).collect();
    assert_eq!(found, ["the version is negative", "the type has no description"]);
}

#[test]
fn names_are_usable_and_used_once() {
    let attributes = ["count", "twice", "twice", "Upper", "1st", "a-b"];
    check_object(
        schema(attributes.into_iter().map(|name| (name, text(), Mode::Optional)).collect()),
        &expect![[r#"
            count: the name is reserved by Terraform
            twice: the name is used twice
            Upper: the name has characters other than a-z, 0-9 and _
            1st: the name has characters other than a-z, 0-9 and _
            a-b: the name has characters other than a-z, 0-9 and _
        "#]],
    );
}

#[test]
fn flags_of_an_attribute_fit_each_other() {
    check_attribute(
        |a| a.description = "",
        &expect![[r#"
        a: there is no description
    "#]],
    );
    check_attribute(
        |a| {
            a.mode = Mode::Required;
            a.default = Some(|| "x".into());
        },
        &expect![[r#"
            a: only an optional attribute can have a default
        "#]],
    );
    check_attribute(
        |a| {
            a.write_only = true;
            a.mode = Mode::OptionalComputed;
            a.replace = Replace::Always;
        },
        &expect![[r#"
            a: a write-only attribute cannot be computed or have a default
            a: a write-only attribute is never stored, so its change cannot be seen
        "#]],
    );
    check_attribute(
        |a| a.refinement = Refinement::not_null(),
        &expect![[r#"
        a: only a computed value can have a refinement
    "#]],
    );
}

#[test]
fn sets_hold_neither_write_only_values_nor_values_of_any_type() {
    let mut inner =
        schema(vec![("a", text(), Mode::Optional), ("b", Kind::Plain(Type::Any.list()), Mode::Optional)]);
    inner.attributes[0].write_only = true;
    let deeper = schema(vec![("one", Kind::Nested(Nesting::Single, inner), Mode::Optional)]);
    check_object(
        schema(vec![("set", Kind::Nested(Nesting::Set, deeper), Mode::Optional)]),
        &expect![[r#"
        set[*].one: a value of any type cannot be inside a set
        set[*].one.a: a write-only attribute cannot be inside a set
        set[*].one.b: a value of any type cannot be inside a set
    "#]],
    );
}

#[test]
fn a_nested_attribute_is_not_write_only_as_a_whole() {
    check_attribute(
        |a| {
            a.write_only = true;
            a.kind = Kind::Nested(Nesting::Map, ObjectSchema::default());
        },
        &expect![[r#"
            a: a nested attribute cannot be write-only as a whole; mark the attributes inside it
        "#]],
    );
}

#[test]
fn references_to_siblings_lead_somewhere() {
    check_attribute(
        |a| {
            a.mode = Mode::Computed;
            a.unset = Unset::KeepUnless(&["b"]);
        },
        &expect![[r#"
            a: it is kept unless an attribute changes that does not exist
        "#]],
    );
    check_attribute(
        |a| {
            a.mode = Mode::Computed;
            a.unset = Unset::KeepUnless(&["wo"]);
        },
        &expect![[r#"
            a: it is kept unless a write-only attribute changes, which is never seen
        "#]],
    );
    let mut object = schema(vec![("a", text(), Mode::Optional), ("c", text(), Mode::Computed)]);
    object.rules.push(Rule::Conflicting(&["a", "b", "c"]));
    check_object(
        object,
        &expect![[r#"
        : a rule names "b", which configuration cannot set
        : a rule names "c", which configuration cannot set
    "#]],
    );
}

#[test]
fn checks_compile_and_the_default_passes_them() {
    check_attribute(
        |a| a.validators.push(Validator::Each(Box::new(Validator::Pattern { pattern: "(", must: "x" }))),
        &expect![[r#"
        a: a pattern is no regular expression
    "#]],
    );
    check_attribute(
        |a| {
            a.default = Some(|| Dynamic::from("c"));
            a.validators.push(Validator::OneOf(&["a", "b"]));
        },
        &expect![[r#"
            a: the default must be one of a, b
        "#]],
    );
}

#[test]
fn blocks_stand_where_terraform_takes_them() {
    let inner = |mode| {
        schema(vec![("x", text(), Mode::Optional), ("b", Kind::Nested(Nesting::List, schema(vec![])), mode)])
    };
    let nested = |mode| Kind::Nested(Nesting::List, inner(mode));
    let mut object = schema(vec![
        ("plain", text(), Mode::Optional),
        ("attribute", nested(Mode::Optional), Mode::Optional),
        ("block", nested(Mode::Computed), Mode::Optional),
        ("hidden", nested(Mode::Optional), Mode::Optional),
    ]);
    let make_block = |attribute: &mut Attribute| attribute.block = true;
    for index in [0, 2, 3] {
        make_block(&mut object.attributes[index]);
    }
    object.attributes[3].sensitive = true;
    for attribute in &mut object.attributes[1..3] {
        if let Kind::Nested(_, inner) = &mut attribute.kind {
            make_block(&mut inner.attributes[1]);
        }
    }
    if let Kind::Nested(_, inner) = &mut object.attributes[2].kind {
        inner.attributes[0].kind = Kind::Plain(Type::Any);
    }
    check_object(
        object,
        &expect![[r#"
            plain: a block consists of nested attributes
            attribute[0].b: a block cannot be inside an attribute
            block[0].x: a value of any type cannot be inside a block
            block[0].b: only a block at the top can be computed
            hidden: a block cannot be sensitive as a whole or have a default
        "#]],
    );
}

#[test]
fn what_is_preferred_is_write_only() {
    let mut object = schema(vec![("a", text(), Mode::Optional), ("b", text(), Mode::Optional)]);
    object.rules.push(Rule::PreferWriteOnly(&["a", "b"]));
    check_object(
        object,
        &expect![[r#"
            : a rule prefers "b", which is not write-only
        "#]],
    );
}
