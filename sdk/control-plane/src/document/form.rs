//! Forms: what texts can be asked to look like.

use std::sync::OnceLock;

use jiff::{Timestamp, tz::TimeZone};
use regex_lite::Regex;
use serde_json::{Value, json};

use crate::document::Document;

/// A time as in RFC 3339.
pub(crate) static TIME: Form = Form::new(
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$",
    TIMES,
)
.named("date-time")
.checked(|text| text.parse::<Timestamp>().is_err().then_some(TIMES));
const TIMES: &str = "Use a time as in RFC 3339: 2026-01-31T12:00:00Z.";

/// The name of a time zone.
pub(crate) static TIME_ZONE: Form =
    Form::new("^[A-Za-z0-9_+/-]+$", ZONES).checked(|text| TimeZone::get(text).is_err().then_some(ZONES));
const ZONES: &str = "Use the name of a time zone, such as Europe/Berlin or UTC.";

/// The id of an object.
pub(crate) static UUID: Form =
    Form::new("^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$", "Use an id, which is a UUID.")
        .named("uuid");

/// What a text has to look like. The pattern is both what is checked and what the schema says.
#[derive(Debug)]
pub(crate) struct Form {
    pattern: &'static str,
    compiled: OnceLock<Regex>,
    /// What to do, for whoever sent something else.
    rule: &'static str,
    /// Name of the form in JSON schema, if it has one.
    format: Option<&'static str>,
    /// Finds what a pattern cannot.
    check: Option<fn(&str) -> Option<&'static str>>,
}

impl Form {
    /// A form that is all in its pattern, which has to mean the same in ECMA-262.
    pub(crate) const fn new(pattern: &'static str, rule: &'static str) -> Self {
        Self { pattern, compiled: OnceLock::new(), rule, format: None, check: None }
    }

    /// Gives the form its name in JSON schema.
    pub(crate) const fn named(mut self, format: &'static str) -> Self {
        self.format = Some(format);
        self
    }

    /// Adds a check that answers with what is wrong. It sees only what matches the pattern.
    pub(crate) const fn checked(mut self, check: fn(&str) -> Option<&'static str>) -> Self {
        self.check = Some(check);
        self
    }

    /// What is wrong with a text; `None` if nothing is.
    pub(crate) fn problem(&self, text: &str) -> Option<&'static str> {
        let pattern = || Regex::new(self.pattern).expect("the patterns of this program are valid");
        if !self.compiled.get_or_init(pattern).is_match(text) {
            return Some(self.rule);
        }
        self.check.and_then(|check| check(text))
    }

    pub(crate) fn admits(&self, text: &str) -> bool {
        self.problem(text).is_none()
    }

    /// Adds what the form asks to the schema of a text.
    pub(crate) fn describe(&self, mut schema: Document) -> Value {
        schema.insert("pattern".to_owned(), json!(self.pattern));
        schema.extend(self.format.map(|format| ("format".to_owned(), json!(format))));
        Value::Object(schema)
    }
}
