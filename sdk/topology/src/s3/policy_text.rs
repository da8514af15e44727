//! Policies: JSON documents of which several mean the same.

use serde_json::{Map, Value as Document};
use sparki_core::{DecodeError, Dynamic, Equivalence, Field, FromText, JsonText, Kind, Path, Validator};

/// A policy as text. Two texts are equivalent when they allow and deny the same in the same statements: besides the
/// notation of JSON, neither the order of actions, resources and principals counts, nor whether a single one stands in
/// a list, nor by which of its names an account is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyText(JsonText);

impl PolicyText {
    /// The policy as compact text.
    #[must_use]
    pub fn new(document: &Document) -> Self {
        Self(JsonText::new(document))
    }

    /// The document; `None` if the text is no JSON.
    #[must_use]
    pub fn document(&self) -> Option<Document> {
        self.0.document().ok()
    }
}

impl FromText for PolicyText {
    fn from_text(text: &str) -> Self {
        Self(JsonText::from_text(text))
    }
}

impl Field for PolicyText {
    fn kind() -> Kind {
        JsonText::kind()
    }

    fn validators() -> Vec<Validator> {
        let mut validators = JsonText::validators();
        validators.push(Validator::Custom(|value| {
            let document = value.as_str().and_then(|text| serde_json::from_str::<Document>(text).ok());
            match document {
                Some(document) if document.get("Statement").is_none_or(is_empty) => {
                    Err("must be a policy: an object with \"Version\" and at least one \"Statement\"".into())
                }
                Some(_) | None => Ok(()),
            }
        }));
        validators
    }

    fn equivalent() -> Option<Equivalence> {
        Some(|one, other| {
            let parse =
                |value: &Dynamic| value.as_str().and_then(|text| serde_json::from_str::<Document>(text).ok());
            match (parse(one), parse(other)) {
                (Some(one), Some(other)) => plain(&one) == plain(&other),
                (Some(_) | None, _) => false,
            }
        })
    }

    fn encode(&self) -> Dynamic {
        self.0.encode()
    }

    fn decode(value: &Dynamic, path: &Path) -> Result<Option<Self>, DecodeError> {
        Ok(JsonText::decode(value, path)?.map(Self))
    }
}

fn is_empty(statements: &Document) -> bool {
    statements.as_array().is_some_and(Vec::is_empty)
}

/// The one form of a policy that stands for all that mean the same.
pub(super) fn plain(policy: &Document) -> Document {
    let Some(members) = policy.as_object() else { return policy.clone() };
    let statements = match members.get("Statement") {
        Some(Document::Array(statements)) => statements.iter().map(statement).collect(),
        Some(one) => vec![statement(one)],
        None => Vec::new(),
    };
    let mut members = members.clone();
    members.insert("Statement".into(), Document::Array(statements));
    // AWS's own default of old.
    members.entry("Version").or_insert_with(|| "2008-10-17".into());
    Document::Object(members)
}

fn statement(statement: &Document) -> Document {
    let Some(members) = statement.as_object() else { return statement.clone() };
    let part = |(name, value): (&String, &Document)| {
        let value = match name.as_str() {
            "Action" | "NotAction" | "Resource" | "NotResource" => list(value),
            "Principal" | "NotPrincipal" => principal(value),
            "Condition" => condition(value),
            _ => value.clone(),
        };
        (name.clone(), value)
    };
    let empty_sid = |(name, value): &(&String, &Document)| *name == "Sid" && value.as_str() == Some("");
    Document::Object(members.iter().filter(|member| !empty_sid(member)).map(part).collect())
}

/// A list in which the order does not count.
fn list(value: &Document) -> Document {
    let mut texts: Vec<String> = match value {
        Document::Array(values) => values.iter().map(text).collect(),
        one => vec![text(one)],
    };
    texts.sort();
    texts.dedup();
    texts.into()
}

fn text(value: &Document) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn principal(value: &Document) -> Document {
    let Some(kinds) = value.as_object() else { return serde_json::json!({ "AWS": [text(value)] }) };
    let of_kind = |(kind, names): (&String, &Document)| {
        let names = list(names);
        let names = names.as_array().into_iter().flatten().map(|name| account(&text(name)).into());
        (kind.clone(), list(&Document::Array(names.collect())))
    };
    Document::Object(kinds.iter().map(of_kind).collect())
}

/// The root of an account stands for the account.
fn account(name: &str) -> String {
    let parts: Vec<_> = name.split(':').collect();
    match parts[..] {
        ["arn", _, "iam", "", account, "root"] => account.to_owned(),
        _ => name.to_owned(),
    }
}

fn condition(value: &Document) -> Document {
    let keys = |keys: &Map<String, Document>| -> Map<String, Document> {
        keys.iter().map(|(key, values)| (key.clone(), list(values))).collect()
    };
    let operators = value.as_object().into_iter().flatten();
    let operators = operators.map(|(operator, of)| {
        (operator.clone(), of.as_object().map_or_else(|| of.clone(), |of| keys(of).into()))
    });
    Document::Object(operators.collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(one: Document, other: Document) -> bool {
        let equivalent = PolicyText::equivalent().unwrap();
        equivalent(&PolicyText::new(&one).encode(), &PolicyText::new(&other).encode())
    }

    #[test]
    fn policies_that_mean_the_same_are_equivalent() {
        let written = json!({"Version": "2012-10-17", "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": ["s3:PutObject", "s3:GetObject"],
            "Resource": "arn:aws:s3:::logs/*",
            "Condition": {"Bool": {"aws:SecureTransport": true}},
        }});
        let answered = json!({"Version": "2012-10-17", "Statement": [{
            "Sid": "",
            "Effect": "Allow",
            "Principal": {"AWS": ["123456789012"]},
            "Action": ["s3:GetObject", "s3:PutObject"],
            "Resource": ["arn:aws:s3:::logs/*"],
            "Condition": {"Bool": {"aws:SecureTransport": ["true"]}},
        }]});
        assert!(check(written.clone(), answered));
        let mut other = written.clone();
        other["Statement"]["Effect"] = "Deny".into();
        assert!(!check(written, other));
        let everybody = |principal: Document| json!({"Statement": [{"Principal": principal}]});
        assert!(check(everybody(json!("*")), everybody(json!({"AWS": "*"}))));
    }

    #[test]
    fn what_is_no_policy_is_refused() {
        let check = |text: &str| {
            let found = PolicyText::validators().into_iter().find_map(|it| it.check(&text.into()).err());
            found.unwrap_or_default()
        };
        assert_eq!(check(r#"{"Version":"2012-10-17","Statement":[{}]}"#), "");
        for text in ["{}", r#"{"Statement":[]}"#] {
            let must = "must be a policy: an object with \"Version\" and at least one \"Statement\"";
            assert_eq!(check(text), must);
        }
        assert!(check("{").starts_with("must be a JSON document"));
    }
}
