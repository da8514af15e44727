//! Trying out whether a replica takes over.

use jiff::SignedDuration;

use super::read::{answer, available_place, group};
use crate::{calls::Call, document::Document, refusal::Refusal, world::World};

/// AWS takes about a minute.
const SECONDS: i64 = 60;
/// How often it can be tried in a day: AWS's limit of node groups in an account.
const MOST_A_DAY: usize = 15;

pub(in crate::elasticache) fn test_failover(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let place = available_place(world, call)?;
    let wanted = call.input.given("NodeGroupId").to_owned();
    let group = group(world, call)?;
    let Some(shard) = group.shards.iter().find(|shard| shard.name() == wanted) else {
        let message = format!("Node group {wanted} is none of replication group {}", group.id());
        return Err(Refusal::new("NodeGroupNotFoundFault", message));
    };
    if group.object.document.text("AutomaticFailover") != Some("enabled") || shard.replicas() == 0 {
        let message = "A failover needs automatic failover and a replica";
        return Err(Refusal::new("TestFailoverNotAvailableFault", message));
    }
    let now = world.now();
    world.elasticache.failovers.retain(|at| *at + SignedDuration::from_hours(24) > now);
    if world.elasticache.failovers.len() >= MOST_A_DAY {
        let message = "The limit of failovers in 24 hours has been reached";
        return Err(Refusal::new("APICallRateForCustomerExceededFault", message));
    }
    world.elasticache.failovers.push(now);
    if let Some(group) = place.find(world) {
        group.object.document.set("Status", "modifying");
    }
    let later = place.clone();
    world.after(SECONDS, move |world| {
        let Some(group) = later.find(world) else { return };
        group.object.document.set("Status", "available");
        if let Some(shard) = group.shards.iter_mut().find(|shard| shard.name() == wanted) {
            shard.fail_over();
        }
    });
    answer(world, &place)
}
