//! Documents as they were stored by some version of the provider, or of another one.

use serde_json::Value as Json;
use sparki_core::Diagnostic;
use tfplugin6::v6::RawState;

/// The JSON document, of what is called `what`: "state".
pub(crate) fn document(stored: Option<&RawState>, what: &str) -> Result<Json, Diagnostic> {
    let refuse = |problem: String| {
        let summary = format!("{}{} cannot be read", what[..1].to_uppercase(), &what[1..]);
        Diagnostic::error(summary, problem)
    };
    let json = stored.map(|stored| &stored.json).filter(|json| !json.is_empty()).ok_or_else(|| {
        refuse(format!(
            "The {what} has the form of Terraform 0.11. Let Terraform 0.12 or later rewrite it first."
        ))
    })?;
    serde_json::from_slice(json).map_err(|error| refuse(format!("The {what} is no JSON: {error}.")))
}
