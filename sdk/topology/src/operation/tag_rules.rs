//! What AWS and Sparki ask of tags.

use sparki_aws::reserved_prefix;
use sparki_core::Dynamic;

/// Refuses keys that belong to AWS or to Sparki.
///
/// # Errors
/// What the key must not begin with.
pub fn key_is_free(key: &Dynamic) -> Result<(), String> {
    match key.as_str().and_then(reserved_prefix) {
        Some(prefix) => Err(format!("must not begin with {prefix:?}, which is reserved")),
        None => Ok(()),
    }
}
