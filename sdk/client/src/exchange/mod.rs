//! What typed operations have in common: an exchange that is put together step by step, and how its answer is taken.

mod change;
mod completion;
mod precondition;
pub(crate) mod sealed;
mod sending;
mod setters;
mod started;
mod wait;
mod words;

pub(crate) use change::Change;
pub use completion::Completion;
pub use precondition::Precondition;
pub(crate) use sending::Exchange;
pub(crate) use setters::{common_setters, keyed_setter};
pub use started::Started;
pub(crate) use wait::Work;
pub use wait::{Progress, Wait};
pub(crate) use words::{open_words, words};
