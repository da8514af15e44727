//! What the control plane is told to do wrong.

use std::time::Duration;

use serde_json::{Value, json};

/// One rule of `/_faults`: which requests it is about, and what happens to them. It applies once unless it says
/// how often.
#[derive(Clone, Debug)]
pub struct Fault(Value);

impl Fault {
    /// Is about requests with this method whose path starts so: `/pipelines`.
    #[must_use]
    pub fn on(method: &str, path_prefix: &str) -> Self {
        Self(
            json!({"id": format!("{method} {path_prefix}"), "method": method, "path_prefix": path_prefix, "times": 1}),
        )
    }

    /// Applies to the next `times` requests.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        self.with("times", times)
    }

    /// Does the work, and answers this much later.
    #[must_use]
    pub fn delay(self, delay: Duration) -> Self {
        self.with("delay_ms", u64::try_from(delay.as_millis()).expect("a test waits less"))
    }

    /// Answers with this status instead of doing the work.
    #[must_use]
    pub fn status(self, status: u16) -> Self {
        self.with("status", status)
    }

    /// Answers with this body instead of doing the work.
    #[must_use]
    pub fn answer(self, status: u16, content_type: &str, body: impl Into<Value>) -> Self {
        self.with("status", status).with("content_type", content_type).with("body", body)
    }

    /// Asks to be left alone for so many seconds.
    #[must_use]
    pub fn retry_after(self, seconds: u32) -> Self {
        self.with("retry_after", seconds)
    }

    /// Closes the connection without doing the work.
    #[must_use]
    pub fn drop_before(self) -> Self {
        self.with("drop", "before")
    }

    /// Does the work, and closes the connection without an answer.
    #[must_use]
    pub fn drop_after(self) -> Self {
        self.with("drop", "after")
    }

    /// The rule as the control plane takes it.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.0
    }

    fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0[key] = value.into();
        self
    }
}
