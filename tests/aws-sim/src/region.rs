//! Regions.

use std::fmt;

/// A region, such as `eu-central-1`. There are as many as are asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Region(String);

impl Region {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// One of its availability zones: 0 is `a`.
    pub(crate) fn zone(&self, index: usize) -> String {
        const LETTERS: [char; 3] = ['a', 'b', 'c'];
        format!("{}{}", self.0, LETTERS[index % LETTERS.len()])
    }
}

impl fmt::Display for Region {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
