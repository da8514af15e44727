//! JSON documents: reading them with every error at once, merging, and comparing them.

pub(crate) mod canonical;
pub(crate) mod choice;
pub(crate) mod fields;
pub(crate) mod merge;
pub(crate) mod slug;

pub(crate) use fields::Fields;

/// A JSON object.
pub(crate) type Document = serde_json::Map<String, serde_json::Value>;
