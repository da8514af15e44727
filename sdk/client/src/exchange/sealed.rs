//! Secrets on their way: read from answers and written into requests, and nowhere else.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sparki_core::Secret;

use crate::exchange::Change;

/// Reads a secret.
pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret<String>, D::Error> {
    String::deserialize(deserializer).map(Secret::new)
}

/// Reads a secret that may not be there.
pub(crate) fn read_optional<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Secret<String>>, D::Error> {
    Option::<String>::deserialize(deserializer).map(|secret| secret.map(Secret::new))
}

/// Writes a secret.
pub(crate) fn write<S: Serializer>(secret: &Secret<String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

/// Writes a secret that may not be there.
pub(crate) fn write_optional<S: Serializer>(
    secret: &Option<Secret<String>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    secret.as_ref().map(Secret::expose).serialize(serializer)
}

/// Writes what a patch does with a secret.
pub(crate) fn write_change<S: Serializer>(
    secret: &Change<Secret<String>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match secret {
        Change::Set(secret) => write(secret, serializer),
        Change::None | Change::Clear => serializer.serialize_none(),
    }
}
