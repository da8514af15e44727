//! Remembers creations for as long as the process lives.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use sparki_core::Intents;

/// Keys of creations whose end is not known, in memory. A creation that is tried again after its answer was lost
/// takes up the object that the first try may have made.
#[derive(Debug, Default)]
pub struct MemoryIntents(Mutex<BTreeMap<String, Creation>>);

/// A creation, by its key.
#[derive(Debug)]
struct Creation {
    fingerprint: String,
    running: bool,
    /// Whether an earlier one was begun under the same key.
    is_taken_up: bool,
}

impl Intents for MemoryIntents {
    fn begin(&self, fingerprint: &str) -> String {
        let mut creations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut left = creations.iter_mut();
        if let Some((key, left)) = left.find(|(_, it)| !it.running && it.fingerprint == fingerprint) {
            (left.running, left.is_taken_up) = (true, true);
            return key.clone();
        }
        let key = uuid::Uuid::now_v7().to_string();
        let creation = Creation { fingerprint: fingerprint.to_owned(), running: true, is_taken_up: false };
        creations.insert(key.clone(), creation);
        key
    }

    fn end(&self, key: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    fn leave(&self, key: &str) {
        if let Some(creation) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(key) {
            creation.running = false;
        }
    }

    fn is_taken_up(&self, key: &str) -> bool {
        let creations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        creations.get(key).is_some_and(|creation| creation.is_taken_up)
    }

    fn is_open(&self, key: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_is_taken_up_and_what_runs_is_not() {
        let intents = MemoryIntents::default();
        let (first, second) = (intents.begin("project web"), intents.begin("project web"));
        assert_ne!(first, second);
        intents.leave(&second);
        assert!(intents.is_open(&second));
        assert_ne!(intents.begin("project api"), second);
        assert_eq!(intents.begin("project web"), second);
        assert!(intents.is_taken_up(&second) && !intents.is_taken_up(&first));
        intents.end(&second);
        assert!(!intents.is_open(&second));
        assert_ne!(intents.begin("project web"), second);
    }
}
