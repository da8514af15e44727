//! `sparki_rds_replica`: a replica on AWS of a database that something else owns.

mod answer;
mod cost;
mod identity;
mod list;
mod look;
mod model;
mod parts;
mod plan;
mod pools;
mod preflight;
mod quota;
mod remote;
mod requests;
mod source;
#[cfg(test)]
mod tests;

pub use identity::RdsReplicaIdentity;
pub use list::RdsReplicaFilter;
pub use model::RdsReplicaModel;
pub use pools::ConnectionPools;

use sparki_core::{DefaultTimeouts, Resource};

/// Marker of the resource type `sparki_rds_replica`.
#[derive(Clone, Copy, Debug)]
pub enum RdsReplica {}

impl Resource for RdsReplica {
    const TYPE_NAME: &'static str = "sparki_rds_replica";
    /// AWS takes 8 to 20 minutes to make a replica, more with much data, and 3 to 6 to remove it. A change may be an
    /// upgrade and a promotion.
    const TIMEOUTS: DefaultTimeouts = DefaultTimeouts::minutes(90, 5, 90, 40);
    type Model = RdsReplicaModel;
    type Identity = RdsReplicaIdentity;
}
