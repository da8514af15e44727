//! How releases move from environment to environment: what a promotion has to wait for, and what becomes of it.
//!
//! [`plan`] says what a promotion would do and what it waits for; it is pure, and its digest covers everything it depends
//! on. [`process`] carries a promotion out: it waits for the [`gate`]s, holds still in [`freeze`]s, deploys wave by wave
//! as the [`flow`] says, watches, and puts back what was there when something turns out bad. [`pin`] states which release
//! an environment is to have, and promotes it there.

pub(crate) mod direction;
pub(crate) mod drift_report;
pub(crate) mod flow;
pub(crate) mod freeze;
pub(crate) mod gate;
pub(crate) mod pin;
pub(crate) mod plan;
pub(crate) mod process;
mod weekly;
