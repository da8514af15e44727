//! What AWS and Sparki ask of tags.

use sparki_aws::OWN_PREFIX;
use sparki_core::Dynamic;

/// Refuses keys that belong to AWS or to Sparki.
pub(crate) fn key_is_free(key: &Dynamic) -> Result<(), String> {
    let taken = |prefix: &&str| key.as_str().is_some_and(|key| key.to_lowercase().starts_with(prefix));
    match ["aws:", OWN_PREFIX].iter().find(|prefix| taken(prefix)) {
        Some(prefix) => Err(format!("must not begin with {prefix:?}, which is reserved")),
        None => Ok(()),
    }
}
