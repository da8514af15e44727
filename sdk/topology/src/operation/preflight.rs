//! What becomes of what is found before a plan is carried out.

use sparki_aws::Preflight;
use sparki_core::{Diagnostic, Diagnostics, Severity};

/// What was found, as much of it as the practitioner wants to hear.
pub(crate) fn judged(setting: Preflight, found: impl IntoIterator<Item = Diagnostic>) -> Diagnostics {
    let judge = |one: Diagnostic| match setting {
        Preflight::Refuse => Some(one),
        Preflight::Warn => Some(Diagnostic { severity: Severity::Warning, ..one }),
        Preflight::Off => None,
    };
    found.into_iter().filter_map(judge).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_practitioner_may_want_to_hear_less() {
        let check = |setting| judged(setting, [Diagnostic::error("Bold plan", "It fails.")]).to_string();
        assert_eq!(check(Preflight::Refuse), "error: Bold plan\n  It fails.");
        assert_eq!(check(Preflight::Warn), "warning: Bold plan\n  It fails.");
        assert_eq!(check(Preflight::Off), "");
    }
}
