//! Diagnostics on the wire.

use sparki_core::{Diagnostic, Severity, Step};
use tfplugin6::v6;
use tfplugin6::v6::diagnostic::Severity as WireSeverity;

use crate::convert::path;

/// The messages as Terraform takes them, in the same order.
pub fn encode_all(diagnostics: impl IntoIterator<Item = Diagnostic>) -> Vec<v6::Diagnostic> {
    diagnostics.into_iter().map(encode).collect()
}

/// The message as Terraform takes it. Without a path it is about the whole block.
///
/// The path on the wire is that of the outermost attribute, or of an element of it. Terraform looks the path up in the
/// source to show the line; it walks into nested blocks but not into nested attributes, and for a longer path shows the
/// line of the whole block (seen with 1.11.4). The text names the whole path.
#[must_use]
pub fn encode(diagnostic: Diagnostic) -> v6::Diagnostic {
    let severity = match diagnostic.severity {
        Severity::Error => WireSeverity::Error,
        Severity::Warning => WireSeverity::Warning,
    };
    let shown = diagnostic.path.map(|path| {
        let element = matches!(path.steps().get(1), Some(Step::Index(_) | Step::Key(_)));
        path.steps().iter().take(if element { 2 } else { 1 }).cloned().collect()
    });
    let attribute = shown.as_ref().map(path::encode).filter(|path| !path.steps.is_empty());
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
    fn a_diagnostic_about_a_nested_attribute_points_at_the_outermost_one() {
        let shown = |path| encode(Diagnostic::error("a", "b").at(path)).attribute;
        let (stages, strategy) = (Path::attribute("stages"), Path::attribute("strategy"));
        assert_eq!(shown(stages.index(0).then("name")), Some(path::encode(&stages.index(0))));
        assert_eq!(shown(strategy.then("type")), Some(path::encode(&strategy)));
    }

    #[test]
    fn a_diagnostic_about_the_whole_block_has_no_path() {
        assert_eq!(encode(Diagnostic::error("a", "b")).attribute, None);
        assert_eq!(encode(Diagnostic::error("a", "b").at(Path::root())).attribute, None);
    }
}
