//! More replicas, or fewer.

use std::collections::BTreeMap;

use super::{
    check::MOST_REPLICAS,
    group::Group,
    read::{answer, available_place, group},
};
use crate::{calls::Call, document::Document, refusal::Refusal, world::World};

/// A node comes up, or goes, in about five minutes.
const SECONDS: i64 = 300;

pub(in crate::elasticache) fn increase(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    resize(world, call, |now, wanted| wanted > now)
}

/// Where there is automatic failover, one replica stays.
pub(in crate::elasticache) fn decrease(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let current = group(world, call)?;
    let wanted = wanted(call, current)?;
    let needs_one = current.object.document.text("MultiAZ") == Some("enabled")
        || (!current.is_clustered() && current.object.document.text("AutomaticFailover") == Some("enabled"));
    if needs_one && wanted.values().any(|replicas| *replicas == 0) {
        return Err(Refusal::invalid_value("MultiAZ and automatic failover need one replica at least"));
    }
    resize(world, call, |now, wanted| wanted < now)
}

/// How many replicas each shard is to have, by name.
fn wanted(call: &Call, group: &Group) -> Result<BTreeMap<String, usize>, Refusal> {
    let count =
        |document: &Document| document.number("NewReplicaCount").and_then(|it| usize::try_from(it).ok());
    let configured = call.input.inners("ReplicaConfiguration");
    let mut wanted: BTreeMap<String, usize> = group
        .shards
        .iter()
        .map(|shard| (shard.name(), count(&call.input).unwrap_or_else(|| shard.replicas())))
        .collect();
    for one in &configured {
        let name = one.given("NodeGroupId").to_owned();
        // "1" and "0001" are the same.
        let name = name.parse::<usize>().map_or(name, |number| format!("{number:04}"));
        match (wanted.get_mut(&name), count(one)) {
            (Some(entry), Some(count)) => *entry = count,
            _ => {
                return Err(Refusal::invalid_value(format!(
                    "Node group {name} is none of the replication group's"
                )));
            }
        }
    }
    if wanted.values().any(|replicas| *replicas > MOST_REPLICAS) {
        return Err(Refusal::invalid_value(format!("There are {MOST_REPLICAS} replicas at most")));
    }
    Ok(wanted)
}

fn resize(world: &mut World, call: &Call, fits: fn(usize, usize) -> bool) -> Result<Document, Refusal> {
    let place = available_place(world, call)?;
    let current = group(world, call)?;
    let wanted = wanted(call, current)?;
    let mut changes = current.shards.iter().map(|shard| (shard.replicas(), wanted[&shard.name()]));
    if call.input.flag("ApplyImmediately") != Some(true) {
        return Err(Refusal::invalid_value("ApplyImmediately has to be true"));
    }
    if changes.clone().all(|(now, wanted)| now == wanted) {
        return Err(Refusal::new(
            "NoOperationFault",
            "The operation was not performed because no changes were required",
        ));
    }
    if changes.any(|(now, wanted)| now != wanted && !fits(now, wanted)) {
        return Err(Refusal::invalid_value("The new count goes the other way"));
    }
    let region = call.region.clone();
    if let Some(group) = place.find(world) {
        group.object.document.set("Status", "modifying");
        // What comes is there at once, what goes stays until it has gone.
        for shard in &mut group.shards {
            shard.grow(wanted[&shard.name()], &region);
        }
    }
    let later = place.clone();
    world.after(SECONDS, move |world| {
        let Some(group) = later.find(world) else { return };
        for shard in &mut group.shards {
            if let Some(replicas) = wanted.get(&shard.name()) {
                shard.shrink(*replicas);
            }
        }
        group.object.document.set("Status", "available");
    });
    answer(world, &place)
}
