//! Entity tags and the preconditions on them.

use axum::http::{HeaderMap, header};
use sha2::{Digest, Sha256};

use crate::http::problem::{Code, Problem};

/// The strong tag of one version of an object: `"<version>-<digest of the document>"`.
///
/// The version lets a failed precondition say what changed since; the digest keeps a tag from matching
/// another history, such as that of a restored backup.
pub(crate) fn mint(version: i64, document: &str) -> String {
    let digest = Sha256::digest(document.as_bytes());
    let short: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{version}-{short}\"")
}

/// The version in a tag this server minted.
pub(crate) fn version(tag: &str) -> Option<i64> {
    tag.trim_matches('"').split_once('-')?.0.parse().ok()
}

/// What `If-Match` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Expectation {
    Any,
    Tags(Vec<String>),
}

impl Expectation {
    /// Reads `If-Match`; a change without one is 428.
    pub(crate) fn required(headers: &HeaderMap) -> Result<Self, Problem> {
        let value = headers.get(header::IF_MATCH).ok_or_else(|| {
            Problem::new(
                Code::PreconditionRequired,
                "Send If-Match with the ETag of the version this change is based on.",
            )
        })?;
        let text = value.to_str().map_err(|_| Problem::malformed("If-Match is not readable."))?.trim();
        Ok(if text == "*" { Self::Any } else { Self::Tags(tags(text)) })
    }

    /// If-Match compares strongly: a weak tag never matches.
    pub(crate) fn admits(&self, current: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Tags(tags) => tags.iter().any(|tag| tag == current),
        }
    }

    /// The newest version the client says it has seen.
    pub(crate) fn newest_version(&self) -> Option<i64> {
        match self {
            Self::Any => None,
            Self::Tags(tags) => tags.iter().filter_map(|tag| version(tag)).max(),
        }
    }
}

/// Whether an `If-None-Match` value covers the current tag; compares weakly, as RFC 9110 asks.
pub(crate) fn none_match_covers(value: &str, current: &str) -> bool {
    value.trim() == "*" || tags(value).iter().any(|tag| tag.strip_prefix("W/").unwrap_or(tag) == current)
}

fn tags(list: &str) -> Vec<String> {
    list.split(',').map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_tells_its_version() {
        assert_eq!(version(&mint(17, "{}")), Some(17));
        assert_eq!(version("\"something\""), None);
    }

    #[test]
    fn a_weak_tag_satisfies_if_none_match_only() {
        let tag = mint(1, "{}");
        assert!(none_match_covers(&format!("\"x\", W/{tag}"), &tag));
        assert!(!Expectation::Tags(vec![format!("W/{tag}")]).admits(&tag));
    }
}
