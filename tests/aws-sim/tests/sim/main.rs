//! The stand-in over HTTP, with a clock that only the tests move.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

mod admin;
mod eks;
mod elasticache;
mod faults;
mod network;
mod program;
mod protocol;
mod rds;
mod service_quotas;
mod stand_in;
