//! Keeps parcels by id.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use sparki_core::Dynamic;

use crate::remote::written;

/// What is on a shelf.
#[derive(Clone, Debug, Default)]
pub(super) struct Contents {
    /// The parcels by id.
    pub(super) parcels: BTreeMap<String, Dynamic>,
    /// How many parcels there have ever been.
    pub(super) made: u64,
}

/// A place for parcels.
#[derive(Debug)]
pub(super) enum Shelf {
    /// Ends with the process.
    Memory(Mutex<Contents>),
    /// A directory with one file for each parcel, one that counts them, and a lock.
    Directory(PathBuf),
}

impl Shelf {
    pub(super) fn in_memory() -> Self {
        Self::Memory(Mutex::default())
    }

    /// Opens the shelf of that name, empty if it is new.
    pub(super) fn in_directory(directory: &Path, name: &str) -> Self {
        // Any text is a name, so nothing of it may lead elsewhere.
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
        let name: String = name
            .chars()
            .map(|letter| if is_plain(letter) { letter.to_string() } else { format!("%{:x}", letter as u32) })
            .collect();
        let directory = directory.join(name);
        fs::create_dir_all(&directory).expect("the directory of halls is ours");
        Self::Directory(directory)
    }

    /// Looks at the parcels as they are between two changes.
    pub(super) fn read<T>(&self, look: impl FnOnce(&Contents) -> T) -> T {
        match self {
            Self::Memory(contents) => look(&contents.lock().unwrap()),
            Self::Directory(directory) => {
                let lock = lock_file(directory);
                lock.lock_shared().expect("a file can be locked");
                look(&load(directory))
            }
        }
    }

    /// Changes the parcels while nobody else looks or changes.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Contents) -> T) -> T {
        match self {
            Self::Memory(contents) => change(&mut contents.lock().unwrap()),
            Self::Directory(directory) => {
                let lock = lock_file(directory);
                lock.lock().expect("a file can be locked");
                let before = load(directory);
                let mut after = before.clone();
                let answer = change(&mut after);
                save(directory, &before, &after);
                answer
            }
        }
    }
}

/// Closing it unlocks it, and so does the end of the process.
fn lock_file(directory: &Path) -> File {
    File::create(directory.join("lock")).expect("the directory of halls is ours")
}

fn load(directory: &Path) -> Contents {
    let entries = fs::read_dir(directory).expect("the directory of halls is ours");
    // A shelf that is new has counted nothing.
    let made = fs::read_to_string(directory.join("made")).map_or(0, |text| text.parse().expect("a count"));
    let paths = entries.map(|entry| entry.expect("the directory of halls is ours").path());
    let parcels = paths
        .filter_map(|path| {
            let id = path.file_name()?.to_str()?.strip_suffix(".json")?.to_owned();
            let text = fs::read(&path).expect("a parcel can be read");
            let json = serde_json::from_slice(&text).expect("a parcel is JSON");
            Some((id, written::read(&json)))
        })
        .collect();
    Contents { parcels, made }
}

fn save(directory: &Path, before: &Contents, after: &Contents) {
    let write = |name: &str, text: String| {
        let (path, new) = (directory.join(name), directory.join(format!("{name}.new")));
        // A process that is killed leaves either the old file or the new one.
        fs::write(&new, text).expect("the directory of halls is ours");
        fs::rename(&new, &path).expect("the directory of halls is ours");
    };
    if before.made != after.made {
        write("made", after.made.to_string());
    }
    let is_new = |(id, parcel): &(&String, &Dynamic)| before.parcels.get(*id) != Some(*parcel);
    for (id, parcel) in after.parcels.iter().filter(is_new) {
        let text = serde_json::to_string_pretty(&written::write(parcel)).expect("JSON can be written");
        write(&format!("{id}.json"), text);
    }
    for id in before.parcels.keys().filter(|id| !after.parcels.contains_key(*id)) {
        fs::remove_file(directory.join(format!("{id}.json"))).expect("the directory of halls is ours");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_that_open_a_shelf_at_once_lose_nothing_to_each_other() {
        let directory = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for worker in 0..4 {
                let shelf = Shelf::in_directory(directory.path(), "a/../b");
                scope.spawn(move || {
                    for turn in 0..10 {
                        let id = format!("parcel-{worker}-{turn}");
                        shelf.change(|contents| _ = contents.parcels.insert(id, Dynamic::Null));
                    }
                });
            }
        });
        let shelf = Shelf::in_directory(directory.path(), "a/../b");
        assert_eq!(shelf.read(|contents| contents.parcels.len()), 40);
        shelf.change(|contents| contents.parcels.clear());
        assert_eq!(shelf.read(|contents| contents.parcels.len()), 0);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "it is in the directory");
    }
}
