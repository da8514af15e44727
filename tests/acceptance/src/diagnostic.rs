//! What a practitioner is told when something is refused.

use std::fmt;

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
            let text = format!("{}\n{}", error.summary, error.detail).to_lowercase();
            // Terraform breaks no lines in JSON, but details have paragraphs.
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            words.iter().all(|word| text.contains(&word.to_lowercase()))
        };
        assert!(self.errors().iter().any(says_all), "no error says {words:?}:\n{self}");
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
