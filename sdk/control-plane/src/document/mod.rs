//! JSON documents: reading them with every error at once, merging, and comparing them.
//!
//! A reader of a body is an ordinary function that takes its fields out of [`Fields`] one by one. The same function
//! also writes the schema of the body: run by [`Outline::of`], every field it asks for is noted instead of read. A
//! rule that the schema is to show therefore belongs into the call that takes the field (its length, range, [`form`],
//! words), and what depends on a word belongs into the closure of `required_variant` or `variant_or`.

pub(crate) mod canonical;
pub(crate) mod choice;
pub(crate) mod fields;
pub(crate) mod form;
mod lists;
pub(crate) mod merge;
mod nested;
pub(crate) mod outline;
pub(crate) mod slug;
pub(crate) mod web_url;

pub(crate) use fields::Fields;
pub(crate) use outline::{Outline, Purpose};

/// A JSON object.
pub(crate) type Document = serde_json::Map<String, serde_json::Value>;
