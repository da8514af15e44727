//! The files as they are in the repository.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::generator::{GenerateError, generate};
use crate::write::Examples;

/// The written files, and where they belong.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    files: BTreeMap<PathBuf, String>,
}

/// Why the files could not be written or compared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// No code could be written.
    #[error("failed to write code from the OpenAPI document")]
    Generate(#[from] GenerateError),
    /// A file could not be read or written.
    #[error("failed to use {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Folder {
    /// Reads the document and the examples of the repository at `root`, and writes code from them.
    ///
    /// # Errors
    ///
    /// Fails if one of them cannot be read, or as [`generate`] does.
    pub fn generate(root: &Path) -> Result<Self, FolderError> {
        let document = read(&root.join("sdk/control-plane/openapi.yaml"))?;
        let folder = root.join("sdk/client/codegen/snippets");
        let mut examples = Vec::new();
        for path in listed(&folder)? {
            let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            examples.push((name, read(&path)?));
        }
        let files = generate(&document, &Examples::new(examples), root)?;
        Ok(Self { path: root.join("sdk/client/src/api"), files })
    }

    /// The paths of the files that are missing, different or too many.
    ///
    /// # Errors
    ///
    /// Fails if the folder cannot be read.
    pub fn differences(&self) -> Result<Vec<PathBuf>, FolderError> {
        let there = present(&self.path)?;
        let mut differences = Vec::new();
        for (path, text) in &self.files {
            let path = self.path.join(path);
            if !there.contains(&path) || read(&path)? != *text {
                differences.push(path);
            }
        }
        let surplus =
            |path: &PathBuf| path.strip_prefix(&self.path).is_ok_and(|path| !self.files.contains_key(path));
        differences.extend(there.into_iter().filter(surplus));
        Ok(differences)
    }

    /// Writes what differs, and removes what is too many.
    ///
    /// # Errors
    ///
    /// Fails if a file cannot be written.
    pub fn write(&self) -> Result<Vec<PathBuf>, FolderError> {
        let differences = self.differences()?;
        for path in &differences {
            let failed = |source| FolderError::File { path: path.clone(), source };
            match path.strip_prefix(&self.path).ok().and_then(|path| self.files.get(path)) {
                Some(text) => {
                    path.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed)?;
                    fs::write(path, text).map_err(failed)?;
                }
                None => {
                    fs::remove_file(path).map_err(failed)?;
                    // A folder that others are in stays.
                    let _ = path.parent().map(fs::remove_dir);
                }
            }
        }
        Ok(differences)
    }
}

fn read(path: &Path) -> Result<String, FolderError> {
    fs::read_to_string(path).map_err(|source| FolderError::File { path: path.to_owned(), source })
}

/// What is in a folder, in order; nothing if there is none.
fn listed(folder: &Path) -> Result<Vec<PathBuf>, FolderError> {
    let failed = |source| FolderError::File { path: folder.to_owned(), source };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let paths: Result<Vec<PathBuf>, io::Error> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths.map_err(failed)?;
    paths.sort();
    Ok(paths)
}

/// The files in a folder and in those in it.
fn present(folder: &Path) -> Result<Vec<PathBuf>, FolderError> {
    let mut files = Vec::new();
    for path in listed(folder)? {
        if path.is_dir() {
            files.extend(present(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}
