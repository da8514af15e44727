//! What deployments are given of variables and secrets: settled when one starts, and the same for each of its steps.
//!
//! Names and fingerprints are kept for good, beside the deployment, so that a plan can say what has changed since
//! ([`Configuration`]). Values are kept as long as steps need them, sealed ([`Values`]).

mod configuration;
mod settle;
mod store;
mod values;

pub(crate) use configuration::{Configuration, Given, GivenKind};
pub(crate) use settle::{configuration_of, settle};
pub(crate) use store::{forget, ran_with, values};
pub(crate) use values::Values;
