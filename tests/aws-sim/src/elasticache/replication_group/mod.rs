//! Replication groups: caches with their shards and replicas.

mod check;
mod create;
mod delete;
mod failover;
mod group;
mod modify;
mod read;
mod replicas;
mod reshard;
mod shard;
mod waiting;

pub(super) use create::create;
pub(super) use delete::{begin as begin_delete, delete};
pub(super) use failover::test_failover;
pub(super) use group::Group;
pub(super) use modify::modify;
pub(super) use read::{available, describe, describe_clusters};
pub(super) use replicas::{decrease as decrease_replicas, increase as increase_replicas};
pub(super) use reshard::reshard;
