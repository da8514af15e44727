//! Limits of labels, as the control plane has them.

use sparki_core::Dynamic;

/// The control plane counts bytes here, not characters.
const LONGEST_BYTES: usize = 255;

/// Whether a text can be the key of a label: 1 to 255 bytes.
pub(crate) fn is_label_key(key: &Dynamic) -> Result<(), String> {
    match key.as_str() {
        Some("") => Err("must not be empty".into()),
        Some(_) | None => is_label_value(key),
    }
}

/// Whether a text can be the value of a label: up to 255 bytes.
pub(crate) fn is_label_value(value: &Dynamic) -> Result<(), String> {
    match value.as_str().map(str::len) {
        Some(length) if length > LONGEST_BYTES => {
            Err(format!("must have up to {LONGEST_BYTES} bytes, but has {length}"))
        }
        Some(_) | None => Ok(()),
    }
}
