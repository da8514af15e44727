//! What the control plane says when it refuses: RFC 9457, and Sparki's older body.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use http::StatusCode;
use serde_json::{Map, Value};

use crate::http_date::LONGEST_WAIT;

/// A refusal in the control plane's own words.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Problem {
    /// HTTP status.
    pub status: StatusCode,
    /// Stable code such as `already_exists`.
    pub code: Option<String>,
    /// One line for people.
    pub title: Option<String>,
    /// What is wrong in this case.
    pub detail: Option<String>,
    /// The id under which the control plane logged the request.
    pub correlation_id: Option<String>,
    /// Whether the control plane says that the same request may succeed later.
    pub retryable: Option<bool>,
    /// How long the control plane asks to wait.
    pub retry_after: Option<Duration>,
    /// The values at fault.
    pub errors: Vec<FieldError>,
    /// Members that belong to the code, such as `existing_id` or `dependents`.
    pub extras: BTreeMap<String, Value>,
    form: Form,
}

/// Which of its two forms a refusal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// It has a `code`, which only the control plane gives.
    Coded,
    /// It has words, as many another service's.
    Older,
}

/// One value at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldError {
    /// JSON pointer into the request's body.
    pub pointer: String,
    /// Stable code such as `too_long`.
    pub code: String,
    /// What is wrong with the value.
    pub detail: String,
}

impl Problem {
    /// Reads a body, already free of secrets; `None` if it is neither of the two forms.
    pub(crate) fn read(status: StatusCode, body: Value) -> Option<Self> {
        let Value::Object(mut members) = body else { return None };
        let known = ["code", "title", "detail", "type", "error", "message"];
        if !known.iter().any(|name| members.get(*name).is_some_and(Value::is_string)) {
            return None;
        }
        let errors = match members.remove("errors") {
            Some(Value::Array(errors)) => errors.into_iter().filter_map(field_error).collect(),
            _ => Vec::new(),
        };
        let (coded, older) = (text(&mut members, "code"), text(&mut members, "error"));
        let problem = Self {
            status,
            form: if coded.is_some() { Form::Coded } else { Form::Older },
            code: coded.or_else(|| older.as_deref().and_then(code_of)),
            title: text(&mut members, "title").or(older),
            detail: text(&mut members, "detail").or_else(|| text(&mut members, "message")),
            correlation_id: text(&mut members, "correlation_id"),
            retryable: members.remove("retryable").and_then(|value| value.as_bool()),
            retry_after: members
                .remove("retryAfter")
                .and_then(|value| value.as_f64())
                .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
                .map(|wait| wait.min(LONGEST_WAIT)),
            errors,
            extras: BTreeMap::new(),
        };
        for described in ["type", "status", "instance", "message"] {
            members.remove(described);
        }
        Some(Self { extras: members.into_iter().collect(), ..problem })
    }

    /// Whether it has the given code.
    #[must_use]
    pub fn has_code(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }

    /// Returns a text member that belongs to the code.
    #[must_use]
    pub fn extra(&self, name: &str) -> Option<&str> {
        self.extras.get(name)?.as_str()
    }

    /// Returns the id of the object that has the natural key (`already_exists`).
    #[must_use]
    pub fn existing_id(&self) -> Option<&str> {
        self.extra("existing_id")
    }

    /// Returns who changed the object (`precondition_failed`).
    #[must_use]
    pub fn changed_by(&self) -> Option<&str> {
        self.extra("changed_by")
    }

    /// Returns the permission that is missing (`permission_denied`).
    #[must_use]
    pub fn permission(&self) -> Option<&str> {
        self.extra("permission")
    }

    /// Returns what depends on the object (`in_use`), as text.
    #[must_use]
    pub fn dependents(&self) -> Vec<String> {
        self.list("dependents")
    }

    /// Returns the slugs along a cycle (`cycle`).
    #[must_use]
    pub fn path(&self) -> Vec<String> {
        self.list("path")
    }

    /// Returns the fields that somebody else changed (`precondition_failed`).
    #[must_use]
    pub fn changed_fields(&self) -> Vec<String> {
        self.list("changed_fields")
    }

    fn list(&self, name: &str) -> Vec<String> {
        match self.extras.get(name) {
            Some(Value::Array(items)) => items.iter().map(named).collect(),
            Some(Value::String(item)) => vec![item.clone()],
            _ => Vec::new(),
        }
    }

    /// The refusal without the values at fault.
    pub(crate) fn summary(&self) -> String {
        let mut summary = format!("the control plane answered {}", self.status.as_u16());
        if let Some(code) = self.code.as_deref() {
            summary.push(' ');
            summary.push_str(code);
        }
        if let Some(text) = self.detail.as_deref().or(self.title.as_deref()) {
            summary.push_str(": ");
            summary.push_str(text.trim().trim_end_matches('.'));
        }
        summary
    }

    /// Whether an object is said to be missing, as opposed to a route of the API. Words such as "Not Found" do not
    /// count: any service at a wrong endpoint says that.
    pub(crate) fn is_absence(&self) -> bool {
        self.form == Form::Coded
            && matches!(self.status, StatusCode::NOT_FOUND | StatusCode::GONE)
            && matches!(self.code.as_deref(), Some("not_found" | "gone"))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary())?;
        for error in &self.errors {
            write!(f, "; {} {}", error.pointer, error.detail.trim().trim_end_matches('.'))?;
        }
        Ok(())
    }
}

fn text(members: &mut Map<String, Value>, name: &str) -> Option<String> {
    match members.remove(name) {
        Some(Value::String(text)) if !text.is_empty() => Some(text),
        _ => None,
    }
}

/// The code in the older body's `error`, which holds either a code or words such as "Not Found".
fn code_of(error: &str) -> Option<String> {
    const LONGEST_CODE: usize = 40;
    let code = error.trim().to_ascii_lowercase().replace([' ', '-'], "_");
    let plausible = code.len() <= LONGEST_CODE
        && code.chars().all(|character| character.is_ascii_alphanumeric() || character == '_');
    plausible.then_some(code)
}

/// An item of a list as people call it: objects by kind and name.
fn named(item: &Value) -> String {
    let part = |name: &str| item.get(name).and_then(Value::as_str);
    match (item.as_str(), part("kind"), part("name").or_else(|| part("id"))) {
        (Some(text), _, _) => text.to_owned(),
        (None, Some(kind), Some(name)) => format!("{} {name:?}", kind.replace('_', " ")),
        (None, None, Some(name)) => name.to_owned(),
        (None, _, None) => item.to_string(),
    }
}

fn field_error(value: Value) -> Option<FieldError> {
    let Value::Object(mut members) = value else { return None };
    Some(FieldError {
        pointer: text(&mut members, "pointer")?,
        code: text(&mut members, "code").unwrap_or_default(),
        detail: text(&mut members, "detail").unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(status: StatusCode, body: &str) -> Option<Problem> {
        Problem::read(status, serde_json::from_str(body).ok()?)
    }

    fn check_problem(status: u16, body: &str, expected: &str) {
        let problem = parse(StatusCode::from_u16(status).unwrap(), body);
        assert_eq!(problem.map_or_else(|| "none".to_owned(), |problem| problem.to_string()), expected);
    }

    #[test]
    fn both_forms_of_a_problem_are_read() {
        check_problem(
            422,
            r#"{"type":"about:blank","title":"Invalid","status":422,"code":"validation_failed","detail":"2 values.",
                "errors":[{"pointer":"/slug","code":"too_long","detail":"is too long."},{"pointer":"/name"},7]}"#,
            "the control plane answered 422 validation_failed: 2 values; /slug is too long; /name ",
        );
        check_problem(
            429,
            r#"{"error":"Rate Limited","message":"slow down","retryAfter":30}"#,
            "the control plane answered 429 rate_limited: slow down",
        );
    }

    #[test]
    fn anything_else_is_no_problem() {
        check_problem(404, "<html>", "none");
        check_problem(404, "", "none");
        check_problem(404, "[]", "none");
        check_problem(404, r#"{"path":"/x"}"#, "none");
        check_problem(404, r#"{"code":404}"#, "none");
    }

    #[test]
    fn members_of_the_code_are_kept() {
        let body =
            r#"{"code":"already_exists","existing_id":"p-1","dependents":["a",{"b":1}],"retryable":false}"#;
        let problem = parse(StatusCode::CONFLICT, body).unwrap();
        assert_eq!(problem.existing_id(), Some("p-1"));
        assert_eq!(problem.dependents(), ["a", r#"{"b":1}"#]);
        assert_eq!(problem.retryable, Some(false));
        assert_eq!(problem.changed_by(), None);
    }

    #[test]
    fn the_older_body_says_how_long_to_wait() {
        let problem =
            parse(StatusCode::TOO_MANY_REQUESTS, r#"{"error":"slow","message":"m","retryAfter":1.5}"#);
        assert_eq!(problem.unwrap().retry_after, Some(Duration::from_millis(1500)));
    }
}
