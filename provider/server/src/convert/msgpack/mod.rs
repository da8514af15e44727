//! The MessagePack form of values.
//!
//! | value | bytes |
//! |---|---|
//! | null | nil |
//! | unknown | any extension; type 12 says what is known already |
//! | number | an integer of 64 bits, a float if it is exact and no integer, otherwise decimal text |
//! | list, set, tuple | array |
//! | map, object | map; an object has every attribute |
//! | of any type | array of the type as JSON and the value |

mod decode;
mod encode;
mod error;
#[cfg(test)]
mod properties;
mod reader;
mod refinement;
#[cfg(test)]
mod tests;

pub use decode::decode;
pub use encode::encode;
pub use error::MsgpackError;

/// How deep values may be nested. Types are finite, but a value of any type brings its own.
const DEPTH_LIMIT: usize = 128;

/// The extension that says what is known about an unknown value.
const REFINED: i8 = 12;

/// The most bytes that Terraform reads of such an extension.
const REFINEMENT_LIMIT: usize = 1024;
