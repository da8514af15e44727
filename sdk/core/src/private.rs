//! What a provider remembers about a resource besides its state.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::{Mutex, PoisonError};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;

/// Values kept beside the state of one resource and never shown: entity tags, fingerprints of write-only values.
///
/// Shared by the parts of one operation, hence the lock inside.
#[derive(Debug, Default)]
pub struct Private(Mutex<BTreeMap<String, Json>>);

/// The name of a remembered value, and its type: `const ETAG: PrivateKey<String> = PrivateKey::new("etag");`
pub struct PrivateKey<T> {
    name: &'static str,
    of: PhantomData<fn() -> T>,
}

impl<T> PrivateKey<T> {
    /// The key of that name. Two keys of one resource type must not share a name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, of: PhantomData }
    }
}

impl<T> Clone for PrivateKey<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for PrivateKey<T> {}

impl<T> std::fmt::Debug for PrivateKey<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("PrivateKey").field(&self.name).finish()
    }
}

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

    /// The value stored under `key`; none if there is none, or one that an earlier version stored as another type.
    pub fn load<T: DeserializeOwned>(&self, key: PrivateKey<T>) -> Option<T> {
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.get(key.name).and_then(|value| serde_json::from_value(value.clone()).ok())
    }

    /// Stores a value under `key`, or removes it when `None`.
    pub fn store<T: Serialize>(&self, key: PrivateKey<T>, value: Option<T>) {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match value.and_then(|value| serde_json::to_value(value).ok()) {
            Some(value) => values.insert(key.name.to_owned(), value),
            None => values.remove(key.name),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ETAG: PrivateKey<String> = PrivateKey::new("etag");

    #[test]
    fn values_survive_storage() {
        let private = Private::default();
        assert!(private.to_bytes().is_empty());
        private.store(ETAG, Some("\"7\"".to_owned()));
        let read = Private::from_bytes(&private.to_bytes());
        assert_eq!(read.load(ETAG).as_deref(), Some("\"7\""));
        assert_eq!(Private::from_bytes(b"not ours").load(ETAG), None);
    }

    #[test]
    fn a_value_of_another_type_counts_as_none() {
        let private = Private::from_bytes(br#"{"etag":7}"#);
        assert_eq!(private.load(ETAG), None);
        private.store(ETAG, None);
        assert!(private.to_bytes().is_empty());
    }

    #[test]
    fn a_fork_stays_apart_until_it_is_joined() {
        let private = Private::default();
        let fork = private.fork();
        fork.store(ETAG, Some("1".into()));
        assert_eq!(private.load(ETAG), None);
        private.join(fork);
        assert_eq!(private.load(ETAG).as_deref(), Some("1"));
    }
}
