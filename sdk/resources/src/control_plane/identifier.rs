//! Identifiers that the control plane assigns.

use sparki_core::Dynamic;

/// Whether a configured value is an identifier, and not the slug or path that people know an object by.
pub(crate) fn is_id(value: &Dynamic) -> Result<(), String> {
    match value.as_str() {
        Some(text) if text.parse::<uuid::Uuid>().is_err() => {
            Err("must be an id, such as \"id\" of a resource or of a \
            data source, which finds an object by its path"
                .into())
        }
        Some(_) | None => Ok(()),
    }
}
