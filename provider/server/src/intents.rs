//! Remembers creations across processes, in files beside Terraform's own working data.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_lc_rs::digest::{SHA256, digest};
use sparki_core::Intents;
use uuid::Uuid;

use crate::lifecycle::Parent;

/// How long a key is good for: the control plane keeps idempotency keys for a day, and an hour less is on the safe
/// side of any difference between clocks.
const LIFETIME: Duration = Duration::from_secs(23 * 3600);

/// One empty file for each creation that was begun and whose end is not known. Its name is the digest of what is to be
/// created and the key it is created under, so a process that was killed in the middle is followed by one that takes
/// the same object up.
///
/// A creation that runs holds the lock on its file, here or in another process: what is alike, as with `count`, is not
/// the same. Where files cannot be written or locked, every creation has a key of its own that nothing remembers.
#[derive(Debug)]
pub struct IntentFiles {
    directory: PathBuf,
    /// Who is told what was created, and keeps the state.
    listener: Option<Parent>,
    /// The creations that run, by key.
    running: Mutex<BTreeMap<String, Running>>,
}

/// The file of a creation that runs, locked for as long as this lives.
#[derive(Debug)]
struct Running {
    path: PathBuf,
    /// Whether an earlier one was begun under the same key.
    is_taken_up: bool,
    _lock: File,
}

impl IntentFiles {
    /// Files under the given directory.
    #[must_use]
    pub fn in_directory(directory: PathBuf) -> Self {
        Self { directory, listener: None, running: Mutex::default() }
    }

    /// Files in Terraform's data directory: `TF_DATA_DIR`, else `.terraform` in the current directory. Each provider
    /// has a folder of its own there.
    pub fn in_data_directory(provider: &str, variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let data =
            variable("TF_DATA_DIR").filter(|path| !path.is_empty()).unwrap_or_else(|| ".terraform".into());
        let directory = PathBuf::from(data).join(provider).join("creations");
        Self { listener: Some(Parent::current()), ..Self::in_directory(directory) }
    }

    /// An earlier creation of the same that nobody carries on, or a new one.
    fn claim(&self, fingerprint: &str) -> io::Result<(Uuid, Running)> {
        fs::create_dir_all(&self.directory)?;
        let digest = digest(&SHA256, fingerprint.as_bytes());
        let digest: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let mut left: Vec<Uuid> = Vec::new();
        for entry in fs::read_dir(&self.directory)? {
            let name = entry?.file_name();
            let key = name.to_str().and_then(|name| name.strip_prefix(&digest)?.strip_prefix('-'));
            left.extend(key.and_then(|key| key.parse::<Uuid>().ok()));
        }
        // Keys sort by age.
        left.sort_unstable();
        for key in left {
            let path = self.directory.join(format!("{digest}-{key}"));
            let Some(lock) = lock(&path, File::options().write(true))? else { continue };
            if is_fresh(&lock) {
                tracing::debug!("taking up a creation that was begun earlier");
                return Ok((key, Running { path, is_taken_up: true, _lock: lock }));
            }
            fs::remove_file(&path)?;
        }
        loop {
            let key = Uuid::now_v7();
            let path = self.directory.join(format!("{digest}-{key}"));
            if let Some(lock) = lock(&path, File::options().write(true).create_new(true))? {
                return Ok((key, Running { path, is_taken_up: false, _lock: lock }));
            }
        }
    }

    fn take(&self, key: &str) -> Option<Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(key)
    }
}

/// Opens a file and locks it; nothing if it is gone or somebody else has the lock.
fn lock(path: &Path, options: &fs::OpenOptions) -> io::Result<Option<File>> {
    let file = match options.open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    match file.try_lock() {
        // It may have come to its end between the two calls.
        Ok(()) => Ok(path.try_exists()?.then_some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn is_fresh(file: &File) -> bool {
    file.metadata().is_ok_and(|metadata| is_young(&metadata))
}

fn is_young(metadata: &fs::Metadata) -> bool {
    let written = metadata.modified().ok();
    let age = written.and_then(|written| SystemTime::now().duration_since(written).ok());
    age.is_some_and(|age| age < LIFETIME)
}

impl Intents for IntentFiles {
    fn begin(&self, fingerprint: &str) -> String {
        match self.claim(fingerprint) {
            Ok((key, running)) => {
                let key = key.to_string();
                self.running.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), running);
                key
            }
            Err(error) => {
                tracing::debug!(%error, "a creation is not remembered");
                Uuid::now_v7().to_string()
            }
        }
    }

    fn end(&self, key: &str) {
        // Nobody is left to hear of it, so no state will have it: the next Terraform takes it up.
        if self.listener.is_some_and(Parent::is_gone) {
            return self.leave(key);
        }
        if let Some(running) = self.take(key) {
            // Removed before it is unlocked, so that nobody takes it up in between. If it cannot be removed, it could
            // not have been written either.
            let _ = fs::remove_file(&running.path);
        }
    }

    fn leave(&self, key: &str) {
        drop(self.take(key));
    }

    fn is_taken_up(&self, key: &str) -> bool {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.get(key).is_some_and(|creation| creation.is_taken_up)
    }

    fn is_open(&self, key: &str) -> bool {
        let ending = format!("-{key}");
        let files = fs::read_dir(&self.directory).into_iter().flatten().filter_map(Result::ok);
        let mut of_key =
            files.filter(|file| file.file_name().to_str().is_some_and(|it| it.ends_with(&ending)));
        !key.is_empty() && of_key.any(|file| file.metadata().is_ok_and(|metadata| is_young(&metadata)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_creation_that_never_ended_is_taken_up_by_the_next_process() {
        let directory = tempfile::tempdir().unwrap();
        let process = || IntentFiles::in_directory(directory.path().join("creations"));
        let killed = process();
        let first = killed.begin("project web");
        drop(killed);
        let intents = process();
        assert!(intents.is_open(&first) && !intents.is_open("") && !intents.is_open("other"));
        assert_ne!(intents.begin("project api"), first);
        assert_eq!(intents.begin("project web"), first);
        assert!(intents.is_taken_up(&first));
        intents.end(&first);
        assert!(!intents.is_open(&first));
        let anew = intents.begin("project web");
        assert!(anew != first && !intents.is_taken_up(&anew));
    }

    #[test]
    fn creations_that_run_at_once_are_different_ones_also_across_processes() {
        let directory = tempfile::tempdir().unwrap();
        let process = || IntentFiles::in_directory(directory.path().to_owned());
        let (one, other) = (process(), process());
        let first = one.begin("project web");
        let second = one.begin("project web");
        let third = other.begin("project web");
        assert!(first != second && second != third && first != third);
        // The others being done, the one whose end is not known is taken up.
        one.end(&first);
        one.leave(&second);
        other.end(&third);
        assert_eq!(other.begin("project web"), second);
    }

    #[test]
    fn a_key_that_is_too_old_is_not_used_again() {
        let directory = tempfile::tempdir().unwrap();
        let intents = IntentFiles::in_directory(directory.path().to_owned());
        let first = intents.begin("project web");
        intents.leave(&first);
        let file = fs::read_dir(directory.path()).unwrap().next().unwrap().unwrap().path();
        let written = SystemTime::now() - LIFETIME - Duration::from_secs(60);
        File::options().write(true).open(file).unwrap().set_modified(written).unwrap();
        assert_ne!(intents.begin("project web"), first);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "the old one is gone");
    }

    #[test]
    fn the_files_are_where_terraform_keeps_its_own() {
        let check = |data: Option<&str>, expected: &str| {
            let intents = IntentFiles::in_data_directory("sparki", |name| {
                assert_eq!(name, "TF_DATA_DIR");
                data.map(OsString::from)
            });
            assert_eq!(intents.directory, Path::new(expected));
        };
        check(None, ".terraform/sparki/creations");
        check(Some(""), ".terraform/sparki/creations");
        check(Some("/data"), "/data/sparki/creations");
    }

    #[test]
    fn a_directory_that_cannot_be_written_stops_nothing() {
        let intents = IntentFiles::in_directory(PathBuf::from("/proc/none"));
        assert_ne!(intents.begin("a"), intents.begin("a"));
        intents.end("a");
    }
}
