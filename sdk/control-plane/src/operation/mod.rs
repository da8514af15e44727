//! Operations: work that goes on after a request was answered with 202, and how to wait for its end.
//!
//! Whoever starts such work opens an operation in the transaction of the change, with [`open`], and says with [`report`] how
//! it goes; the last report closes it.

mod model;
mod routes;
mod store;

pub(crate) use model::{OPERATION, Operation, Outcome, Progress};
pub(crate) use routes::KIND;
pub(crate) use store::{Opening, open, report};
