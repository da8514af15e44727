//! Drift reports: what somebody has found who compared an environment with what it should be.

mod model;
mod rules;

pub(crate) use model::{DRIFT_REPORT, DriftReport, Found};
