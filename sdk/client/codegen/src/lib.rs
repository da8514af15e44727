//! Writes the typed operations of the client from the control plane's OpenAPI document.
//!
//! The document is read ([`generate`]), its operations are sorted by how they are called, its schemas become types, and
//! the types become text. The text is kept in the repository and read like any other; a test tells when it is out of date.

mod answers;
mod call;
mod conditions;
mod document;
mod folder;
mod generator;
mod imports;
mod module;
mod names;
mod requests;
mod types;
mod write;

pub use folder::{Folder, FolderError};
pub use generator::{GenerateError, generate};
pub use write::{Examples, NotFormatted};
