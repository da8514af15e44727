//! Deleting a replication group.

use super::read::{answer, group};
use crate::{
    calls::Call,
    document::Document,
    elasticache::{
        snapshot,
        state::{Place, key},
    },
    refusal::Refusal,
    world::World,
};

/// AWS takes five to ten minutes.
const SECONDS: i64 = 420;

pub(in crate::elasticache) fn delete(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let found = group(world, call)?;
    let place = Place::new(key(call, found.id()), found);
    let in_state = |message: String| Err(Refusal::new("InvalidReplicationGroupStateFault", message));
    if !["available", "create-failed"].contains(&found.status()) {
        return in_state(format!(
            "Replication group {} has status {} which is not valid for deletion.",
            found.id(),
            found.status()
        ));
    }
    let global = found.object.document.inner("GlobalReplicationGroupInfo");
    if let Some(global) = global.text("GlobalReplicationGroupId") {
        return in_state(format!(
            "Cluster {} is part of a global cluster {global} and cannot be deleted: disassociate it first.",
            found.id()
        ));
    }
    if input.flag("RetainPrimaryCluster") == Some(true) {
        return Err(Refusal::invalid_combination("The stand-in has no clusters outside replication groups"));
    }
    if let Some(name) = input.text("FinalSnapshotIdentifier") {
        let name = name.to_owned();
        // The group lends itself to the snapshot.
        let Some(group) = world.elasticache.groups.remove(&place.key) else { return answer(world, &place) };
        let taken = snapshot::take(world, call, &group, &name);
        world.elasticache.groups.insert(place.key.clone(), group);
        taken?;
    }
    begin(world, &place);
    answer(world, &place)
}

/// Lets a group go.
pub(in crate::elasticache) fn begin(world: &mut World, place: &Place) {
    if let Some(group) = place.find(world) {
        group.object.document.set("Status", "deleting");
    }
    let place = place.clone();
    world.after(SECONDS, move |world| {
        if place.find(world).is_some() {
            world.elasticache.groups.remove(&place.key);
        }
    });
}
