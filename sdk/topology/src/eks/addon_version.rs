//! Versions of add-ons.

use std::cmp::Ordering;

/// Which version a practitioner wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted<'a> {
    /// AWS's default with the cluster's Kubernetes version.
    Default,
    /// The newest for the cluster's Kubernetes version.
    Latest,
    /// This one.
    Pinned(&'a str),
}

impl<'a> Wanted<'a> {
    pub(crate) fn read(text: &'a str) -> Self {
        match text {
            "default" => Self::Default,
            "latest" => Self::Latest,
            pinned => Self::Pinned(pinned),
        }
    }
}

/// Which of two versions is newer. They are compared by their numbers, so `v1.11.4-eksbuild.14` is newer than
/// `v1.11.4-eksbuild.2`; what stands between the numbers does not count.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let numbers = |text: &str| -> Vec<u64> {
        text.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect()
    };
    numbers(a).cmp(&numbers(b))
}

/// The newer of two versions: an add-on never goes back by itself.
pub(crate) fn newer<'a>(a: &'a str, b: &'a str) -> &'a str {
    if compare(a, b) == Ordering::Less { b } else { a }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert_eq!(compare("v1.11.4-eksbuild.2", "v1.11.4-eksbuild.14"), Ordering::Less);
        assert_eq!(compare("v1.12.0-eksbuild.1", "v1.9.9-eksbuild.9"), Ordering::Greater);
        assert_eq!(compare("v1.12.0-eksbuild.1", "1.12.0-eksbuild.1"), Ordering::Equal);
        assert_eq!(newer("v1.2.0-eksbuild.1", "v1.10.0-eksbuild.1"), "v1.10.0-eksbuild.1");
    }

    #[test]
    fn two_words_are_no_versions() {
        assert_eq!(Wanted::read("default"), Wanted::Default);
        assert_eq!(Wanted::read("latest"), Wanted::Latest);
        assert_eq!(Wanted::read("v1.2.0-eksbuild.1"), Wanted::Pinned("v1.2.0-eksbuild.1"));
    }
}
