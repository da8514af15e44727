//! The tag by which Sparki knows its own.

use crate::document::Document;

pub(crate) const OWNER_TAG: &str = "sparki:owner";

/// The owner among tags that are a map.
pub(crate) fn owner_in_map(tags: &Document) -> Option<String> {
    tags.text(OWNER_TAG).map(str::to_owned)
}
