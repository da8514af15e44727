//! What workspaces do not keep any longer: a job looks every hour, on whichever server is free, and removes it bit by bit.
//!
//! - Logs of builds and deployments go `retention.logs_days` after these have ended.
//! - Builds go `retention.builds_days` after they have ended, with their logs and operations. A build stays as long as something
//!   is made of it (a release, a deployment), a release has its commit (gates ask for its builds), or no newer one
//!   is known of its branch (schedules build what that was).
//!
//! Deployments and promotions stay: ways back are found in them. The audit log stays whole. What expires after a time that
//! nobody chooses, such as events, is swept by the [server](crate::server).

mod store;
mod work;

pub(crate) use work::{EVERY, JOB, work};
