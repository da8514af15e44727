//! `parse_image`: takes the reference of a container image apart.

mod function;
mod reference;
#[cfg(test)]
mod tests;

pub use function::{Image, ParseImage, ParseImageArguments};
