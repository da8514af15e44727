//! Kubernetes versions.

use std::fmt;
use std::str::FromStr;

/// A Kubernetes version as EKS counts them: `1.33`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    pub(crate) major: u32,
    pub(crate) minor: u32,
}

/// The text is not two numbers with a dot between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotAVersion;

impl Version {
    /// How many minor versions nodes may be behind their cluster: Kubernetes' version skew policy.
    pub(crate) const LARGEST_SKEW: u32 = 3;

    /// Whether nodes of version `nodes` can no longer join a cluster of this version.
    pub(crate) fn leaves_behind(self, nodes: Self) -> bool {
        self.major == nodes.major && nodes.minor + Self::LARGEST_SKEW < self.minor
    }

    /// The version after this one.
    pub(crate) fn next(self) -> Self {
        Self { minor: self.minor + 1, ..self }
    }
}

impl FromStr for Version {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let (major, minor) = text.split_once('.').ok_or(NotAVersion)?;
        let number = |text: &str| text.parse().map_err(|_| NotAVersion);
        Ok(Self { major: number(major)?, minor: number(minor)? })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        let version = |text: &str| text.parse::<Version>().unwrap();
        assert!(version("1.9") < version("1.33"));
        assert_eq!(version("1.32").next(), version("1.33"));
        assert!(!version("1.33").leaves_behind(version("1.30")));
        assert!(version("1.34").leaves_behind(version("1.30")));
        assert_eq!("1.33.4".parse::<Version>(), Err(NotAVersion));
        assert_eq!("latest".parse::<Version>(), Err(NotAVersion));
    }
}
