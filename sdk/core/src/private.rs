//! What a provider remembers about a resource besides its state.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;

/// Values kept beside the state of one resource and never shown: entity tags, fingerprints of write-only values.
///
/// Shared by the parts of one operation, hence the lock inside.
#[derive(Debug, Default)]
pub struct Private(Mutex<BTreeMap<String, Json>>);

impl Private {
    /// Reads what an earlier operation stored. Nothing, or what is not ours, counts as empty.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(Mutex::new(serde_json::from_slice(bytes).unwrap_or_default()))
    }

    /// The bytes to store; none if there is nothing to remember.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if values.is_empty() {
            return Vec::new();
        }
        serde_json::to_vec(&*values).expect("a map of JSON values serialises")
    }

    /// A copy, of which changes stay apart.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self(Mutex::new(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()))
    }

    /// Takes over everything that a fork holds, and nothing else stays.
    pub fn join(&self, fork: Self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            fork.0.into_inner().unwrap_or_else(PoisonError::into_inner);
    }

    /// The value stored under `key`, if there is one of that type.
    pub fn load<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.get(key).and_then(|value| serde_json::from_value(value.clone()).ok())
    }

    /// Stores a value under `key`, or removes it when `None`.
    pub fn store<T: Serialize>(&self, key: &str, value: Option<T>) {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match value.and_then(|value| serde_json::to_value(value).ok()) {
            Some(value) => values.insert(key.to_owned(), value),
            None => values.remove(key),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive_storage() {
        let private = Private::default();
        assert!(private.to_bytes().is_empty());
        private.store("etag", Some("\"7\""));
        let read = Private::from_bytes(&private.to_bytes());
        assert_eq!(read.load::<String>("etag").as_deref(), Some("\"7\""));
        assert_eq!(Private::from_bytes(b"not ours").load::<String>("etag"), None);
    }
}
