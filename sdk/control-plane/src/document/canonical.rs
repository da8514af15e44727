//! Canonical JSON: sorted keys, no spaces. Equal values have equal text.

use serde_json::Value;
use sha2::{Digest, Sha256};

pub(crate) fn text(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// `sha256:<hex>` of the canonical text.
pub(crate) fn digest(value: &Value) -> String {
    format!("sha256:{}", hex(&Sha256::digest(text(value).as_bytes())))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.push_str(&value.to_string())
        }
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            // serde_json may keep insertion order, depending on what else is compiled in.
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            out.push('{');
            for (index, key) in keys.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write(&map[key], out);
            }
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_sorted_and_nothing_is_spaced() {
        assert_eq!(
            text(&json!({"b": [1, {"d": null, "c": "x\"y"}], "a": true})),
            r#"{"a":true,"b":[1,{"c":"x\"y","d":null}]}"#
        );
    }
}
