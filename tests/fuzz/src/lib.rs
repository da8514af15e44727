//! What must hold whatever comes in, as one function of bytes for each door: a fuzzer calls it (`scripts/fuzz`), and the
//! tests call it with every input that is kept.
//!
//! Each function panics where something does not hold.

mod import_id;
mod input;
mod msgpack;
mod path;
mod state;
mod subjects;
mod validators;

pub use import_id::import_id;
pub use msgpack::msgpack;
pub use path::path;
pub use state::state;
pub use subjects::{Subject, subjects};
pub use validators::validators;
