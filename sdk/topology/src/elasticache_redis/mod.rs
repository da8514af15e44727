//! `sparki_elasticache_redis`: a cluster of Redis OSS or Valkey on AWS.

mod answer;
mod cost;
mod identity;
mod list;
mod look;
mod model;
mod nodes;
mod parts;
mod plan;
mod preflight;
mod quota;
mod remote;
mod requests;
mod steps;
#[cfg(test)]
mod tests;
mod waiting;

pub use crate::elasticache::Engine;
pub use identity::ElasticacheRedisIdentity;
pub use list::ElasticacheRedisFilter;
pub use model::{ElasticacheRedisModel, Snapshots, Tls};

use sparki_core::{DefaultTimeouts, Resource};

/// Marker of the resource type `sparki_elasticache_redis`.
#[derive(Clone, Copy, Debug)]
pub enum ElasticacheRedis {}

impl Resource for ElasticacheRedis {
    const TYPE_NAME: &'static str = "sparki_elasticache_redis";
    /// AWS takes 6 to 12 minutes for six nodes, and has been seen to take 40 where they are spread over zones. A change
    /// may be several, each of which takes as long; removal takes 5 to 10 minutes.
    const TIMEOUTS: DefaultTimeouts = DefaultTimeouts::minutes(60, 5, 120, 45);
    type Model = ElasticacheRedisModel;
    type Identity = ElasticacheRedisIdentity;
}
