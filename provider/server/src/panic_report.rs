//! How a panic is reported on standard error.

use std::backtrace::Backtrace;
use std::fmt::Display;
use std::io::{self, Write};
use std::panic::{self, PanicHookInfo};

tokio::task_local! {
    /// Set in operations whose panic becomes a diagnostic.
    pub(crate) static CONTAINED: ();
}

/// Reports panics from now on in the form that Terraform shows to practitioners: it looks for a line that starts with
/// `panic: ` and keeps the hundred lines after it, and says that the plugin crashed.
///
/// A panic that is contained has crashed nothing. It goes to the log, and the practitioner gets a diagnostic.
pub fn install() {
    panic::set_hook(Box::new(|panic| {
        if CONTAINED.try_with(|()| ()).is_ok() {
            let location = panic.location().map(ToString::to_string).unwrap_or_default();
            let backtrace = Backtrace::force_capture();
            tracing::error!(location, %backtrace, "an operation panicked");
            return;
        }
        let report = report(panic, &Backtrace::force_capture());
        // One write, so that lines of other threads do not come between. If it fails, nobody reads it.
        let _ = io::stderr().lock().write_all(report.as_bytes());
    }));
}

fn report(panic: &PanicHookInfo<'_>, backtrace: &Backtrace) -> String {
    let location = panic.location().map(ToString::to_string).unwrap_or_default();
    text(panic.payload_as_str().unwrap_or("no message"), &location, backtrace)
}

fn text(message: &str, location: &str, backtrace: &impl Display) -> String {
    format!("panic: {message}\n\nat {location}\n\n{backtrace}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_starts_with_what_terraform_looks_for() {
        assert_eq!(text("boom", "src/a.rs:1:2", &"0: main"), "panic: boom\n\nat src/a.rs:1:2\n\n0: main\n");
    }
}
