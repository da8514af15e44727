//! Values as they stand in configuration.

use std::collections::BTreeMap;

use sparki_core::Dynamic;

/// The expression for a value on one line; attributes that are not set are left out.
pub(crate) fn literal(value: &Dynamic) -> String {
    match value {
        Dynamic::Null | Dynamic::Unknown(_) => "null".to_owned(),
        Dynamic::Bool(value) => value.to_string(),
        Dynamic::Number(number) => number.to_string(),
        Dynamic::String(text) => quoted(text),
        Dynamic::List(elements) => list(elements.iter()),
        Dynamic::Set(elements) => list(elements.iter()),
        Dynamic::Map(members) | Dynamic::Object(members) => object(members),
        Dynamic::Typed(_, value) => literal(value),
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted.replace("${", "$${").replace("%{", "%%{")
}

fn list<'a>(elements: impl Iterator<Item = &'a Dynamic>) -> String {
    format!("[{}]", elements.map(literal).collect::<Vec<_>>().join(", "))
}

fn object(members: &BTreeMap<String, Dynamic>) -> String {
    let set = members.iter().filter(|(_, value)| !value.is_null());
    let members: Vec<_> = set.map(|(name, value)| format!("{name} = {}", literal(value))).collect();
    if members.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", members.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_in_configuration() {
        let object = Dynamic::object([
            ("text", Dynamic::from("a \"b\" ${c}")),
            ("set", Dynamic::set(vec![Dynamic::from(2), Dynamic::from(1)])),
            ("unset", Dynamic::Null),
        ]);
        assert_eq!(literal(&object), r#"{ set = [1, 2], text = "a \"b\" $${c}" }"#);
        assert_eq!(literal(&Dynamic::object([("unset", Dynamic::Null)])), "{}");
        assert_eq!(literal(&Dynamic::from(true)), "true");
    }
}
