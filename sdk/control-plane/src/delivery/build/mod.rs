//! Builds: runs of a pipeline for a commit, simulated here or reported by whoever really did the work.

mod cancel;
mod group;
mod model;
mod routes;
mod rules;
mod scheduled;
mod simulation;
mod work;

pub(crate) use model::{BUILD, Build, BuildStatus};
pub(crate) use routes::operations;
pub(crate) use work::{JOB, work};
