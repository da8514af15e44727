//! Conversion between the wire and the vocabulary of `sparki-core`.

pub mod diagnostic;
pub mod dynamic_value;
pub mod msgpack;
pub mod path;
pub mod schema;
