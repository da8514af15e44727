//! All pages together.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use terraform_provider_sparki::Sparki;
use tfplugin_server::Product;

use crate::example::{Examples, SourceError, read, uses};
use crate::{catalog, function, page};

/// Folders that hold generated pages and nothing else.
const GENERATED: [&str; 5] = [
    "docs/resources",
    "docs/data-sources",
    "docs/list-resources",
    "docs/ephemeral-resources",
    "docs/functions",
];

/// Every generated page by its path from the top of the repository.
#[derive(Clone, Debug)]
pub struct Site {
    pages: BTreeMap<PathBuf, String>,
}

/// A page on disk that is not as it would be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It is not there.
    Missing(PathBuf),
    /// It says something else.
    Stale(PathBuf),
    /// It is about something that does not exist any more.
    Orphan(PathBuf),
}

impl Site {
    /// Writes the pages in memory; `root` is the top of the repository, where the examples are.
    ///
    /// # Errors
    /// [`SourceError`] if an example is missing or not about its type.
    pub fn generate(root: &Path) -> Result<Self, SourceError> {
        let example = read(&root.join("examples/provider/provider.tf"))?;
        let mut pages = BTreeMap::new();
        pages.insert("docs/index.md".into(), page::provider(Sparki::new().schema(), &example));
        for part in catalog::parts() {
            for (name, resource) in part.registry.resources() {
                let folder = name.strip_prefix("sparki_").unwrap_or(name);
                let forms = resource.import_forms();
                let examples = Examples::read(&root.join(part.folders).join(folder), resource.as_ref())?;
                let text = page::resource(resource.as_ref(), part.subcategory, &examples);
                pages.insert(format!("docs/resources/{folder}.md").into(), text);
                if let Some(data_source) = part.registry.data_sources().get(name) {
                    let text = page::data_source(data_source.as_ref(), part.subcategory, &examples, forms);
                    pages.insert(format!("docs/data-sources/{folder}.md").into(), text);
                }
                if let Some(filter) = resource.filter_schema() {
                    let text = page::list(name, filter, part.subcategory, &examples);
                    pages.insert(format!("docs/list-resources/{folder}.md").into(), text);
                }
            }
            for (name, ephemeral) in part.registry.ephemerals() {
                let folder = name.strip_prefix("sparki_").unwrap_or(name);
                let path = root.join(part.folders).join(folder).join("example.tf");
                let example = uses(&path, &format!("ephemeral \"{name}\" "))?;
                let text = page::ephemeral(ephemeral.as_ref(), part.subcategory, &example);
                pages.insert(format!("docs/ephemeral-resources/{folder}.md").into(), text);
            }
            for (name, function) in part.registry.functions() {
                let path = root.join(part.folders).join("functions").join(name).join("example.tf");
                let example = uses(&path, &format!("provider::sparki::{name}("))?;
                let text = function::page(name, function.signature(), &example);
                pages.insert(format!("docs/functions/{name}.md").into(), text);
            }
        }
        Ok(Self { pages })
    }

    /// The pages by path.
    #[must_use]
    pub fn pages(&self) -> &BTreeMap<PathBuf, String> {
        &self.pages
    }

    /// Compares the pages with those on disk.
    ///
    /// # Errors
    /// What the system said when a page could not be read.
    pub fn differences(&self, root: &Path) -> io::Result<Vec<Difference>> {
        let mut found = Vec::new();
        for (path, text) in &self.pages {
            match std::fs::read_to_string(root.join(path)) {
                Ok(present) if present == *text => {}
                Ok(_) => found.push(Difference::Stale(path.clone())),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    found.push(Difference::Missing(path.clone()));
                }
                Err(error) => return Err(error),
            }
        }
        for folder in GENERATED {
            let present = files(root, Path::new(folder))?;
            let orphans = present.into_iter().filter(|path| !self.pages.contains_key(path));
            found.extend(orphans.map(Difference::Orphan));
        }
        Ok(found)
    }

    /// Makes the pages on disk as they should be, and tells what it changed.
    ///
    /// # Errors
    /// What the system said when a page could not be read, written or removed.
    pub fn write(&self, root: &Path) -> io::Result<Vec<Difference>> {
        let differences = self.differences(root)?;
        for difference in &differences {
            let path = root.join(difference.path());
            match difference {
                Difference::Missing(page) | Difference::Stale(page) => {
                    if let Some(folder) = path.parent() {
                        std::fs::create_dir_all(folder)?;
                    }
                    std::fs::write(&path, &self.pages[page])?;
                }
                Difference::Orphan(_) => std::fs::remove_file(&path)?,
            }
        }
        Ok(differences)
    }
}

impl Difference {
    /// Path of the page from the top of the repository.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Missing(path) | Self::Stale(path) | Self::Orphan(path) => path,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path().display();
        match self {
            Self::Missing(_) => write!(f, "{path} is missing"),
            Self::Stale(_) => write!(f, "{path} is out of date"),
            Self::Orphan(_) => write!(f, "{path} is about nothing that exists"),
        }
    }
}

/// The files in a folder, which need not exist, by path from `root`.
fn files(root: &Path, folder: &Path) -> io::Result<BTreeSet<PathBuf>> {
    match std::fs::read_dir(root.join(folder)) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| folder.join(entry.file_name()))).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeSet::new()),
        Err(error) => Err(error),
    }
}
