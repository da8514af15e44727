//! Work in the background: jobs in the database, done by whichever server is free.
//!
//! A job is written with [`enqueue`] in the transaction of the change that asks for it, so there is no change without its job and no job
//! without its change. A server claims what is due for a while, does it, and renews the claim as long as it works; when a server
//! dies, its claims run out and others take over. **A job may therefore be done twice**: it has to look at what is there
//! before it acts, and to make every step of its own in one transaction.
//!
//! A new kind of job is a function and a line in [`registry`].

mod claim;
mod job;
pub(crate) mod registry;
mod runner;

pub(crate) use job::{Job, Outcome, enqueue, ensure, hasten};
pub(crate) use runner::run;
