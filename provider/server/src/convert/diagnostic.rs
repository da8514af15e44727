//! Diagnostics on the wire.

use sparki_core::{Diagnostic, Severity};
use tfplugin6::v6;
use tfplugin6::v6::diagnostic::Severity as WireSeverity;

use crate::convert::path;

/// The messages as Terraform takes them, in the same order.
pub fn encode_all(diagnostics: impl IntoIterator<Item = Diagnostic>) -> Vec<v6::Diagnostic> {
    diagnostics.into_iter().map(encode).collect()
}

/// The message as Terraform takes it. Without a path it is about the whole block.
#[must_use]
pub fn encode(diagnostic: Diagnostic) -> v6::Diagnostic {
    let severity = match diagnostic.severity {
        Severity::Error => WireSeverity::Error,
        Severity::Warning => WireSeverity::Warning,
    };
    let attribute = diagnostic.path.as_ref().map(path::encode).filter(|path| !path.steps.is_empty());
    v6::Diagnostic {
        severity: severity.into(),
        summary: diagnostic.summary,
        detail: diagnostic.detail,
        attribute,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sparki_core::Path;

    #[test]
    fn a_diagnostic_points_at_its_attribute() {
        let encoded = encode(Diagnostic::warning("Old name", "Use another.").at(Path::attribute("name")));
        assert_eq!(encoded.severity(), WireSeverity::Warning);
        assert_eq!((encoded.summary.as_str(), encoded.detail.as_str()), ("Old name", "Use another."));
        assert_eq!(encoded.attribute.unwrap().steps.len(), 1);
    }

    #[test]
    fn a_diagnostic_about_the_whole_block_has_no_path() {
        assert_eq!(encode(Diagnostic::error("a", "b")).attribute, None);
        assert_eq!(encode(Diagnostic::error("a", "b").at(Path::root())).attribute, None);
    }
}
