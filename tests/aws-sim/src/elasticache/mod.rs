//! Caches: ElastiCache for Redis and Valkey.

mod catalog;
mod global_group;
mod offerings;
mod operations;
mod parameter_group;
mod replication_group;
mod snapshot;
mod state;
mod subnet_group;
mod tags;
mod user;

pub(crate) use operations::behaviour;
pub(crate) use state::ElastiCache;
