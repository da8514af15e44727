//! Policies of IAM as text.

use serde_json::{Map, Value as Json};
use sparki_core::{DecodeError, Dynamic, Equivalence, Field, FromText, Kind, Path, Type, Validator};

/// A policy of IAM as a JSON document. Two texts are equivalent when AWS takes them for the same: white space and the
/// order of members and lists do not count, one element is as good as a list of it, and an account is as good as its
/// root.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyText(String);

impl PolicyText {
    /// The document as compact text.
    #[must_use]
    pub fn new(document: &Json) -> Self {
        Self(document.to_string())
    }

    /// The document; none if the text is none.
    pub(crate) fn document(&self) -> Option<Json> {
        serde_json::from_str(&self.0).ok()
    }

    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The document in a form that is the same for everything that means the same; nothing if it is none.
    pub(crate) fn canonical(&self) -> Option<Json> {
        canonical(&self.0)
    }

    /// Whether AWS takes both for the same.
    pub(crate) fn means(&self, other: &Self) -> bool {
        self == other || self.canonical().is_some_and(|document| Some(document) == other.canonical())
    }
}

impl FromText for PolicyText {
    fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Field for PolicyText {
    fn kind() -> Kind {
        Kind::Plain(Type::String)
    }

    fn validators() -> Vec<Validator> {
        vec![Validator::Custom(|value| match value.as_str().map(serde_json::from_str::<Json>) {
            None => Ok(()),
            Some(Ok(policy)) if policy.get("Statement").is_some_and(|it| *it != Json::Array(Vec::new())) => {
                Ok(())
            }
            Some(Ok(_)) => {
                Err("must be a policy: an object with \"Version\" and at least one \"Statement\"".into())
            }
            Some(Err(error)) => {
                Err(format!("must be a policy as JSON; line {}, column {}", error.line(), error.column()))
            }
        })]
    }

    fn equivalent() -> Option<Equivalence> {
        Some(|a, b| match (a.as_str().and_then(canonical), b.as_str().and_then(canonical)) {
            (Some(a), Some(b)) => a == b,
            (Some(_) | None, _) => false,
        })
    }

    fn encode(&self) -> Dynamic {
        Dynamic::string(self.0.as_str())
    }

    fn decode(value: &Dynamic, path: &Path) -> Result<Option<Self>, DecodeError> {
        Ok(String::decode(value, path)?.map(Self))
    }
}

fn canonical(text: &str) -> Option<Json> {
    match serde_json::from_str(text) {
        Ok(Json::Object(policy)) => Some(plain(&Json::Object(policy))),
        Ok(_) | Err(_) => None,
    }
}

/// The one form of a policy that stands for all that mean the same.
pub(crate) fn plain(policy: &Json) -> Json {
    let Json::Object(mut policy) = policy.clone() else { return policy.clone() };
    policy.retain(|_, member| !member.is_null());
    if let Some(statements) = policy.remove("Statement") {
        let statements = listed(statements).into_iter().map(canonical_statement).collect();
        policy.insert("Statement".into(), sorted(statements));
        // AWS's own default of old.
        policy.entry("Version").or_insert_with(|| "2008-10-17".into());
    }
    Json::Object(policy)
}

fn canonical_statement(statement: Json) -> Json {
    let Json::Object(members) = statement else { return statement };
    let is_told = |(name, member): &(String, Json)| !member.is_null() && (name != "Sid" || member != "");
    let members = members.into_iter().filter(is_told);
    let member = |(name, member): (String, Json)| {
        let member = match name.as_str() {
            // Names of actions are the same in either case.
            "Action" | "NotAction" => sorted(listed(member).into_iter().map(in_lower_case).collect()),
            "Resource" | "NotResource" => sorted(listed(member)),
            "Principal" | "NotPrincipal" => canonical_principals(member),
            "Condition" => canonical_condition(member),
            _ => member,
        };
        (name, member)
    };
    Json::Object(members.map(member).collect())
}

fn canonical_principals(principals: Json) -> Json {
    let kinds = match principals {
        Json::Object(kinds) => kinds,
        everybody => Map::from_iter([("AWS".to_owned(), everybody)]),
    };
    let kind =
        |(kind, names): (String, Json)| (kind, sorted(listed(names).into_iter().map(account).collect()));
    Json::Object(kinds.into_iter().map(kind).collect())
}

/// The number of an account that is given by the ARN of its root.
fn account(principal: Json) -> Json {
    let parts = principal.as_str().map(|text| text.split(':').collect::<Vec<_>>());
    match parts.as_deref() {
        Some(["arn", _, "iam", "", account, "root"]) => Json::from(*account),
        Some(_) | None => principal,
    }
}

fn canonical_condition(condition: Json) -> Json {
    let Json::Object(operators) = condition else { return condition };
    let operator = |(operator, keys)| {
        let Json::Object(keys) = keys else { return (operator, keys) };
        let key = |(key, values)| (key, sorted(listed(values).into_iter().map(as_text).collect()));
        (operator, Json::Object(keys.into_iter().map(key).collect()))
    };
    Json::Object(operators.into_iter().map(operator).collect())
}

/// One element is as good as a list of it.
fn listed(value: Json) -> Vec<Json> {
    if let Json::Array(elements) = value { elements } else { vec![value] }
}

fn sorted(mut elements: Vec<Json>) -> Json {
    elements.sort_by_cached_key(Json::to_string);
    elements.dedup();
    Json::Array(elements)
}

fn in_lower_case(action: Json) -> Json {
    action.as_str().map(|text| Json::from(text.to_lowercase())).unwrap_or(action)
}

fn as_text(value: Json) -> Json {
    match value {
        Json::Bool(_) | Json::Number(_) => Json::from(value.to_string()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        PolicyText::equivalent().expect("policies have forms")(&a.into(), &b.into())
    }

    #[test]
    fn policies_that_mean_the_same_are_equivalent() {
        let short = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},
            "Action":"KMS:Decrypt","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":true}}}}"#;
        let long = r#"{"Statement":[{"Action":["kms:decrypt"],"Effect":"Allow",
            "Principal":{"AWS":["arn:aws:iam::123456789012:root"]},"Resource":["*"],
            "Condition":{"Bool":{"aws:SecureTransport":["true"]}}}],"Version":"2012-10-17"}"#;
        assert!(same(short, long));
        assert!(same(r#"{"Statement":{"Principal":"*"}}"#, r#"{"Statement":{"Principal":{"AWS":"*"}}}"#));
        assert!(same(
            r#"{"Statement":{"Action":["b","a"]}}"#,
            r#"{"Statement":{"Action":["a","b"],"Sid":null}}"#
        ));
    }

    #[test]
    fn policies_that_mean_something_else_are_not() {
        assert!(!same(r#"{"Statement":{"Effect":"Allow"}}"#, r#"{"Statement":{"Effect":"Deny"}}"#));
        assert!(!same(r#"{"Statement":{"Resource":"A"}}"#, r#"{"Statement":{"Resource":"a"}}"#));
        assert!(!same("no policy", "no policy"));
    }

    #[test]
    fn what_is_no_policy_is_said_plainly() {
        let check = |text: &str| PolicyText::validators()[0].check(&text.into()).unwrap_err();
        let empty = "must be a policy: an object with \"Version\" and at least one \"Statement\"";
        assert_eq!([check("[]"), check("{}"), check("{\"Statement\":[]}")], [empty; 3]);
        assert_eq!(check("{"), "must be a policy as JSON; line 1, column 1");
    }
}
