//! What can go wrong.

use std::fmt;

use sparki_core::{Diagnostic, Diagnostics};
use sparki_reconcile::{Failure, Object};

/// An operation failed. `Display` is the whole message for people: what is wrong, where, and what to do.
#[derive(Debug)]
pub struct Error {
    diagnostics: Diagnostics,
    remains: Option<Box<Object>>,
}

impl Error {
    pub(crate) fn of(summary: &str, error: &dyn std::error::Error) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            text = format!("{text}: {error}");
            source = error.source();
        }
        Self::from(Diagnostics::from(Diagnostic::error(summary, text)))
    }

    /// The messages, each with the attribute it is about.
    #[must_use]
    pub fn diagnostics(&self) -> &Diagnostics {
        &self.diagnostics
    }

    /// The object as far as it exists although the operation failed, as [`crate::Managed::to_json`] would write it.
    #[must_use]
    pub fn remains(&self) -> Option<&Object> {
        self.remains.as_deref()
    }
}

impl From<Diagnostics> for Error {
    fn from(diagnostics: Diagnostics) -> Self {
        Self { diagnostics, remains: None }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self { diagnostics: failure.diagnostics, remains: failure.remains }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.diagnostics, f)
    }
}

impl std::error::Error for Error {}
