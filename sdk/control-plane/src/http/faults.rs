//! Faults on purpose, for tests of whoever talks to this server. Exists only with `--enable-faults`. Reads that lag are
//! another matter: see [`crate::reads`].

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::{
    app::API,
    document::{Document, Fields, choice::choice, fields::Errors},
    http::{
        answer::Answer,
        problem::{Code, Problem},
    },
    object::id::Id,
};

choice! {
    /// When to hang up instead of answering.
    Drop {
        Before = "before",
        After = "after",
    }
}

/// What to do to which requests, and how often.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    id: String,
    method: Option<String>,
    path_prefix: String,
    remaining: i64,
    delay_ms: i64,
    status: Option<i64>,
    body: Option<Value>,
    content_type: Option<String>,
    pub(crate) drop: Option<Drop>,
    retry_after: Option<i64>,
}

#[derive(Debug, Default)]
pub(crate) struct FaultInjection {
    rules: Mutex<Vec<Rule>>,
    requests: Mutex<BTreeMap<String, u64>>,
}

impl FaultInjection {
    /// Counts a request and takes the first rule that applies to it.
    pub(crate) fn apply(&self, method: &Method, path: &str) -> Option<Rule> {
        *lock(&self.requests).entry(format!("{method} {}", template(path))).or_default() += 1;
        let mut rules = lock(&self.rules);
        let rule = rules.iter_mut().find(|rule| rule.remaining > 0 && rule.covers(method, path))?;
        rule.remaining -= 1;
        Some(rule.clone())
    }

    pub(crate) fn replace(&self, body: Document) -> Result<Answer, Problem> {
        let mut errors = Errors::default();
        let rules = Fields::read(body, "", &mut errors, |fields| fields.objects("rules", Rule::read));
        errors.into_result()?;
        *lock(&self.rules) = rules;
        Ok(self.remaining())
    }

    pub(crate) fn remaining(&self) -> Answer {
        let rules: Vec<Value> = lock(&self.rules).iter().map(Rule::json).collect();
        Answer::json(json!({"rules": rules}).to_string())
    }

    pub(crate) fn stats(&self) -> Answer {
        Answer::json(json!({"requests": *lock(&self.requests)}).to_string())
    }
}

impl Rule {
    fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            id: fields.text_or("id", 255, ""),
            method: fields.text("method", 20),
            path_prefix: fields.text_or("path_prefix", 1000, "/"),
            remaining: fields.integer_or("times", 0..=i64::MAX, 1),
            delay_ms: fields.integer_or("delay_ms", 0..=600_000, 0),
            status: fields.integer("status", 100..=599),
            body: fields.value("body"),
            content_type: fields.text("content_type", 255),
            drop: fields.choice("drop"),
            retry_after: fields.integer("retry_after", 0..=i64::MAX),
        }
    }

    /// The prefix may be given with or without the base path of the API.
    fn covers(&self, method: &Method, path: &str) -> bool {
        let short = path.strip_prefix(API).unwrap_or(path);
        self.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method.as_str()))
            && (path.starts_with(&self.path_prefix) || short.starts_with(&self.path_prefix))
    }

    pub(crate) fn delay(&self) -> Option<Duration> {
        (self.delay_ms > 0).then(|| Duration::from_millis(self.delay_ms.unsigned_abs()))
    }

    /// The answer to give instead of doing the work.
    pub(crate) fn answer(&self) -> Option<Response> {
        let status = StatusCode::from_u16(u16::try_from(self.status?).ok()?).ok()?;
        let (body, content_type) = match &self.body {
            None => return Some(self.with_retry_after(generic(status))),
            Some(Value::String(text)) => (text.clone(), "text/plain"),
            Some(value) if status.is_success() => (value.to_string(), "application/json"),
            Some(value) => (value.to_string(), "application/problem+json"),
        };
        let content_type = self.content_type.as_deref().unwrap_or(content_type);
        let mut response = (status, body).into_response();
        if let Ok(value) = HeaderValue::try_from(content_type) {
            response.headers_mut().insert(header::CONTENT_TYPE, value);
        }
        Some(self.with_retry_after(response))
    }

    fn with_retry_after(&self, mut response: Response) -> Response {
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    fn json(&self) -> Value {
        json!({
            "id": self.id,
            "method": self.method,
            "path_prefix": self.path_prefix,
            "times": self.remaining,
            "remaining": self.remaining,
            "delay_ms": self.delay_ms,
            "status": self.status,
            "body": self.body,
            "content_type": self.content_type,
            "drop": self.drop,
            "retry_after": self.retry_after,
        })
    }
}

/// What a real server would say with this status.
fn generic(status: StatusCode) -> Response {
    if !status.is_client_error() && !status.is_server_error() {
        return status.into_response();
    }
    let code = match status {
        StatusCode::UNAUTHORIZED => Code::TokenInvalid,
        StatusCode::FORBIDDEN => Code::PermissionDenied,
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::GONE => Code::Gone,
        StatusCode::PRECONDITION_FAILED => Code::PreconditionFailed,
        StatusCode::UNPROCESSABLE_ENTITY => Code::ValidationFailed,
        StatusCode::TOO_MANY_REQUESTS => Code::RateLimited,
        status if status.is_server_error() => Code::Internal,
        _ => Code::Malformed,
    };
    Problem::new(code, "This fault was asked for.").with_status(status).into_response()
}

/// The path with ids replaced and without the base: `/pipelines/{id}`.
fn template(path: &str) -> String {
    let short = path.strip_prefix(API).unwrap_or(path);
    short
        .split('/')
        .map(|part| if Id::<()>::parse(part).is_some() { "{id}" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_has_no_ids_and_no_base() {
        let path = "/api/v1/pipelines/01890a5d-ac96-774b-bcce-b302099a8057";
        assert_eq!(template(path), "/pipelines/{id}");
        assert_eq!(template("/healthz"), "/healthz");
    }
}
