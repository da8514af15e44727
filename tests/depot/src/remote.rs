//! Where parcels are: in memory, or in a directory that outlives the process.

mod shelf;
mod written;

use std::path::Path;
use std::sync::Mutex;

use sparki_core::Dynamic;
use tokio::sync::Semaphore;

use crate::remote::shelf::Shelf;

/// A remote. Whoever has one of the same name sees the same parcels.
#[derive(Debug)]
pub struct Hall {
    shelf: Shelf,
    log: Mutex<Vec<String>>,
    /// Gets a permit whenever a slow operation has come to where it waits.
    pub waiting: Semaphore,
    /// Its permits let slow operations go on.
    pub go_on: Semaphore,
    /// Gets a permit whenever a slow operation was let go on.
    pub went_on: Semaphore,
    /// Gets a permit whenever a door was closed.
    pub closed: Semaphore,
}

impl Default for Hall {
    fn default() -> Self {
        Self::with(Shelf::in_memory())
    }
}

impl Hall {
    /// Names the directory with the halls of every process that is told of it.
    pub const DIRECTORY: &str = "DEPOT_DIRECTORY";

    /// The hall of that name: in the directory that [`Hall::DIRECTORY`] names, in memory if there is none.
    pub fn named(name: &str) -> Self {
        match std::env::var_os(Self::DIRECTORY).filter(|directory| !directory.is_empty()) {
            Some(directory) => Self::in_directory(Path::new(&directory), name),
            None => Self::default(),
        }
    }

    /// The hall of that name in a directory. Several processes may use it at once.
    ///
    /// # Panics
    /// When the directory cannot be made.
    pub fn in_directory(directory: &Path, name: &str) -> Self {
        Self::with(Shelf::in_directory(directory, name))
    }

    fn with(shelf: Shelf) -> Self {
        let [waiting, go_on, went_on, closed] = [(); 4].map(|()| Semaphore::new(0));
        Self { shelf, log: Mutex::default(), waiting, go_on, went_on, closed }
    }

    /// Notes that something was done.
    pub fn note(&self, what: impl Into<String>) {
        self.log.lock().unwrap().push(what.into());
    }

    /// What was noted since the last time.
    pub fn notes(&self) -> Vec<String> {
        std::mem::take(&mut *self.log.lock().unwrap())
    }

    /// Stores a new parcel and returns its id.
    pub fn store(&self, parcel: Dynamic) -> String {
        self.shelf.change(|contents| {
            // An id is never used again, so that nobody takes one parcel for another.
            contents.made += 1;
            let id = format!("parcel-{}", contents.made);
            contents.parcels.insert(id.clone(), parcel);
            id
        })
    }

    /// Changes a parcel.
    pub fn change(&self, id: &str, parcel: Dynamic) {
        self.shelf.change(|contents| _ = contents.parcels.insert(id.to_owned(), parcel));
    }

    /// Removes a parcel.
    pub fn remove(&self, id: &str) -> Option<Dynamic> {
        self.shelf.change(|contents| contents.parcels.remove(id))
    }

    /// The parcel with that id.
    pub fn find(&self, id: &str) -> Option<Dynamic> {
        self.shelf.read(|contents| contents.parcels.get(id).cloned())
    }

    /// The ids of all parcels.
    pub fn ids(&self) -> Vec<String> {
        self.shelf.read(|contents| contents.parcels.keys().cloned().collect())
    }
}
