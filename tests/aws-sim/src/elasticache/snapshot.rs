//! Snapshots: the last ones of groups that were deleted.

use super::{replication_group::Group, state::key};
use crate::{
    calls::Call, document::Document, marked::marked, refusal::Refusal, tag_list::untagged, world::World,
};

/// AWS takes minutes, more with more data.
const SECONDS: i64 = 180;

/// Takes a snapshot of a group under a name; it takes its time.
pub(super) fn take(world: &mut World, call: &Call, group: &Group, name: &str) -> Result<(), Refusal> {
    let key = key(call, name);
    if world.elasticache.snapshots.contains_key(&key) {
        let message = format!("Snapshot with specified name already exists: {name}");
        return Err(Refusal::new("SnapshotAlreadyExistsFault", message));
    }
    let mut document = Document::new()
        .with("SnapshotName", key.1.as_str())
        .with("ARN", call.arn(world, "elasticache", &format!("snapshot:{}", key.1)))
        .with("SnapshotStatus", "creating")
        .with("SnapshotSource", "manual")
        .with("NumNodeGroups", group.shards.len())
        .with("Port", group.port);
    document.carry(
        &group.object.document,
        &[
            "ReplicationGroupId",
            "CacheNodeType",
            "Engine",
            "SnapshotRetentionLimit",
            "SnapshotWindow",
            "KmsKeyId",
        ],
    );
    document.carry(&group.cluster, &["EngineVersion", "CacheSubnetGroupName", "PreferredMaintenanceWindow"]);
    let object = world.object(document);
    let serial = object.serial;
    world.elasticache.snapshots.insert(key.clone(), object);
    world.after(SECONDS, move |world| {
        if let Some(snapshot) = world.elasticache.snapshots.get_mut(&key).filter(|it| it.serial == serial) {
            snapshot.document.set("SnapshotStatus", "available");
        }
    });
    Ok(())
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let is = |document: &Document, member| {
        input.text(member).is_none_or(|wanted| document.text(member) == Some(wanted))
    };
    let all = world.elasticache.snapshots.iter();
    let found: Vec<_> = all
        .filter(|((region, _), it)| *region == call.region && call.sees(it, world))
        .filter(|(_, it)| is(&it.document, "SnapshotName") && is(&it.document, "ReplicationGroupId"))
        .map(|((_, name), it)| (name.clone(), untagged(&it.document)))
        .collect();
    if let Some(name) = input.text("SnapshotName").filter(|_| found.is_empty()) {
        return Err(missing(name));
    }
    Ok(marked(call, "Snapshots", found))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let name = call.input.given("SnapshotName");
    let found = world.elasticache.snapshots.remove(&key(call, name)).ok_or_else(|| missing(name))?;
    Ok(Document::new().with("Snapshot", untagged(&found.document).with("SnapshotStatus", "deleting")))
}

fn missing(name: &str) -> Refusal {
    Refusal::new("SnapshotNotFoundFault", format!("{name} is either not present or not available."))
}
