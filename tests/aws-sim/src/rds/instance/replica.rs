//! Making a replica.

use serde_json::json;

use super::{
    create::{Coming, become_available, check_family, check_name},
    described::described,
    read::missing,
};
use crate::{
    calls::Call,
    document::Document,
    rds::{
        catalog::{Version, is_class},
        state::{Key, Place, key, key_of},
    },
    refusal::Refusal,
    region::Region,
    world::World,
};

/// In the region of its source AWS takes 8 to 12 minutes, in another one 12 to 20.
const SECONDS: i64 = 600;
const SECONDS_ACROSS: i64 = 900;

/// How many replicas may follow each other: the source, its replica, and two more.
const LONGEST_CHAIN: usize = 3;

/// What a replica takes over from its source where the request says nothing.
const INHERITED: [&str; 10] = [
    "DBInstanceClass",
    "AllocatedStorage",
    "MasterUsername",
    "StorageType",
    "Iops",
    "StorageThroughput",
    "PreferredBackupWindow",
    "DBName",
    "StorageEncrypted",
    "MaxAllocatedStorage",
];

pub(in crate::rds) fn create_replica(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    check_name(world, call)?;
    let (source_key, source) = source(world, call)?;
    let is_across = source_key.0 != call.region;
    check(call, &source, &source_key.0)?;
    let version = Version::of(&source);
    check_family(world, call, version)?;
    let named = described(world, call, version)?;
    let mut document = Document::new();
    document.carry(&source, &INHERITED);
    if !is_across {
        document.carry(&source, &["KmsKeyId", "DBSubnetGroup"]);
    }
    // In its region it is where its source is, unless the request says otherwise.
    let is_placed = is_across || call.input.has("DBSubnetGroupName");
    for (member, value) in named.members().filter(|(member, _)| is_placed || *member != "DBSubnetGroup") {
        document.set(member, value.clone());
    }
    // A replica keeps the storage of its source unless the request says otherwise.
    for member in ["StorageType", "Iops", "StorageThroughput"] {
        if !input.has(member) && source.has(member) {
            document.carry(&source, &[member]);
        }
    }
    document.carry(input, &["KmsKeyId"]);
    // Neither can be said when a replica is made: RDS ignores the one and does not know the other.
    document.set("DeletionProtection", false);
    document.set("BackupRetentionPeriod", 0);
    let arn = document.given("DBInstanceArn").to_owned();
    let name = document.given("DBInstanceIdentifier").to_owned();
    let source_name =
        if is_across { source.given("DBInstanceArn") } else { source.given("DBInstanceIdentifier") };
    document.set("ReadReplicaSourceDBInstanceIdentifier", source_name);
    let object = world.object(document.clone());
    let place = Place::new(key(call, &name), &object);
    world.rds.instances.insert(place.key.clone(), object);
    if let Some(source) = world.rds.instances.get_mut(&source_key) {
        let mut replicas = source.document.texts("ReadReplicaDBInstanceIdentifiers");
        replicas.push(if is_across { arn } else { name });
        source.document.set("ReadReplicaDBInstanceIdentifiers", json!(replicas));
    }
    let port = input.number("Port").or_else(|| source.inner("Endpoint").number("Port")).unwrap_or(5432);
    let seconds = if is_across { SECONDS_ACROSS } else { SECONDS };
    become_available(world, &place, Coming { seconds, port, outcome: call.outcome });
    Ok(Document::new().with("DBInstance", document))
}

fn source(world: &World, call: &Call) -> Result<(Key, Document), Refusal> {
    let wanted = call.input.text("SourceDBInstanceIdentifier").ok_or_else(|| {
        Refusal::invalid_combination("The parameter SourceDBInstanceIdentifier must be provided")
    })?;
    let key = key_of(&call.region, wanted);
    let found = world.rds.instances.get(&key).ok_or_else(|| missing(wanted))?;
    let mut length = 1;
    let mut next = Some(key.clone());
    while let Some(key) = next {
        let above = world.rds.instances.get(&key);
        let above = above.and_then(|it| it.document.text("ReadReplicaSourceDBInstanceIdentifier"));
        next = above.map(|name| key_of(&key.0, name));
        length += usize::from(next.is_some());
    }
    if length > LONGEST_CHAIN {
        let message = format!("The chain of replicas that ends in {wanted} cannot be longer");
        return Err(Refusal::invalid_combination(message));
    }
    Ok((key, found.document.clone()))
}

fn check(call: &Call, source: &Document, source_region: &Region) -> Result<(), Refusal> {
    let input = &call.input;
    let name = source.given("DBInstanceIdentifier");
    let status = source.given("DBInstanceStatus");
    if !["available", "storage-optimization"].contains(&status) {
        let message = format!("Source database instance {name} is {status}. Try your request later");
        return Err(Refusal::new("InvalidDBInstanceStateFault", message));
    }
    if source.number("BackupRetentionPeriod") == Some(0) {
        let message = format!(
            "Automated backups are not enabled for this database instance {name}. To enable automated \
                               backups, use ModifyDBInstance to set the backup retention period to a non-zero value."
        );
        return Err(Refusal::new("InvalidDBInstanceStateFault", message));
    }
    let is_named = input.text("SourceDBInstanceIdentifier").is_some_and(|source| !source.starts_with("arn:"));
    if is_named && input.has("DBSubnetGroupName") {
        let message = "DbSubnetGroupName should not be specified for read replicas that are created in the same region as the \
                       master, unless the source is given by its ARN";
        return Err(Refusal::new("DBSubnetGroupNotAllowedFault", message));
    }
    if *source_region != call.region
        && source.flag("StorageEncrypted") == Some(true)
        && !input.has("KmsKeyId")
    {
        let message = "Cannot create a cross region read replica from an encrypted source without a KmsKeyId";
        return Err(Refusal::invalid_combination(message));
    }
    if source.has("MasterUserSecret") {
        let message = "A database whose password RDS manages in Secrets Manager cannot have read replicas";
        return Err(Refusal::invalid_combination(message));
    }
    match input.text("DBInstanceClass").filter(|class| !is_class(class)) {
        None => Ok(()),
        Some(class) => Err(Refusal::invalid_combination(format!("There is no DBInstanceClass {class}"))),
    }
}
