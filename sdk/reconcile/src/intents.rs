//! Remembers creations for as long as the process lives.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use sparki_core::Intents;

/// Keys of creations whose end is not known, in memory. A creation that is tried again after its answer was lost
/// takes up the object that the first try may have made.
#[derive(Debug, Default)]
pub struct MemoryIntents(Mutex<BTreeMap<String, String>>);

impl Intents for MemoryIntents {
    fn begin(&self, fingerprint: &str) -> String {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.entry(fingerprint.to_owned()).or_insert_with(|| uuid::Uuid::now_v7().to_string()).clone()
    }

    fn end(&self, fingerprint: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(fingerprint);
    }
}
