use sparki_core::{Path, Step};

/// A value and its type do not fit, or the bytes are no value at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", prefix(.steps))]
pub struct MsgpackError {
    /// From the inside out, so that only a value that fails costs anything.
    steps: Vec<Step>,
    problem: String,
}

impl MsgpackError {
    pub(super) fn new(problem: impl Into<String>) -> Self {
        Self { steps: Vec::new(), problem: problem.into() }
    }

    /// The same error, seen from one step further out.
    pub(super) fn within(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// The part of the value that does not fit.
    #[must_use]
    pub fn path(&self) -> Path {
        self.steps.iter().rev().cloned().collect()
    }

    /// What is wrong there.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }
}

fn prefix(steps: &[Step]) -> String {
    if steps.is_empty() {
        return String::new();
    }
    let path: Path = steps.iter().rev().cloned().collect();
    format!("{path}: ")
}
