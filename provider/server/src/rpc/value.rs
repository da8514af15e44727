//! Values as calls carry them.

use sparki_core::{Diagnostic, Dynamic, ObjectSchema};
use tfplugin6::v6::DynamicValue;

use crate::convert::dynamic_value;

/// Reads an object that Terraform sent.
pub(crate) fn object(
    value: Option<&DynamicValue>,
    schema: &ObjectSchema,
    what: &str,
) -> Result<Dynamic, Diagnostic> {
    dynamic_value::decode(value, &schema.ty()).map_err(|error| {
        let mut text = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(error) = source {
            text = format!("{text}: {error}");
            source = error.source();
        }
        Diagnostic::error(
            "Malformed value",
            format!(
                "The {what} that Terraform sent does not fit this version of the provider: {text}. If the provider was \
                 changed while Terraform ran, run Terraform again; otherwise please report it."
            ),
        )
        .at(error.path().addressable())
    })
}
