//! Shards and the nodes in them.

use serde_json::{Value, json};

use crate::region::Region;

/// How many parts the keys are divided into: Redis Cluster's specification.
const SLOTS: usize = 16_384;

/// A part of the keys, with the nodes that have it.
#[derive(Clone, Debug)]
pub(in crate::elasticache) struct Shard {
    pub(super) id: usize,
    pub(super) status: &'static str,
    /// Never empty; one of them is the primary.
    pub(super) nodes: Vec<Node>,
}

/// One node, which is a cache cluster of its own.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) number: usize,
    pub(super) zone: String,
    pub(super) role: Role,
}

/// What a node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It takes writes.
    Primary,
    /// It follows the primary.
    Replica,
}

impl Role {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Replica => "replica",
        }
    }
}

impl Shard {
    pub(super) fn new(id: usize, replicas: usize, region: &Region) -> Self {
        let mut shard = Self { id, status: "available", nodes: Vec::new() };
        shard.grow(replicas, region);
        shard
    }

    /// Its id as AWS writes it.
    pub(super) fn name(&self) -> String {
        format!("{:04}", self.id)
    }

    pub(super) fn replicas(&self) -> usize {
        self.nodes.len() - 1
    }

    /// Adds nodes until it has a primary and so many replicas.
    pub(super) fn grow(&mut self, replicas: usize, region: &Region) {
        while self.nodes.len() <= replicas {
            let number = (1..).find(|number| self.nodes.iter().all(|node| node.number != *number));
            let number = number.expect("there is always another number");
            let role = if self.nodes.is_empty() { Role::Primary } else { Role::Replica };
            self.nodes.push(Node { number, zone: region.zone(self.id + number), role });
        }
    }

    /// Removes replicas until it has so many, the youngest first; never the primary.
    pub(super) fn shrink(&mut self, replicas: usize) {
        while self.nodes.len() > replicas + 1
            && let Some(last) = self.nodes.iter().rposition(|node| node.role == Role::Replica)
        {
            self.nodes.remove(last);
        }
    }

    /// Makes the first replica the primary.
    pub(super) fn fail_over(&mut self) {
        let Some(next) = self.nodes.iter().position(|node| node.role == Role::Replica) else { return };
        for (index, node) in self.nodes.iter_mut().enumerate() {
            node.role = if index == next { Role::Primary } else { Role::Replica };
        }
    }
}

/// Divides the keys evenly: the slots of the shard at `index` of `count`.
pub(super) fn slots(index: usize, count: usize) -> Value {
    let from = index * SLOTS / count;
    let to = (index + 1) * SLOTS / count - 1;
    json!(format!("{from}-{to}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_divided_without_a_gap() {
        assert_eq!(
            [0, 1, 2].map(|index| slots(index, 3)),
            [json!("0-5460"), json!("5461-10921"), json!("10922-16383")]
        );
    }

    #[test]
    fn the_primary_stays_when_a_shard_shrinks() {
        let mut shard = Shard::new(1, 2, &Region::new("eu-west-1"));
        shard.fail_over();
        shard.shrink(0);
        let left: Vec<_> = shard.nodes.iter().map(|node| (node.number, node.role)).collect();
        assert_eq!(left, [(2, Role::Primary)]);
    }

    #[test]
    fn numbers_of_removed_nodes_are_used_again() {
        let region = Region::new("eu-west-1");
        let mut shard = Shard::new(1, 2, &region);
        shard.fail_over();
        shard.shrink(1);
        shard.grow(2, &region);
        let mut numbers: Vec<_> = shard.nodes.iter().map(|node| node.number).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2, 3]);
    }
}
