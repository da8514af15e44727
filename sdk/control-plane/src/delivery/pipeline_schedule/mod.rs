//! Pipeline schedules: times at which a pipeline is built without anybody asking.
//!
//! A schedule has one job, which sleeps until the next time. What a time brings, and which time is next, are written in one
//! transaction, so each time brings one build, whichever server is at it. Of times that passed while no server ran, only
//! the latest is made up for.

mod cron;
mod model;
mod rules;
mod store;
mod work;

pub(crate) use model::PipelineSchedule;
pub(crate) use work::{JOB, work};
