//! The way of a request: whose it is, whether it may fail, what it does, and what is answered.

mod call;
mod counts;
mod exchange;
mod performance;
mod tokens;

pub(crate) use call::{Behaviour, Call, Outcome};
pub(crate) use counts::Counts;
pub(crate) use exchange::{HungUp, exchange};
pub(crate) use tokens::Tokens;
