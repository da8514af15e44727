//! Writing a JSON document as YAML, to be read by people and by any version of YAML.
//!
//! Libraries write what YAML 1.2 allows, such as a bare `on`, which readers of YAML 1.1 take for true.

use serde_json::{Map, Value};

/// Keys that come first where they are, in this order; the others follow by name.
const FIRST: [&str; 5] = ["openapi", "info", "servers", "tags", "paths"];
/// Words that are no texts in some version of YAML.
const TAKEN: [&str; 10] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n", "inf"];

pub(super) fn text(document: &Value) -> String {
    let mut out = String::new();
    write(document, 0, &mut out);
    out
}

/// Writes a value that begins on the line at hand and goes on `indent` spaces in. Ends the line.
fn write(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (index, (key, value)) in ordered(map).into_iter().enumerate() {
                begin(index, indent, out);
                out.push_str(&scalar(key, indent));
                out.push(':');
                write_inner(value, indent + 2, out);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                begin(index, indent, out);
                out.push_str("- ");
                write(item, indent + 2, out);
            }
        }
        Value::Object(_) => out.push_str("{}\n"),
        Value::Array(_) => out.push_str("[]\n"),
        Value::String(text) => {
            out.push_str(&scalar(text, indent));
            out.push('\n');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            out.push_str(&value.to_string());
            out.push('\n');
        }
    }
}

/// Writes what a key stands for: on a line of its own if it has parts.
fn write_inner(value: &Value, indent: usize, out: &mut String) {
    let has_parts = match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    };
    if has_parts {
        out.push('\n');
        out.push_str(&" ".repeat(indent));
    } else {
        out.push(' ');
    }
    write(value, indent, out);
}

/// The first entry goes on where the line is; the others begin one.
fn begin(index: usize, indent: usize, out: &mut String) {
    if index > 0 {
        out.push_str(&" ".repeat(indent));
    }
}

fn ordered(map: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut entries: Vec<(&String, &Value)> = map.iter().collect();
    let rank = |key: &str| FIRST.iter().position(|first| *first == key).unwrap_or(FIRST.len());
    entries.sort_by_key(|(key, _)| (rank(key), key.as_str()));
    entries
}

fn scalar(text: &str, indent: usize) -> String {
    let is_block = text.contains('\n')
        && !text.ends_with('\n')
        && text.lines().all(|line| !line.starts_with(' ') && !line.chars().any(char::is_control));
    if is_block {
        let lines: Vec<String> = text
            .lines()
            .map(|line| match line {
                "" => String::new(),
                line => format!("{}{line}", " ".repeat(indent)),
            })
            .collect();
        return format!("|-\n{}", lines.join("\n"));
    }
    if is_plain(text) { text.to_owned() } else { Value::from(text).to_string() }
}

/// Whether a text needs no quotes in any version of YAML.
fn is_plain(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || " _-/.,;()={}$`+?".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && !text.ends_with(' ')
        && text.chars().all(allowed)
        && !TAKEN.contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_could_be_taken_for_something_else_is_quoted() {
        let document = json!({
            "paths": {"/a/{id}": [{"on": "yes", "n": [1, 2.5, null, true]}, [], {}, ["x", ["y"]]]},
            "openapi": "3.1.0", "a": "x: y # z", "b": "one\n\ntwo", "c": "a \"b\"\t", "200": "1e3",
        });
        let expected = "\
openapi: \"3.1.0\"
paths:
  /a/{id}:
    - \"n\":
        - 1
        - 2.5
        - null
        - true
      \"on\": \"yes\"
    - []
    - {}
    - - x
      - - \"y\"
\"200\": \"1e3\"
a: \"x: y # z\"
b: |-
  one

  two
c: \"a \\\"b\\\"\\t\"
";
        assert_eq!(text(&document), expected);
    }

    #[test]
    fn the_document_reads_back_as_it_was() {
        let document: Value = serde_json::from_str(crate::openapi_json()).unwrap();
        let read: Value = yaml_serde::from_str(&text(&document)).unwrap();
        assert_eq!(read.to_string(), document.to_string());
    }
}
