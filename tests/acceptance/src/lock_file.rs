//! The dependency lock file that `init` writes.

use regex_lite::Regex;

/// A lock file: which version of each provider, with which checksums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockFile {
    text: String,
}

impl LockFile {
    pub(crate) fn new(text: String) -> Self {
        Self { text }
    }

    /// The version of a provider, if it is locked.
    #[must_use]
    pub fn version(&self, source: &str) -> Option<String> {
        let version = Regex::new("version *= \"([^\"]*)\"").expect("it is a pattern");
        Some(version.captures(self.block(source)?)?[1].to_owned())
    }

    /// The checksums of a provider: `h1:...`.
    #[must_use]
    pub fn hashes(&self, source: &str) -> Vec<String> {
        let hash = Regex::new("\"((?:h1|zh):[^\"]*)\"").expect("it is a pattern");
        let block = self.block(source).unwrap_or_default();
        hash.captures_iter(block).map(|found| found[1].to_owned()).collect()
    }

    fn block(&self, source: &str) -> Option<&str> {
        let (_, after) = self.text.split_once(&format!("/{source}\" {{"))?;
        Some(after.split_once("\n}").map_or(after, |(block, _)| block))
    }
}
