//! Schemas in words, as HTML.

use serde_json::Value;

/// Keywords that narrow a type, and what stands before their value.
const KEYWORDS: [(&str, &str); 11] = [
    ("format", ""),
    ("const", "always "),
    ("pattern", "matching "),
    ("minLength", "characters from "),
    ("maxLength", "characters to "),
    ("minimum", "from "),
    ("maximum", "to "),
    ("minItems", "items from "),
    ("maxItems", "items to "),
    ("uniqueItems", "each once: "),
    ("default", "by default "),
];

/// Makes a text safe to stand in HTML.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            character => safe.push(character),
        }
    }
    safe
}

/// Texts between backticks become code.
pub(super) fn prose(text: &str) -> String {
    let spans = escape(text);
    spans
        .split('`')
        .enumerate()
        .map(|(index, span)| if index % 2 == 1 { format!("<code>{span}</code>") } else { span.to_owned() })
        .collect()
}

/// Says what a schema takes: one line, and a list of what is in it.
pub(super) fn schema(schema: &Value) -> String {
    if let Some(place) = schema["$ref"].as_str() {
        let name = escape(place.rsplit('/').next().unwrap_or(place));
        return format!("<a href=\"#schema-{name}\">{name}</a>");
    }
    let mut text = match &schema["type"] {
        Value::String(kind) => escape(kind),
        Value::Array(kinds) => {
            escape(&kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "))
        }
        _ => String::new(),
    };
    let narrowed: Vec<String> = KEYWORDS
        .iter()
        .filter_map(|(keyword, words)| {
            Some(format!("{words}<code>{}</code>", literal(schema.get(*keyword)?)))
        })
        .collect();
    if !narrowed.is_empty() {
        text.push_str(&format!(" ({})", narrowed.join(", ")));
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<String> = words.iter().map(|word| format!("<code>{}</code>", literal(word))).collect();
        text.push_str(&format!(": {}", words.join(", ")));
    }
    if let Some(items) = schema.get("items") {
        text.push_str(" of ");
        text.push_str(&self::schema(items));
    }
    if let Some(values) = schema.get("additionalProperties").filter(|values| values.is_object()) {
        text.push_str(" whose values are each ");
        text.push_str(&self::schema(values));
    }
    text.push_str(&properties(schema));
    for (keyword, words) in [("oneOf", "One of"), ("anyOf", "Any of"), ("allOf", "All of")] {
        if let Some(branches) = schema[keyword].as_array() {
            let branches: String = branches.iter().map(branch).collect();
            text.push_str(&format!("<div>{words}:<ul>{branches}</ul></div>"));
        }
    }
    text
}

fn branch(schema: &Value) -> String {
    let about = schema["description"].as_str().map(|about| format!(" {}", prose(about))).unwrap_or_default();
    format!("<li>{}{about}</li>", self::schema(schema))
}

fn properties(schema: &Value) -> String {
    let Some(properties) = schema["properties"].as_object().filter(|properties| !properties.is_empty())
    else {
        return String::new();
    };
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut items = String::new();
    for (name, property) in properties {
        let class = if required.contains(&name.as_str()) { " class=\"required\"" } else { "" };
        let about = prose(property["description"].as_str().unwrap_or_default());
        let (name, kind) = (escape(name), self::schema(property));
        items.push_str(&format!("<li><code{class}>{name}</code> {kind} {about}</li>"));
    }
    format!("<ul>{items}</ul>")
}

fn literal(value: &Value) -> String {
    escape(&value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn a_schema_is_told_in_words() {
        let schema = json!({
            "type": "object", "required": ["a"],
            "properties": {
                "a": {"type": ["string", "null"], "pattern": "^<$", "description": "The `a`."},
                "b": {"type": "array", "items": {"$ref": "#/components/schemas/B"}},
            },
        });
        assert_eq!(
            super::schema(&schema),
            "object<ul>\
             <li><code class=\"required\">a</code> string or null (matching <code>^&lt;$</code>) \
             The <code>a</code>.</li>\
             <li><code>b</code> array of <a href=\"#schema-B\">B</a> </li></ul>"
        );
    }
}
