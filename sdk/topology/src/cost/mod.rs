//! What an object costs in a month, and whether a plan raises that by more than the practitioner wants to hear of.
//!
//! The prices are a small table of AWS's list prices on demand. What is not in it is said to be not known; nothing is
//! guessed, and nobody is asked. A type says what its objects are billed for, as a pure function of its model.

mod bill;
mod prices;
mod rise;

pub(crate) use bill::Bill;
pub(crate) use prices::{Month, Product};
pub(crate) use rise::Rise;
