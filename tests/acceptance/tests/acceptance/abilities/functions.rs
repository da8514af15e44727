//! Functions in expressions.

use acceptance::{Expected, StateCheck, ValuePath, at};
use serde_json::json;

use crate::providers::Halls;

fn output(name: &str, expression: &str) -> String {
    format!("output \"{name}\" {{\n  value = {expression}\n}}\n")
}

#[test]
fn functions_are_called_with_every_kind_of_argument() {
    let case = Halls::new().case();
    let config = [
        output("joined", "provider::depot::label(\"-\", \"a\", \"b\")"),
        output("blank", "provider::depot::label(null, \"a\", \"b\")"),
        output("price", "provider::depot::postage(7, { stamp = 1 }, null)"),
        output("list", "provider::depot::echo([1, 2.5, 123456789012345678901234567890])"),
        output("mixed", "provider::depot::echo({ a = true, b = [\"x\", null] })"),
        output("nothing", "provider::depot::echo(null) == null"),
    ];
    case.step(&config.concat())
        .state(StateCheck::output("joined", ValuePath::root(), "a-b"))
        .state(StateCheck::output("blank", ValuePath::root(), "a b"))
        .state(StateCheck::output("price", at("cents"), 7))
        .state(StateCheck::output("price", at("extras"), Expected::exact(json!(["stamp"]))))
        .state(StateCheck::output("list", ValuePath::root().index(1), Expected::number("2.5")))
        .state(StateCheck::output(
            "list",
            ValuePath::root().index(2),
            Expected::number("123456789012345678901234567890"),
        ))
        .state(StateCheck::output("mixed", at("a"), true))
        .state(StateCheck::output("nothing", ValuePath::root(), true))
        .run();
    case.finish();
}

#[test]
fn an_argument_that_is_at_fault_is_underlined() {
    let case = Halls::new().case();
    for (expression, part) in [
        ("provider::depot::postage(0, {}, null)", "\"grams\" must be 1 or more."),
        ("provider::depot::postage(1, { gold = 1 }, null)", "There is no \"gold\". Leave it out."),
        ("provider::depot::label(\"-\", null)", "argument must not be null"),
        ("provider::depot::label(\"-\", \"panic\")", "the pen broke"),
    ] {
        let refusal = case.refuses_plan(&output("it", expression));
        let text = refusal.output().stdout().to_owned();
        assert!(
            text.contains("Invalid function argument") || text.contains("Error in function call"),
            "{text}"
        );
        assert!(text.contains(&part.replace('"', "\\\"")), "{part}: {text}");
        assert!(!text.contains(".."), "Terraform ends the sentence: {text}");
    }
}
