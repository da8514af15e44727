//! The tag by which Sparki knows its own.

use crate::document::Document;

pub(crate) const OWNER_TAG: &str = "sparki:owner";

/// The owner among tags that are a map.
pub(crate) fn owner_in_map(tags: &Document) -> Option<String> {
    tags.text(OWNER_TAG).map(str::to_owned)
}

/// The owner among tags that are a list of keys and values.
pub(crate) fn owner_in_list(tags: &[Document]) -> Option<String> {
    let owner = tags.iter().find(|tag| tag.text("Key") == Some(OWNER_TAG))?;
    owner.text("Value").map(str::to_owned)
}
