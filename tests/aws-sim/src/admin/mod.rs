//! The API for whoever tests with the stand-in: state, time, faults, quotas, counts.

mod clock;
mod counts;
mod faults;
mod quotas;
mod router;
mod state;

pub(crate) use router::{PREFIX, router};
