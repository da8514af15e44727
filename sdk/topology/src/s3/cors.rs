//! Rules for browsers: which other origins may use a bucket.

use std::collections::BTreeSet;

use aws_sdk_s3::types::CorsRule as WireRule;
use sparki_core::Value;
use sparki_derive::{Choice, Model};

/// Which origins may use a bucket from a browser, and how.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct CorsRule {
    /// Methods that are allowed: `GET`, `PUT`, `POST`, `DELETE` and `HEAD`.
    #[attr(required, validate(len(1..)))]
    pub allowed_methods: Value<BTreeSet<CorsMethod>>,
    /// Origins that are allowed, such as `https://app.example.com` or `https://*.example.com`.
    #[attr(required, validate(len(1..), each(len(1..))))]
    pub allowed_origins: Value<BTreeSet<String>>,
    /// Headers that a request may have; `*` for every one. None if it is not set.
    #[attr(optional, validate(len(1..), each(len(1..))))]
    pub allowed_headers: Value<BTreeSet<String>>,
    /// Headers of the answer that a script may read.
    #[attr(optional, validate(len(1..), each(len(1..))))]
    pub expose_headers: Value<BTreeSet<String>>,
    /// Seconds for which a browser may remember the answer to its question.
    #[attr(optional, validate(range(0..=2_147_483_647)))]
    pub max_age_seconds: Value<u32>,
}

/// A method of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum CorsMethod {
    /// Reads an object.
    #[choice("GET")]
    Get,
    /// Stores an object.
    #[choice("PUT")]
    Put,
    /// Stores an object from a form.
    #[choice("POST")]
    Post,
    /// Removes an object.
    #[choice("DELETE")]
    Delete,
    /// Reads what is known about an object.
    #[choice("HEAD")]
    Head,
}

impl CorsRule {
    pub(super) fn wire(&self) -> WireRule {
        let list =
            |texts: &Value<BTreeSet<String>>| texts.known().map(|texts| texts.iter().cloned().collect());
        let methods = self.allowed_methods.known().into_iter().flatten();
        WireRule::builder()
            .set_allowed_methods(Some(methods.map(|method| method.as_str().to_owned()).collect()))
            .set_allowed_origins(Some(list(&self.allowed_origins).unwrap_or_default()))
            .set_allowed_headers(list(&self.allowed_headers))
            .set_expose_headers(list(&self.expose_headers))
            .set_max_age_seconds(self.max_age_seconds.known().and_then(|age| i32::try_from(*age).ok()))
            .build()
            .expect("methods and origins are set")
    }

    pub(super) fn of(rule: &WireRule) -> Self {
        let set = |texts: &[String]| -> Value<BTreeSet<String>> {
            (!texts.is_empty()).then(|| texts.iter().cloned().collect()).into()
        };
        let methods = rule.allowed_methods().iter().filter_map(|method| method.parse().ok());
        Self {
            allowed_methods: Value::Known(methods.collect()),
            allowed_origins: Value::Known(rule.allowed_origins().iter().cloned().collect()),
            allowed_headers: set(rule.allowed_headers()),
            expose_headers: set(rule.expose_headers()),
            max_age_seconds: rule.max_age_seconds().and_then(|age| u32::try_from(age).ok()).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_comes_back_as_it_was_sent() {
        let rule = CorsRule::new(
            BTreeSet::from([CorsMethod::Get, CorsMethod::Put]),
            BTreeSet::from(["https://app.example.com".to_owned()]),
        );
        assert_eq!(CorsRule::of(&rule.wire()), rule);
        let rule = rule
            .allowed_headers(BTreeSet::from(["*".to_owned()]))
            .expose_headers(BTreeSet::from(["etag".to_owned()]))
            .max_age_seconds(60);
        assert_eq!(CorsRule::of(&rule.wire()), rule);
    }
}
