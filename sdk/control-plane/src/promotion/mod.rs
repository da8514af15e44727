//! How releases move from environment to environment: what a promotion has to wait for, and what becomes of it.
//!
//! A promotion waits for the [`gate`]s, holds still in [`freeze`]s, and deploys wave by wave as the [`flow`] says.

pub(crate) mod direction;
pub(crate) mod drift_report;
pub(crate) mod flow;
pub(crate) mod freeze;
pub(crate) mod gate;
mod weekly;
