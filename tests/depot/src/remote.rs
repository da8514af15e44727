//! Where parcels are, in memory.

use std::collections::BTreeMap;
use std::sync::Mutex;

use sparki_core::Dynamic;
use tokio::sync::Semaphore;

/// A remote. Whoever has one of the same name sees the same parcels.
#[derive(Debug)]
pub struct Hall {
    parcels: Mutex<BTreeMap<String, Dynamic>>,
    log: Mutex<Vec<String>>,
    /// Gets a permit whenever a slow operation has come to where it waits.
    pub waiting: Semaphore,
    /// Its permits let slow operations go on.
    pub go_on: Semaphore,
    /// Gets a permit whenever a slow operation was let go on.
    pub went_on: Semaphore,
}

impl Default for Hall {
    fn default() -> Self {
        let [waiting, go_on, went_on] = [(); 3].map(|()| Semaphore::new(0));
        Self { parcels: Mutex::default(), log: Mutex::default(), waiting, go_on, went_on }
    }
}

impl Hall {
    /// Notes that something was done.
    pub fn note(&self, what: impl Into<String>) {
        self.log.lock().unwrap().push(what.into());
    }

    /// What was noted since the last time.
    /// Notes that something was done.
    pub fn notes(&self) -> Vec<String> {
        std::mem::take(&mut *self.log.lock().unwrap())
    }

    /// Stores a new parcel and returns its id.
    pub fn store(&self, parcel: Dynamic) -> String {
        let mut parcels = self.parcels.lock().unwrap();
        let id = format!("parcel-{}", parcels.len() + 1);
        parcels.insert(id.clone(), parcel);
        id
    }

    /// Changes a parcel.
    pub fn change(&self, id: &str, parcel: Dynamic) {
        self.parcels.lock().unwrap().insert(id.to_owned(), parcel);
    }

    /// Removes a parcel.
    pub fn remove(&self, id: &str) -> Option<Dynamic> {
        self.parcels.lock().unwrap().remove(id)
    }

    /// The parcel with that id.
    pub fn find(&self, id: &str) -> Option<Dynamic> {
        self.parcels.lock().unwrap().get(id).cloned()
    }

    /// The ids of all parcels.
    pub fn ids(&self) -> Vec<String> {
        self.parcels.lock().unwrap().keys().cloned().collect()
    }
}
