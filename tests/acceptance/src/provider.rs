//! A provider under test.

use std::path::PathBuf;

use crate::artifacts::built;

/// A provider: where configurations say it comes from, and what it is called there.
///
/// ```
/// use acceptance::Provider;
///
/// let depot = Provider::new("sparki-io/depot");
/// assert_eq!(depot.name(), "depot");
/// assert_eq!(depot.executable_name(), "terraform-provider-depot");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Provider {
    name: String,
    source: String,
    executable: Option<PathBuf>,
}

impl Provider {
    /// The provider with this source, `NAMESPACE/TYPE`, whose executable `terraform-provider-TYPE` the workspace builds.
    ///
    /// # Panics
    /// When the source has another form.
    #[must_use]
    pub fn new(source: &str) -> Self {
        let name = source.split_once('/').map(|(_, name)| name).filter(|name| !name.contains('/'));
        let name = name.unwrap_or_else(|| panic!("{source:?} is not NAMESPACE/TYPE"));
        Self { name: name.to_owned(), source: source.to_owned(), executable: None }
    }

    /// The provider of this repository.
    #[must_use]
    pub fn sparki() -> Self {
        Self::new("sparki-io/sparki")
    }

    /// The test provider, which ships parcels between halls.
    #[must_use]
    pub fn depot() -> Self {
        Self::new("sparki-io/depot")
    }

    /// Another executable than the one that was built: the previous release, say.
    #[must_use]
    pub fn executable(self, path: impl Into<PathBuf>) -> Self {
        Self { executable: Some(path.into()), ..self }
    }

    /// What configurations call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Namespace and type.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What its executable is called.
    #[must_use]
    pub fn executable_name(&self) -> String {
        format!("terraform-provider-{}", self.name)
    }

    /// Its executable.
    ///
    /// # Panics
    /// When it was not built.
    pub(crate) fn path(&self) -> PathBuf {
        self.executable.clone().unwrap_or_else(|| built(&self.executable_name()))
    }
}
