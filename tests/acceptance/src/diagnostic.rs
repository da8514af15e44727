//! What a practitioner is told when something is refused.

use std::fmt;

use regex_lite::{Regex, RegexBuilder};
use serde_json::Value;

use crate::output::Output;

/// An error or a warning.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// "error" or "warning".
    pub severity: String,
    /// What is wrong.
    pub summary: String,
    /// What to do.
    pub detail: String,
    /// The object it is about, if it is about one.
    pub address: Option<String>,
    /// The line of the configuration it points at, if it points at one.
    pub code: String,
}

/// An error that is expected: what it says, which object it is about, and the attribute it points at.
///
/// ```
/// use acceptance::ExpectedError;
///
/// let error = ExpectedError::matching("between 1 and [0-9]+").about("sparki_workspace.it").at("retention");
/// # let _ = error;
/// ```
#[derive(Clone, Debug)]
pub struct ExpectedError {
    pattern: Regex,
    address: Option<String>,
    attribute: Option<String>,
}

impl ExpectedError {
    /// Its summary or detail matches a pattern, in whatever letter case, with single spaces between words.
    ///
    /// # Panics
    /// When the pattern is none.
    #[must_use]
    pub fn matching(pattern: &str) -> Self {
        let pattern = RegexBuilder::new(pattern).case_insensitive(true).build();
        let pattern = pattern.unwrap_or_else(|error| panic!("no pattern: {error}"));
        Self { pattern, address: None, attribute: None }
    }

    /// It is about this object.
    #[must_use]
    pub fn about(self, address: &str) -> Self {
        Self { address: Some(address.to_owned()), ..self }
    }

    /// It points at this attribute: the one that the line of the configuration sets.
    #[must_use]
    pub fn at(self, attribute: &str) -> Self {
        Self { attribute: Some(attribute.to_owned()), ..self }
    }

    fn fits(&self, error: &Diagnostic) -> bool {
        self.pattern.is_match(&error.text())
            && self.address.as_ref().is_none_or(|address| error.address.as_ref() == Some(address))
            && self.attribute.as_ref().is_none_or(|attribute| error.attribute() == Some(attribute))
    }
}

/// A command that was refused.
#[derive(Clone, Debug)]
pub struct Refusal {
    diagnostics: Vec<Diagnostic>,
    output: Output,
}

impl Refusal {
    /// Reads what a command run with `-json` printed.
    ///
    /// # Panics
    /// When it succeeded, or failed without an error.
    pub(crate) fn read(output: Output) -> Self {
        assert_ne!(output.code(), Some(0), "nothing was refused: {output}");
        let lines = output.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let diagnostics: Vec<Diagnostic> = lines
            .filter(|line| line["type"] == "diagnostic")
            .map(|line| Diagnostic::read(&line["diagnostic"]))
            // Where the provider comes from is the harness's business.
            .filter(|diagnostic| diagnostic.summary != "Provider development overrides are in effect")
            .collect();
        assert!(diagnostics.iter().any(|diagnostic| diagnostic.severity == "error"), "no error: {output}");
        Self { diagnostics, output }
    }

    /// The errors.
    #[must_use]
    pub fn errors(&self) -> Vec<&Diagnostic> {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == "error").collect()
    }

    /// Everything the command printed.
    #[must_use]
    pub fn output(&self) -> &Output {
        &self.output
    }

    /// Checks that one error says all of these words, in whatever letter case.
    ///
    /// # Panics
    /// When none does, with what they say.
    pub fn says(&self, words: &[&str]) -> &Self {
        let says_all = |error: &&Diagnostic| {
            let text = error.text().to_lowercase();
            words.iter().all(|word| text.contains(&word.to_lowercase()))
        };
        assert!(self.errors().iter().any(says_all), "no error says {words:?}:\n{self}");
        self
    }

    /// Checks that one error is as expected.
    ///
    /// # Panics
    /// When none is, with what they are.
    pub fn has(&self, expected: &ExpectedError) -> &Self {
        let found = self.errors().into_iter().any(|error| expected.fits(error));
        assert!(found, "there is no such error: {expected:?}\n{self}");
        self
    }

    /// Checks that an error points at a line with this text: the attribute's name, usually.
    ///
    /// # Panics
    /// When none does, with where they point.
    pub fn points_at(&self, text: &str) -> &Self {
        assert!(
            self.errors().iter().any(|error| error.code.contains(text)),
            "no error points at {text:?}:\n{self}"
        );
        self
    }

    /// Checks that no error is Terraform's complaint about the provider itself.
    ///
    /// # Panics
    /// When one is.
    pub fn blames_nobody(&self) -> &Self {
        let text = self.to_string();
        for complaint in
            ["bug in the provider", "did not respond", "panicked", "Request cancelled", "plugin crashed"]
        {
            assert!(!text.contains(complaint), "the provider misbehaves:\n{self}");
        }
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in &self.diagnostics {
            writeln!(f, "{}: {}", diagnostic.severity, diagnostic.summary)?;
            if let Some(address) = &diagnostic.address {
                writeln!(f, "  with {address}")?;
            }
            if !diagnostic.code.is_empty() {
                writeln!(f, "  at {}", diagnostic.code)?;
            }
            writeln!(f, "  {}\n", diagnostic.detail)?;
        }
        Ok(())
    }
}

impl Diagnostic {
    /// The attribute that the line sets at which it points.
    #[must_use]
    pub fn attribute(&self) -> Option<&str> {
        let (name, _) = self.code.split_once('=')?;
        let name = name.trim();
        let is_name =
            !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
        is_name.then_some(name)
    }

    /// Summary and detail on one line: details have paragraphs.
    fn text(&self) -> String {
        let text = format!("{} {}", self.summary, self.detail);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn read(json: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Self {
            severity: text(&json["severity"]),
            summary: text(&json["summary"]),
            detail: text(&json["detail"]),
            address: json["address"].as_str().map(str::to_owned),
            code: text(&json["snippet"]["code"]),
        }
    }
}
