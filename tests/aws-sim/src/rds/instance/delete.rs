//! Deleting an instance.

use serde_json::json;

use super::read::instance;
use crate::{
    calls::Call,
    document::Document,
    rds::{
        snapshot,
        state::{Place, key_of},
    },
    refusal::Refusal,
    world::World,
};

/// AWS takes three to six minutes, and longer with a final snapshot.
const SECONDS: i64 = 300;

pub(in crate::rds) fn delete(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let found = instance(world, call)?;
    let document = found.document.clone();
    let name = document.given("DBInstanceIdentifier");
    let place = Place::new(key_of(&call.region, name), found);
    let status = document.given("DBInstanceStatus");
    let is_replica = document.has("ReadReplicaSourceDBInstanceIdentifier");
    let skips = input.flag("SkipFinalSnapshot") == Some(true);
    let combination = |message: &str| Err(Refusal::invalid_combination(message));
    match status {
        "deleting" => {
            let message = format!("Instance {name} is already being deleted.");
            return Err(Refusal::new("InvalidDBInstanceStateFault", message));
        }
        "creating" => {
            let message = format!("Instance {name} is currently creating - try again later.");
            return Err(Refusal::new("InvalidDBInstanceStateFault", message));
        }
        _ => {}
    }
    if document.flag("DeletionProtection") == Some(true) {
        return combination(
            "Cannot delete protected DB Instance, please disable deletion protection and try again.",
        );
    }
    match (skips, input.text("FinalDBSnapshotIdentifier")) {
        (true, Some(_)) => {
            return combination(
                "FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is true.",
            );
        }
        (false, Some(_)) if is_replica => {
            return combination(
                "FinalDBSnapshotIdentifier can not be specified when deleting a replica instance.",
            );
        }
        (false, Some(snapshot)) => {
            let snapshot = snapshot.to_owned();
            snapshot::take(world, call, &document, &snapshot)?;
        }
        (false, None) if !is_replica => {
            return combination(
                "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
            );
        }
        (true | false, None) => {}
    }
    let document = document.with("DBInstanceStatus", "deleting");
    if let Some(instance) = place.find(world) {
        instance.document = document.clone();
    }
    world.after(SECONDS, move |world| {
        if place.find(world).is_some()
            && let Some(instance) = world.rds.instances.remove(&place.key)
        {
            leave(world, &instance.document);
        }
    });
    Ok(Document::new().with("DBInstance", document))
}

/// What the deletion of an instance means for its source and its replicas. Replicas in its region become databases of
/// their own. Those in other regions stay what they are, with nothing to replicate.
fn leave(world: &mut World, gone: &Document) {
    detach_from_source(world, gone);
    for (key, replica) in &mut world.rds.instances {
        let source = replica.document.text("ReadReplicaSourceDBInstanceIdentifier");
        let is_ours = source
            .is_some_and(|source| key_of(&key.0, source) == key_of(&key.0, gone.given("DBInstanceArn")));
        if !is_ours {
            continue;
        }
        if source == Some(gone.given("DBInstanceArn")) {
            terminate(&mut replica.document);
        } else {
            replica.document.remove("ReadReplicaSourceDBInstanceIdentifier");
            replica.document.remove("StatusInfos");
        }
    }
}

/// Ends the replication of a replica that stays one.
pub(super) fn terminate(replica: &mut Document) {
    let info = json!({
        "StatusType": "read replication",
        "Normal": false,
        "Status": "terminated",
        "Message": "Replication was terminated: the source is gone or has another version",
    });
    replica.set("StatusInfos", json!([info]));
}

/// Takes a replica off the list of its source.
pub(super) fn detach_from_source(world: &mut World, replica: &Document) {
    let Some(source) = replica.text("ReadReplicaSourceDBInstanceIdentifier") else { return };
    let (name, arn) = (replica.given("DBInstanceIdentifier"), replica.given("DBInstanceArn"));
    let region = crate::region::Region::new(arn.split(':').nth(3).unwrap_or_default());
    if let Some(source) = world.rds.instances.get_mut(&key_of(&region, source)) {
        let mut replicas = source.document.texts("ReadReplicaDBInstanceIdentifiers");
        replicas.retain(|it| it != name && it != arn);
        source.document.set("ReadReplicaDBInstanceIdentifiers", json!(replicas));
    }
}
