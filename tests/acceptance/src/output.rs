//! What a command printed, and how it ended.

use std::fmt;
use std::process::ExitStatus;

/// A command that has ended.
#[derive(Clone, Debug)]
pub struct Output {
    pub(crate) command: String,
    pub(crate) status: Option<ExitStatus>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    /// The exit code; none if it was killed, by a signal or for taking too long.
    #[must_use]
    pub fn code(&self) -> Option<i32> {
        self.status.and_then(|status| status.code())
    }

    /// What it printed to standard output.
    #[must_use]
    pub fn stdout(&self) -> &str {
        &self.stdout
    }

    /// What it printed to standard error.
    #[must_use]
    pub fn stderr(&self) -> &str {
        &self.stderr
    }

    /// The same, if the command succeeded.
    ///
    /// # Panics
    /// When it did not, with all it printed.
    #[must_use]
    pub fn succeeded(self) -> Self {
        assert_eq!(self.code(), Some(0), "{self}");
        self
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            Some(status) => writeln!(f, "`{}` ended with {status}", self.command)?,
            None => writeln!(f, "`{}` took too long and was killed", self.command)?,
        }
        write!(f, "-- standard output\n{}\n-- standard error\n{}", self.stdout, self.stderr)
    }
}
