//! Looking for a secret in everything that was written.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// What a run has left behind: files and outputs, each with a name.
#[derive(Clone, Debug, Default)]
pub struct Evidence(Vec<(String, Vec<u8>)>);

impl Evidence {
    /// Has nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds bytes.
    pub fn add(&mut self, name: &str, bytes: impl Into<Vec<u8>>) {
        self.0.push((name.to_owned(), bytes.into()));
    }

    /// Adds every file in a folder and below it, but those whose path ends with one of `except`.
    ///
    /// # Panics
    /// When the folder cannot be read.
    pub fn add_folder(&mut self, folder: &Path, except: &[&str]) {
        for entry in fs::read_dir(folder).expect("the folder is ours") {
            let path = entry.expect("the folder is ours").path();
            if path.is_symlink() || except.iter().any(|end| path.ends_with(end)) {
                continue;
            }
            if path.is_dir() {
                self.add_folder(&path, except);
            } else {
                self.add(&path.to_string_lossy(), fs::read(&path).expect("the file is ours"));
            }
        }
    }

    /// The names of what has these bytes.
    #[must_use]
    pub fn with(&self, bytes: &[u8]) -> Vec<&str> {
        let found = |content: &Vec<u8>| content.windows(bytes.len()).any(|window| window == bytes);
        self.0.iter().filter(|(_, content)| found(content)).map(|(name, _)| name.as_str()).collect()
    }

    /// Checks that a secret is nowhere, neither as it is nor in Base64.
    ///
    /// # Panics
    /// When it is somewhere, or when there is nothing to look at.
    pub fn lacks(&self, secret: &str) {
        assert!(self.0.iter().any(|(_, bytes)| !bytes.is_empty()), "there is nothing to look at");
        assert!(!secret.is_empty(), "a secret is not empty");
        let found = self.with(secret.as_bytes());
        assert!(found.is_empty(), "the secret is in {found:?}");
        // Base64 depends on what stands before, so there are three forms; the edges depend on the neighbours.
        for before in 0..3 {
            let text = STANDARD_NO_PAD.encode([&vec![0; before], secret.as_bytes()].concat());
            let (first, last) = (before.div_ceil(3) * 4, text.len() - 4);
            let found = self.with(&text.as_bytes()[first.min(last)..last]);
            assert!(found.is_empty(), "the secret is in {found:?}, in Base64");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "correct horse battery staple";

    fn lacks(bytes: &[u8]) -> bool {
        let mut evidence = Evidence::new();
        evidence.add("something", bytes);
        std::panic::catch_unwind(|| evidence.lacks(SECRET)).is_ok()
    }

    #[test]
    fn a_secret_is_found_in_the_middle_of_a_file() {
        assert!(!lacks(format!("\0\u{1}{SECRET}\n").as_bytes()));
        assert!(lacks(b"nothing of the kind"));
    }

    #[test]
    fn a_secret_is_found_in_base64_whatever_stands_before_it() {
        for before in ["", "a", "ab", "abc", "abcd"] {
            let text = STANDARD_NO_PAD.encode(format!("{before}{SECRET} and more"));
            assert!(!lacks(text.as_bytes()), "{before:?}");
        }
    }
}
