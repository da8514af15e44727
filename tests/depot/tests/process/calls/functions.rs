//! CallFunction and GetFunctions.

use sparki_core::{Dynamic, Type};
use tfplugin_server::convert::dynamic_value;
use tfplugin6::v6::{DynamicValue, call_function, get_functions, get_provider_schema};

use super::session::{Served, Session, object};

async fn call(
    name: &str,
    arguments: Vec<DynamicValue>,
    result: &Type,
) -> Result<Dynamic, (String, Option<i64>)> {
    // No configuration is needed.
    let mut session = Served::start().connect().await;
    call_on(&mut session, name, arguments, result).await
}

async fn call_on(
    session: &mut Session,
    name: &str,
    arguments: Vec<DynamicValue>,
    result: &Type,
) -> Result<Dynamic, (String, Option<i64>)> {
    let request = call_function::Request { name: name.into(), arguments };
    let answer = session.client.call_function(request).await.unwrap().into_inner();
    match answer.error {
        Some(error) => Err((error.text, error.function_argument)),
        None => Ok(dynamic_value::decode(answer.result.as_ref(), result).unwrap()),
    }
}

fn value(value: impl Into<Dynamic>, ty: &Type) -> DynamicValue {
    dynamic_value::encode(&value.into(), ty).unwrap()
}

fn text(text: impl Into<Dynamic>) -> DynamicValue {
    value(text, &Type::String)
}

async fn label(arguments: Vec<DynamicValue>) -> Result<Dynamic, (String, Option<i64>)> {
    call("label", arguments, &Type::String).await
}

#[tokio::test]
async fn a_function_computes_its_result_without_a_configured_provider() {
    assert_eq!(label(vec![text("-"), text("a"), text(""), text("b")]).await, Ok("a-b".into()));
}

#[tokio::test]
async fn null_is_taken_where_it_is_allowed_in_either_form() {
    assert_eq!(label(vec![text(Dynamic::Null), text("a"), text("b")]).await, Ok("a b".into()));
    // OpenTofu sends a null argument as a value without any bytes.
    assert_eq!(label(vec![DynamicValue::default(), text("a"), text("b")]).await, Ok("a b".into()));
}

#[tokio::test]
async fn null_is_refused_where_it_is_not_allowed() {
    for null in [text(Dynamic::Null), DynamicValue::default()] {
        let refused = label(vec![text("-"), text("a"), null]).await;
        assert_eq!(refused, Err(("\"parts\" must not be null".into(), Some(2))));
    }
}

#[tokio::test]
async fn an_argument_that_is_not_acceptable_is_named_and_counted() {
    let long = label(vec![text("-"), text("a".repeat(21).as_str())]).await.unwrap_err();
    assert_eq!(long.1, Some(1));
    assert!(long.0.contains("\"parts\"") && long.0.contains("0 to 20 characters"), "{}", long.0);
    let none = label(vec![text("-")]).await.unwrap_err();
    assert!(none.0.contains("at least 1 element"), "{}", none.0);
    let too_few = label(vec![]).await.unwrap_err();
    assert_eq!(too_few, ("The function takes at least 1 arguments, and was given 0".into(), None));
    let third =
        label(vec![text("-"), text("a"), text("b"), text("c".repeat(21).as_str())]).await.unwrap_err();
    assert_eq!(third.1, Some(3), "it is the one that is at fault");
    let unknown = label(vec![text("-"), text(Dynamic::unknown())]).await.unwrap_err();
    assert_eq!(unknown, ("\"parts\" must be known".into(), Some(1)));
}

#[tokio::test]
async fn a_result_is_an_object_where_one_is_declared() {
    let extras = Type::Number.map();
    let ty =
        Type::Object([("cents".to_owned(), Type::Number), ("extras".to_owned(), Type::String.list())].into());
    let weight = |grams: i64| value(grams, &Type::Number);
    let wanted = |name: &str| value(Dynamic::Map([(name.to_owned(), 1_i64.into())].into()), &extras);
    let size_type =
        Type::Object([("centimetres".to_owned(), Type::Number), ("packing".to_owned(), Type::String)].into());
    let size = |centimetres: Dynamic| {
        value(object([("centimetres", centimetres), ("packing", Dynamic::Null)]), &size_type)
    };
    let small = || size(3_i64.into());
    let price = call("postage", vec![weight(7), wanted("stamp"), small()], &ty).await.unwrap();
    assert_eq!(price, object([("cents", 7_i64.into()), ("extras", Dynamic::List(vec!["stamp".into()]))]));
    let gold = call("postage", vec![weight(7), wanted("gold"), small()], &ty).await;
    assert_eq!(gold, Err(("There is no \"gold\". Leave it out".into(), Some(1))));
    let light = call("postage", vec![weight(0), wanted("stamp"), small()], &ty).await.unwrap_err();
    assert_eq!(light, ("\"grams\" must be 1 or more".into(), Some(0)));
    // What is inside is checked as well.
    let large =
        call("postage", vec![weight(1), wanted("stamp"), size(101_i64.into())], &ty).await.unwrap_err();
    assert_eq!(large, ("\"size.centimetres\" must be between 1 and 100".into(), Some(2)));
    let none = call("postage", vec![weight(1), wanted("stamp"), size(Dynamic::Null)], &ty).await.unwrap_err();
    assert_eq!(none, ("\"size.centimetres\" is required. Set it".into(), Some(2)));
}

#[tokio::test]
async fn a_value_of_any_type_keeps_its_type() {
    let typed = |ty: Type, value| Dynamic::Typed(Box::new(ty), Box::new(value));
    for any in [
        typed(Type::Bool, true.into()),
        typed(Type::Number.list(), Dynamic::List(vec![1_i64.into()])),
        Dynamic::Null,
    ] {
        assert_eq!(call("echo", vec![value(any.clone(), &Type::Any)], &Type::Any).await, Ok(any));
    }
}

#[tokio::test]
async fn a_function_that_panics_is_an_error_and_the_next_call_works() {
    let mut session = Served::start().connect().await;
    let panicked = call_on(&mut session, "label", vec![text("-"), text("panic")], &Type::String).await;
    assert!(panicked.unwrap_err().0.contains("the pen broke"));
    let called = call_on(&mut session, "label", vec![text("-"), text("a")], &Type::String).await;
    assert_eq!(called, Ok("a".into()));
}

#[tokio::test]
async fn a_function_that_there_is_not_and_garbage_are_errors() {
    let unknown = call("weigh", vec![], &Type::String).await.unwrap_err();
    assert!(unknown.0.contains("\"weigh\""), "{}", unknown.0);
    let garbage = DynamicValue { msgpack: vec![0xc1].into(), ..DynamicValue::default() };
    let refused = label(vec![garbage, text("a")]).await.unwrap_err();
    assert_eq!(refused.1, Some(0));
    assert!(refused.0.contains("\"separator\" cannot be read"), "{}", refused.0);
    let too_many = call("echo", vec![DynamicValue::default(), DynamicValue::default()], &Type::Any).await;
    assert!(too_many.unwrap_err().0.contains("was given 2"));
}

#[tokio::test]
async fn functions_are_the_same_in_the_schema_and_asked_for_alone() {
    let mut client = Served::start().connect().await.client;
    let alone = client.get_functions(get_functions::Request::default()).await.unwrap().into_inner().functions;
    let schema =
        client.get_provider_schema(get_provider_schema::Request::default()).await.unwrap().into_inner();
    assert_eq!(alone, schema.functions);
    assert_eq!(alone.keys().collect::<Vec<_>>(), ["echo", "label", "postage"]);
    let label = &alone["label"];
    assert_eq!((label.parameters.len(), label.parameters[0].allow_null_value), (1, true));
    let variadic = label.variadic_parameter.as_ref().unwrap();
    assert_eq!((variadic.name.as_str(), &variadic.r#type[..]), ("parts", &b"\"string\""[..]));
    assert!(!variadic.allow_null_value && !variadic.allow_unknown_values);
    assert_eq!(alone["postage"].deprecation_message, "Ask at the counter.");
    assert_eq!(&alone["echo"].r#return.as_ref().unwrap().r#type[..], b"\"dynamic\"");
}
