//! `slugify`: makes the name that an object has in URLs and paths.

mod function;
#[cfg(test)]
mod tests;

pub use function::{Slugify, SlugifyArguments};
