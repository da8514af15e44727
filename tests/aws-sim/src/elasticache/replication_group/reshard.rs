//! More shards, or fewer.

use serde_json::json;

use super::{
    check::MOST_SHARDS,
    read::{answer, available_place, group},
    shard::Shard,
};
use crate::{calls::Call, document::Document, refusal::Refusal, world::World};

/// Slots move for minutes, more with more data.
const SECONDS: i64 = 600;

/// New shards are there at once, without keys; old ones go when their keys have gone.
pub(in crate::elasticache) fn reshard(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let place = available_place(world, call)?;
    let current = group(world, call)?;
    let wanted = call.input.number("NodeGroupCount").and_then(|it| usize::try_from(it).ok()).unwrap_or(0);
    let count = current.shards.len();
    if !current.is_clustered() {
        let message = "Operation is only supported for replication groups with cluster mode enabled";
        return Err(Refusal::invalid_combination(message));
    }
    if call.input.flag("ApplyImmediately") != Some(true) {
        return Err(Refusal::invalid_value("ApplyImmediately has to be true"));
    }
    if wanted == count || wanted == 0 || wanted > MOST_SHARDS {
        return Err(Refusal::invalid_value(format!(
            "NodeGroupCount {wanted} is no change, or out of bounds"
        )));
    }
    let leaving = if wanted < count { leaving(call, &current.shards, wanted)? } else { Vec::new() };
    let replicas = current.shards[0].replicas();
    let region = call.region.clone();
    if let Some(group) = place.find(world) {
        let progress = json!({ "Resharding": { "SlotMigration": { "ProgressPercentage": 0.0 } } });
        group.object.document.set("Status", "modifying");
        group.object.document.set("PendingModifiedValues", progress);
        for shard in &mut group.shards {
            shard.status = if leaving.contains(&shard.name()) { "deleting" } else { "modifying" };
        }
        while group.shards.len() < wanted {
            let id = (1..).find(|id| group.shards.iter().all(|shard| shard.id != *id));
            let mut shard = Shard::new(id.expect("there is always another number"), replicas, &region);
            shard.status = "creating";
            group.shards.push(shard);
        }
    }
    let later = place.clone();
    world.after(SECONDS, move |world| {
        let Some(group) = later.find(world) else { return };
        group.shards.retain(|shard| shard.status != "deleting");
        for shard in &mut group.shards {
            shard.status = "available";
        }
        group.object.document.set("PendingModifiedValues", json!({}));
        group.object.document.set("Status", "available");
    });
    answer(world, &place)
}

/// The names of the shards that go.
fn leaving(call: &Call, shards: &[Shard], wanted: usize) -> Result<Vec<String>, Refusal> {
    let (removed, retained) =
        (call.input.texts("NodeGroupsToRemove"), call.input.texts("NodeGroupsToRetain"));
    let all: Vec<String> = shards.iter().map(Shard::name).collect();
    if removed.is_empty() == retained.is_empty() {
        let message = "Give NodeGroupsToRemove or NodeGroupsToRetain to have fewer node groups, and not both";
        return Err(Refusal::invalid_combination(message));
    }
    if removed.iter().chain(&retained).any(|name| !all.contains(name)) {
        return Err(Refusal::invalid_value("A node group that is named is none of the replication group's"));
    }
    let leaving: Vec<String> = all
        .into_iter()
        .filter(|name| removed.contains(name) || !(retained.is_empty() || retained.contains(name)))
        .collect();
    if shards.len() - leaving.len() != wanted {
        return Err(Refusal::invalid_combination(
            "NodeGroupCount does not fit the node groups that are named",
        ));
    }
    Ok(leaving)
}
