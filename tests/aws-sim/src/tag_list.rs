//! Tags that are a list of keys and values, as query services have them.

use serde_json::Value;

use crate::document::Document;

/// Where every object has its tags; only some kinds show them when they are described.
pub(crate) const TAGS: &str = "TagList";

/// The same without its tags, for kinds that are described without.
pub(crate) fn untagged(document: &Document) -> Document {
    let mut document = document.clone();
    document.remove(TAGS);
    document
}

/// Adds tags; those with the same key get another value.
pub(crate) fn add(document: &mut Document, added: &[Document]) {
    let keys: Vec<String> = added.iter().filter_map(|tag| tag.text("Key").map(str::to_owned)).collect();
    remove(document, &keys);
    let mut tags = document.list(TAGS).to_vec();
    tags.extend(added.iter().cloned().map(Value::from));
    document.set(TAGS, tags);
}

/// Removes the tags with these keys, as far as they are there.
pub(crate) fn remove(document: &mut Document, keys: &[String]) {
    let is_kept = |tag: &Document| !keys.iter().any(|key| tag.text("Key") == Some(key));
    let kept: Vec<Value> = document.inners(TAGS).into_iter().filter(is_kept).map(Value::from).collect();
    document.set(TAGS, kept);
}
