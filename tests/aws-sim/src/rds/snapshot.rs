//! Snapshots.

use super::{
    instance::instance,
    state::{Key, Place, key},
};
use crate::{
    calls::Call,
    document::Document,
    marked::marked,
    refusal::Refusal,
    world::{Object, World},
};

/// AWS takes minutes, more with more data.
const SECONDS: i64 = 180;

/// What a snapshot has of its instance.
const CARRIED: [&str; 14] = [
    "DBInstanceIdentifier",
    "Engine",
    "EngineVersion",
    "AllocatedStorage",
    "AvailabilityZone",
    "InstanceCreateTime",
    "MasterUsername",
    "LicenseModel",
    "Iops",
    "StorageThroughput",
    "StorageType",
    "KmsKeyId",
    "DbiResourceId",
    "IAMDatabaseAuthenticationEnabled",
];

pub(super) fn create(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let name = call.input.given("DBSnapshotIdentifier").to_owned();
    let source = instance(world, call)?;
    let status = source.document.given("DBInstanceStatus");
    if status != "available" {
        let message = format!("Instance {} is {status}", call.input.given("DBInstanceIdentifier"));
        return Err(Refusal::new("InvalidDBInstanceStateFault", message));
    }
    let (document, serial) = (source.document.clone(), Place::new(key(call, document_name(source)), source));
    let snapshot = take(world, call, &document, &name)?;
    if let Some(instance) = serial.find(world) {
        instance.document.set("DBInstanceStatus", "backing-up");
    }
    world.after(SECONDS, move |world| {
        if let Some(instance) = serial.find(world)
            && instance.document.text("DBInstanceStatus") == Some("backing-up")
        {
            instance.document.set("DBInstanceStatus", "available");
        }
    });
    Ok(Document::new().with("DBSnapshot", snapshot))
}

fn document_name(object: &Object) -> &str {
    object.document.given("DBInstanceIdentifier")
}

/// Takes a snapshot of an instance under a name; it takes its time.
pub(super) fn take(
    world: &mut World,
    call: &Call,
    instance: &Document,
    name: &str,
) -> Result<Document, Refusal> {
    let key: Key = key(call, name);
    if world.rds.snapshots.contains_key(&key) {
        let message = format!(
            "Cannot create the snapshot because a snapshot with the identifier {name} already exists."
        );
        return Err(Refusal::new("DBSnapshotAlreadyExistsFault", message));
    }
    let mut document = Document::new()
        .with("DBSnapshotIdentifier", name.to_lowercase())
        .with("DBSnapshotArn", call.arn(world, "rds", &format!("snapshot:{}", key.1)))
        .with("SnapshotCreateTime", world.now_text())
        .with("OriginalSnapshotCreateTime", world.now_text())
        .with("SnapshotType", "manual")
        .with("Status", "creating")
        .with("PercentProgress", 0)
        .with("SnapshotTarget", "region")
        .with("Encrypted", instance.flag("StorageEncrypted").unwrap_or(false))
        .with("TagList", call.input.list("Tags").to_vec());
    document.carry(instance, &CARRIED);
    document.carry(&instance.inner("DBSubnetGroup"), &["VpcId"]);
    if let Some(port) = instance.inner("Endpoint").number("Port") {
        document.set("Port", port);
    }
    let object = world.object(document.clone());
    let serial = object.serial;
    world.rds.snapshots.insert(key.clone(), object);
    world.after(SECONDS, move |world| {
        if let Some(snapshot) = world.rds.snapshots.get_mut(&key).filter(|it| it.serial == serial) {
            snapshot.document.set("Status", "available");
            snapshot.document.set("PercentProgress", 100);
        }
    });
    Ok(document)
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let is = |document: &Document, member| {
        input
            .text(member)
            .is_none_or(|wanted| document.text(member).is_some_and(|it| it.eq_ignore_ascii_case(wanted)))
    };
    let all = world.rds.snapshots.iter();
    let found: Vec<_> = all
        .filter(|((region, _), it)| *region == call.region && call.sees(it, world))
        .filter(|(_, it)| {
            ["DBSnapshotIdentifier", "DBInstanceIdentifier", "SnapshotType", "DbiResourceId"]
                .into_iter()
                .all(|member| is(&it.document, member))
        })
        .map(|((_, name), it)| (name.clone(), it.document.clone()))
        .collect();
    if let Some(name) = input.text("DBSnapshotIdentifier").filter(|_| found.is_empty()) {
        return Err(Refusal::new("DBSnapshotNotFoundFault", format!("DBSnapshot {name} not found.")));
    }
    Ok(marked(call, "DBSnapshots", found))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let name = call.input.given("DBSnapshotIdentifier");
    let found = world.rds.snapshots.remove(&key(call, name));
    let missing = || Refusal::new("DBSnapshotNotFoundFault", format!("DBSnapshot not found: {name}"));
    let document = found.ok_or_else(missing)?.document.with("Status", "deleted");
    Ok(Document::new().with("DBSnapshot", document))
}
