//! The reference pages of the Terraform registry, written from schemas and the examples beside them.
//!
//! [`Site`] holds every page. It can be written to `docs/`, and compared with what is there.

mod catalog;
mod example;
mod function;
mod literal;
mod page;
mod prose;
mod schema;
mod site;

pub use catalog::{Part, parts};
pub use example::SourceError;
pub use site::{Difference, Site};
