//! Text of the files.

mod answer;
mod builder;
mod choice;
mod docs;
mod draft;
mod example;
mod file;
mod handle;
mod patch;
mod piece;

pub(crate) use builder::{Choice, builder};
pub use example::Examples;
pub use file::NotFormatted;
pub(crate) use file::{Files, MARK};
pub(crate) use handle::{Method, handle};
pub(crate) use piece::{Piece, definition};
