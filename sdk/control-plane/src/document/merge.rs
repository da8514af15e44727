//! JSON merge patch (RFC 7396), and what a change changed.

use serde_json::Value;

use crate::document::Document;

/// Applies a patch: objects merge, null removes, everything else replaces.
pub(crate) fn merge(target: &mut Document, patch: &Document) {
    for (key, value) in patch {
        match value {
            Value::Null => {
                target.remove(key);
            }
            Value::Object(inner) => {
                let mut merged = match target.remove(key) {
                    Some(Value::Object(object)) => object,
                    Some(_) | None => Document::new(),
                };
                merge(&mut merged, inner);
                target.insert(key.clone(), Value::Object(merged));
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                target.insert(key.clone(), value.clone());
            }
        }
    }
}

/// The top-level fields in which two documents differ, sorted.
pub(crate) fn changed_fields(before: &Document, after: &Document) -> Vec<String> {
    let mut fields: Vec<String> = before
        .keys()
        .chain(after.keys())
        .filter(|key| before.get(*key) != after.get(*key))
        .cloned()
        .collect();
    fields.sort();
    fields.dedup();
    fields
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn merge_follows_the_rfc() {
        let (Value::Object(mut target), Value::Object(patch)) = (
            json!({"a": {"b": 1, "c": 2}, "d": [1, 2], "e": 3, "f": 4}),
            json!({"a": {"b": null, "x": {"y": null}}, "d": [3], "e": null}),
        ) else {
            panic!("both are objects")
        };
        merge(&mut target, &patch);
        assert_eq!(Value::Object(target), json!({"a": {"c": 2, "x": {}}, "d": [3], "f": 4}));
    }
}
