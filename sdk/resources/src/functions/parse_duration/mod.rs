//! `parse_duration`: reads a length of time.

mod function;
#[cfg(test)]
mod tests;

pub use function::{ParseDuration, ParseDurationArguments};
