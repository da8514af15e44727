//! Parcels as JSON that says of every value what it is: a set stays a set.

use serde_json::{Map, Value as Json, json};
use sparki_core::{Dynamic, Elements, Type};

/// The JSON of a value. What is known about an unknown value is forgotten.
pub(super) fn write(value: &Dynamic) -> Json {
    let all = |values: &[Dynamic]| -> Json { values.iter().map(write).collect() };
    let members = |members: &std::collections::BTreeMap<String, Dynamic>| -> Json {
        members.iter().map(|(name, value)| (name.clone(), write(value))).collect::<Map<_, _>>().into()
    };
    match value {
        Dynamic::Null => Json::Null,
        Dynamic::Unknown(_) => json!({"unknown": true}),
        Dynamic::Bool(value) => json!(value),
        Dynamic::Number(number) => json!({"number": number.to_string()}),
        Dynamic::String(text) => json!(text),
        Dynamic::List(values) => json!({"list": all(values)}),
        Dynamic::Set(values) => json!({"set": all(&values.clone().into_vec())}),
        Dynamic::Map(values) => json!({"map": members(values)}),
        Dynamic::Object(values) => json!({"object": members(values)}),
        Dynamic::Typed(ty, value) => json!({"type": ty.to_json(), "value": write(value)}),
    }
}

/// The value that was written.
///
/// # Panics
/// When something else was.
pub(super) fn read(json: &Json) -> Dynamic {
    let all = |json: &Json| -> Vec<Dynamic> { json.as_array().expect("an array").iter().map(read).collect() };
    let members = |json: &Json| {
        let members = json.as_object().expect("an object").iter();
        members.map(|(name, value)| (name.clone(), read(value))).collect()
    };
    let tagged = match json {
        Json::Null => return Dynamic::Null,
        Json::Bool(value) => return Dynamic::Bool(*value),
        Json::String(text) => return Dynamic::string(text.as_str()),
        Json::Object(tagged) => tagged,
        Json::Number(_) | Json::Array(_) => panic!("no parcel has {json}"),
    };
    if let Some(ty) = tagged.get("type") {
        let ty = Type::from_json(ty).expect("a type was written");
        return Dynamic::Typed(Box::new(ty), Box::new(read(&tagged["value"])));
    }
    let (tag, json) = tagged.iter().next().expect("a value says what it is");
    match tag.as_str() {
        "unknown" => Dynamic::unknown(),
        "number" => Dynamic::Number(json.as_str().expect("a text").parse().expect("a number was written")),
        "list" => Dynamic::List(all(json)),
        "set" => Dynamic::Set(Elements::new(all(json))),
        "map" => Dynamic::Map(members(json)),
        "object" => Dynamic::Object(members(json)),
        other => panic!("no parcel has a {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_read_as_it_was_written() {
        let number = Dynamic::Number("123456789012345678901234567890.5".parse().unwrap());
        let values = [
            Dynamic::Null,
            Dynamic::unknown(),
            true.into(),
            number.clone(),
            "a text".into(),
            Dynamic::List(vec![number, Dynamic::Null]),
            Dynamic::Set(Elements::new(vec!["b".into(), "a".into()])),
            Dynamic::Map([("list".to_owned(), Dynamic::List(Vec::new()))].into()),
            Dynamic::object([("set", Dynamic::Set(Elements::new(Vec::new())))]),
            Dynamic::Typed(Box::new(Type::String), Box::new("a".into())),
        ];
        for value in values {
            assert_eq!(read(&write(&value)), value);
        }
    }
}
