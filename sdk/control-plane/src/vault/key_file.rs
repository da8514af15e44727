//! The file with the master keys: read if one is named, made beside an SQLite database if none is.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use uuid::Uuid;
use zeroize::Zeroizing;

use crate::vault::keyring::{Keyring, KeyringError, generate};

/// Bits of a file's mode that must not be set: everything for others, and writing for the group. The group may read,
/// because that is how Kubernetes hands secrets to a process that is not root.
#[cfg(unix)]
const TOO_OPEN: u32 = 0o027;

/// Reads the master keys.
pub(super) async fn read(path: &Path) -> Result<Keyring, KeyFileError> {
    let text = text_of(path)?;
    Keyring::read(&text).await.map_err(|source| KeyFileError::Content { path: path.to_owned(), source })
}

fn text_of(path: &Path) -> Result<Zeroizing<String>, KeyFileError> {
    let unreadable = |source| KeyFileError::Read { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(unreadable)?;
    #[cfg(unix)]
    {
        let mode =
            std::os::unix::fs::PermissionsExt::mode(&file.metadata().map_err(unreadable)?.permissions());
        if mode & TOO_OPEN != 0 {
            return Err(KeyFileError::Mode { path: path.to_owned(), mode: mode & 0o777 });
        }
    }
    let mut text = Zeroizing::new(String::new());
    file.read_to_string(&mut text).map_err(unreadable)?;
    Ok(text)
}

/// Makes a file with a new key, which only its owner may read; one that is there already is left alone.
pub(super) fn make(path: &Path) -> Result<(), KeyFileError> {
    let unwritable = |source| KeyFileError::Write { path: path.to_owned(), source };
    let mut partial = path.as_os_str().to_owned();
    partial.push(format!(".{}.partial", Uuid::now_v7().simple()));
    let partial = PathBuf::from(partial);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&partial).and_then(|mut file| {
        file.write_all(format!("{}\n", *generate()).as_bytes())?;
        file.sync_all()
    });
    // A link takes the name only if nobody has it: of two servers that start at once, one makes the key of both.
    let linked = written.and_then(|()| match fs::hard_link(&partial, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    });
    let _ = fs::remove_file(&partial);
    linked.map_err(unwritable)
}

/// Why the master keys could not be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// The file cannot be read.
    #[error("failed to read the encryption key file {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Others can read the file, or change it.
    #[error(
        "the encryption key file {} has the mode {mode:o} and is open to others; run chmod 600 on it",
        path.display()
    )]
    Mode {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The file has something else in it.
    #[error("the encryption key file {} cannot be used", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: KeyringError,
    },
    /// The file cannot be made.
    #[error("failed to make the encryption key file {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use tempfile::TempDir;

    use super::*;

    #[tokio::test]
    async fn a_file_that_is_made_is_its_owners_alone_and_stays() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("key");
        make(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let first = read(&path).await.unwrap().newest().id.clone();
        make(&path).unwrap();
        assert_eq!(read(&path).await.unwrap().newest().id, first);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[tokio::test]
    async fn a_file_that_others_can_read_or_change_is_refused() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("key");
        make(&path).unwrap();
        for (mode, fits) in [(0o644, false), (0o602, false), (0o620, false), (0o440, true), (0o400, true)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(read(&path).await.is_ok(), fits, "{mode:o}");
        }
    }
}
