//! ElastiCache: lifecycles and rules.

mod global_groups;
mod groups;
mod modifications;
mod offerings;
mod requests;
mod shards;
mod users;
