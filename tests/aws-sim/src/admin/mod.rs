//! The API for whoever tests with the stand-in: state, time, faults, quotas, insights, counts.

mod clock;
mod counts;
mod faults;
mod insights;
mod quotas;
mod router;
mod state;

pub(crate) use router::{PREFIX, router};
