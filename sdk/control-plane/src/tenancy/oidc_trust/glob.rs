//! Globs over subjects and claims: `*` is any text, `?` any one character, and nothing else is special.

use serde_json::Value;
use wildmatch::WildMatch;

use crate::document::form::Form;

/// What subjects and claims are compared with.
pub(super) static GLOB: Form =
    Form::new("[^*?:/@.-]", "Say more than * and what stands between names; that would let anybody in.");

pub(super) fn matches(glob: &str, text: &str) -> bool {
    WildMatch::new(glob).matches(text)
}

/// Whether a claim is meant: a text, number or truth value by its text, a list if one of its items is.
pub(super) fn matches_claim(glob: &str, claim: &Value) -> bool {
    match claim {
        Value::String(text) => matches(glob, text),
        Value::Bool(_) | Value::Number(_) => matches(glob, &claim.to_string()),
        Value::Array(items) => items.iter().any(|item| !item.is_array() && matches_claim(glob, item)),
        Value::Null | Value::Object(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_glob_alone_lets_nobody_in() {
        for bad in ["*", "**", "?*", "", "*:*", "*/*:*"] {
            assert!(!GLOB.admits(bad), "{bad}");
        }
        assert!(GLOB.admits("repo:acme/web:*"));
    }

    #[test]
    fn stars_cross_everything_and_brackets_are_themselves() {
        assert!(matches("repo:acme/*:ref:refs/heads/main", "repo:acme/web:ref:refs/heads/main"));
        assert!(!matches("repo:acme/web:ref:refs/heads/main", "repo:acme/web:ref:refs/heads/main2"));
        assert!(!matches("repo:acme/web:*", "xrepo:acme/web:ref"));
        assert!(matches("[a]", "[a]") && !matches("[a]", "a"));
        assert!(matches_claim("42", &json!(42)) && matches_claim("true", &json!(true)));
        assert!(matches_claim("a*", &json!(["b", "ab"])) && !matches_claim("*a", &json!({"a": 1})));
        assert!(!matches_claim("n*", &Value::Null));
    }
}
