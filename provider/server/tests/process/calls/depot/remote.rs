//! Where parcels are, in memory.

use std::collections::BTreeMap;
use std::sync::Mutex;

use sparki_core::Dynamic;
use tokio::sync::Semaphore;

/// A remote. Whoever has one of the same name sees the same parcels.
#[derive(Debug)]
pub(crate) struct Hall {
    parcels: Mutex<BTreeMap<String, Dynamic>>,
    log: Mutex<Vec<String>>,
    /// Gets a permit whenever a slow operation has come to where it waits.
    pub(crate) waiting: Semaphore,
    /// Its permits let slow operations go on.
    pub(crate) go_on: Semaphore,
    /// Gets a permit whenever a slow operation was let go on.
    pub(crate) went_on: Semaphore,
}

impl Default for Hall {
    fn default() -> Self {
        let [waiting, go_on, went_on] = [(); 3].map(|()| Semaphore::new(0));
        Self { parcels: Mutex::default(), log: Mutex::default(), waiting, go_on, went_on }
    }
}

impl Hall {
    pub(crate) fn note(&self, what: impl Into<String>) {
        self.log.lock().unwrap().push(what.into());
    }

    /// What was noted since the last time.
    pub(crate) fn notes(&self) -> Vec<String> {
        std::mem::take(&mut *self.log.lock().unwrap())
    }

    /// Stores a new parcel and returns its id.
    pub(crate) fn store(&self, parcel: Dynamic) -> String {
        let mut parcels = self.parcels.lock().unwrap();
        let id = format!("parcel-{}", parcels.len() + 1);
        parcels.insert(id.clone(), parcel);
        id
    }

    pub(crate) fn change(&self, id: &str, parcel: Dynamic) {
        self.parcels.lock().unwrap().insert(id.to_owned(), parcel);
    }

    pub(crate) fn remove(&self, id: &str) -> Option<Dynamic> {
        self.parcels.lock().unwrap().remove(id)
    }

    pub(crate) fn find(&self, id: &str) -> Option<Dynamic> {
        self.parcels.lock().unwrap().get(id).cloned()
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        self.parcels.lock().unwrap().keys().cloned().collect()
    }
}
