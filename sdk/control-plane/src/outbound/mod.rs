//! Calls to others: where they go, and what is said when they fail.

mod client;
mod lookup;

pub(crate) use client::{chain, client};
pub(crate) use lookup::{Lookup, look_up};
