//! What went wrong while talking to a remote.

use std::error::Error;
use std::fmt;

use crate::{Diagnostic, Diagnostics, Path};

/// The kind of failure, for code that has to decide what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RemoteErrorKind {
    /// The object, or one it refers to, does not exist.
    NotFound,
    /// The object exists already, or changed since it was read, or is in a status that forbids the request.
    Conflict,
    /// The remote refused a value.
    Invalid,
    /// The credentials are missing, wrong or expired.
    Unauthenticated,
    /// The credentials do not allow the request.
    PermissionDenied,
    /// The remote asked to slow down for longer than we were willing to wait.
    Throttled,
    /// The remote could not be reached or could not answer.
    Unavailable,
    /// The remote answered something that is not its contract.
    Garbled,
    /// The operation took longer than its timeout.
    TimedOut,
    /// The practitioner stopped the operation.
    Cancelled,
    /// Anything else.
    Other,
}

/// A failed conversation with a remote.
///
/// `Display` says what was being done, and never repeats the source; whoever prints walks the chain.
#[derive(Debug)]
pub struct RemoteError(Box<Inner>);

/// Boxed, so that a result that may be one stays small.
#[derive(Debug)]
struct Inner {
    kind: RemoteErrorKind,
    doing: String,
    detail: String,
    advice: String,
    attributes: Vec<(Path, String)>,
    correlation_id: Option<String>,
    maybe_applied: bool,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl RemoteError {
    /// A failure of what was being done: `RemoteError::new(kind, "failed to create the pipeline")`.
    #[must_use]
    pub fn new(kind: RemoteErrorKind, doing: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            doing: doing.into(),
            detail: String::new(),
            advice: String::new(),
            attributes: Vec::new(),
            correlation_id: None,
            maybe_applied: false,
            source: None,
        }))
    }

    /// Full sentences: what the remote said, and what the practitioner can do about it.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = detail.into();
        self
    }

    /// The value of an attribute is at fault, for the reason given.
    #[must_use]
    pub fn with_attribute(mut self, path: Path, reason: impl Into<String>) -> Self {
        self.0.attributes.push((path, reason.into()));
        self
    }

    /// Adds a sentence on what the practitioner can do, told after everything that went wrong.
    #[must_use]
    pub fn with_advice(mut self, advice: &str) -> Self {
        join(&mut self.0.advice, &sentence(advice), ' ');
        self
    }

    /// Turns the remote's names for values at fault into attribute paths, where the two differ.
    #[must_use]
    pub fn map_attributes(mut self, map: impl Fn(Path) -> Path) -> Self {
        for (path, _) in &mut self.0.attributes {
            *path = map(std::mem::take(path));
        }
        self
    }

    /// The id under which the remote logged the request.
    #[must_use]
    pub fn with_correlation_id(mut self, id: Option<String>) -> Self {
        self.0.correlation_id = id;
        self
    }

    /// The request may have taken effect although no good answer came back.
    #[must_use]
    pub fn with_maybe_applied(mut self, maybe_applied: bool) -> Self {
        self.0.maybe_applied = maybe_applied;
        self
    }

    /// The error underneath.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> RemoteErrorKind {
        self.0.kind
    }

    /// Whether the object does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.0.kind == RemoteErrorKind::NotFound
    }

    /// Whether the request may have taken effect although it failed.
    #[must_use]
    pub fn maybe_applied(&self) -> bool {
        self.0.maybe_applied
    }

    /// The messages for practitioners: one per attribute at fault, or one for the whole.
    ///
    #[must_use]
    pub fn into_diagnostics(self) -> Diagnostics {
        let this = *self.0;
        let summary = capitalised(&this.doing);
        let mut detail = sentence(&this.detail);
        let mut source: Option<&(dyn Error + 'static)> = this.source.as_deref().map(|source| source as _);
        while let Some(error) = source {
            let text = sentence(&capitalised(&error.to_string()));
            if !text.is_empty() && !detail.contains(text.trim_end_matches('.')) {
                join(&mut detail, &text, ' ');
            }
            source = error.source();
        }
        join(&mut detail, &this.advice, ' ');
        if this.maybe_applied {
            join(
                &mut detail,
                "The request may have taken effect all the same; the next plan reads the remote object again.",
                ' ',
            );
        }
        let trailer = this.correlation_id.map(|id| format!("Correlation id: {id}"));
        let finish = |mut detail: String| {
            if let Some(trailer) = &trailer {
                join(&mut detail, trailer, '\n');
            }
            detail
        };
        if this.attributes.is_empty() {
            return Diagnostic::error(summary, finish(detail)).into();
        }
        this.attributes
            .into_iter()
            .map(|(path, reason)| {
                let mut text = sentence(&capitalised(&reason));
                if !detail.is_empty() && !text.contains(detail.trim_end_matches('.')) {
                    join(&mut text, &detail, ' ');
                }
                Diagnostic::error(summary.clone(), finish(text)).at(path)
            })
            .collect()
    }
}

fn join(text: &mut String, more: &str, separator: char) {
    if !text.is_empty() && !more.is_empty() {
        text.push(separator);
    }
    text.push_str(more);
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?', ':']) { text.to_owned() } else { format!("{text}.") }
}

impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.doing)?;
        if !self.0.detail.is_empty() {
            write!(f, ": {}", self.0.detail)?;
        }
        Ok(())
    }
}

impl Error for RemoteError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_at_fault_get_a_message_each() {
        let error = RemoteError::new(RemoteErrorKind::Invalid, "failed to create the project")
            .with_attribute(Path::attribute("slug"), "is taken")
            .with_attribute(Path::attribute("name"), "is empty")
            .with_correlation_id(Some("c-1".into()));
        let diagnostics = error.into_diagnostics();
        let rendered = diagnostics.to_string();
        assert_eq!(
            rendered,
            "error: Failed to create the project\n  at slug\n  Is taken.\n  Correlation id: c-1\n\
             error: Failed to create the project\n  at name\n  Is empty.\n  Correlation id: c-1"
        );
    }

    #[test]
    fn the_chain_of_sources_is_told_once() {
        let source = RemoteError::new(RemoteErrorKind::Unavailable, "connection refused");
        let error = RemoteError::new(RemoteErrorKind::Unavailable, "failed to read the project")
            .with_detail("Connection refused")
            .with_source(source);
        assert_eq!(
            error.into_diagnostics().to_string(),
            "error: Failed to read the project\n  Connection refused."
        );
    }
}
