//! Making an instance.

use serde_json::json;

use super::described::{described, open};
use crate::{
    calls::{Call, Outcome},
    document::Document,
    rds::{
        catalog::{STORAGE_GIB, Version, is_class, is_storage_type},
        parameter_group::family,
        state::{Place, key},
    },
    refusal::Refusal,
    world::World,
};

/// In two zones AWS takes 10 to 14 minutes; in one, three public logs have 357 to 368 seconds.
const SECONDS_MULTI_AZ: i64 = 720;
const SECONDS_SINGLE_AZ: i64 = 360;
/// The last part of it, in which the first backup is made.
const BACKUP_SECONDS: i64 = 60;

pub(in crate::rds) fn create(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let version = check(world, call)?;
    let mut document = described(world, call, version)?
        .with("BackupRetentionPeriod", input.number("BackupRetentionPeriod").unwrap_or(1))
        .with("PreferredBackupWindow", input.text("PreferredBackupWindow").unwrap_or("03:00-03:30"))
        .with("DeletionProtection", input.flag("DeletionProtection").unwrap_or(false))
        .with("StorageEncrypted", input.flag("StorageEncrypted").unwrap_or(false));
    if input.flag("StorageEncrypted") == Some(true) {
        let default = || call.arn(world, "kms", "key/aws-rds");
        document.set("KmsKeyId", input.text("KmsKeyId").map_or_else(default, str::to_owned));
    }
    if input.flag("ManageMasterUserPassword") == Some(true) {
        let secret =
            call.arn(world, "secretsmanager", &format!("secret:rds!{}", document.given("DbiResourceId")));
        document.set("MasterUserSecret", json!({ "SecretArn": secret, "SecretStatus": "active" }));
    }
    let object = world.object(document.clone());
    let place = Place::new(key(call, document.given("DBInstanceIdentifier")), &object);
    world.rds.instances.insert(place.key.clone(), object);
    let seconds = if document.flag("MultiAZ") == Some(true) { SECONDS_MULTI_AZ } else { SECONDS_SINGLE_AZ };
    let port = input.number("Port").unwrap_or(5432);
    become_available(world, &place, Coming { seconds, port, outcome: call.outcome });
    Ok(Document::new().with("DBInstance", document))
}

/// How an instance comes up.
pub(super) struct Coming {
    pub(super) seconds: i64,
    pub(super) port: i64,
    pub(super) outcome: Outcome,
}

/// Lets an instance come up, with a first backup at the end if it makes any.
pub(super) fn become_available(world: &mut World, place: &Place, coming: Coming) {
    let Coming { seconds, port, outcome } = coming;
    let (early, late) = (place.clone(), place.clone());
    world.after(seconds - BACKUP_SECONDS, move |world| {
        let Some(instance) = early.find(world) else { return };
        match outcome {
            Outcome::Success => {
                open(&mut instance.document, port);
                if instance.document.number("BackupRetentionPeriod").unwrap_or(0) > 0 {
                    instance.document.set("DBInstanceStatus", "backing-up");
                }
            }
            Outcome::Failure => instance.document.set("DBInstanceStatus", "failed"),
        }
    });
    world.after(seconds, move |world| {
        let now = world.now_text();
        let Some(instance) = late.find(world) else { return };
        if ["creating", "backing-up"].contains(&instance.document.given("DBInstanceStatus")) {
            instance.document.set("DBInstanceStatus", "available");
            if instance.document.number("BackupRetentionPeriod").unwrap_or(0) > 0 {
                instance.document.set("LatestRestorableTime", now);
            }
            if instance.document.has("ReadReplicaSourceDBInstanceIdentifier") {
                let info =
                    json!({ "StatusType": "read replication", "Normal": true, "Status": "replicating" });
                instance.document.set("StatusInfos", json!([info]));
            }
        }
    });
}

fn check(world: &World, call: &Call) -> Result<Version, Refusal> {
    let input = &call.input;
    check_name(world, call)?;
    let engine = input.given("Engine");
    if engine != "postgres" {
        return Err(Refusal::invalid_value(format!(
            "Invalid DB engine: {engine}. The stand-in has postgres only"
        )));
    }
    let wanted = input.text("EngineVersion");
    let version = Version::wanted(wanted).ok_or_else(|| {
        let wanted = wanted.unwrap_or_default();
        Refusal::invalid_combination(format!("Cannot find version {wanted} for postgres"))
    })?;
    let (class, storage) = (input.given("DBInstanceClass"), input.text("StorageType").unwrap_or("gp2"));
    if !is_class(class) || !is_storage_type(storage) {
        let message = format!(
            "RDS does not support creating a DB instance with the following combination: DBInstanceClass={class}, \
             Engine=postgres, EngineVersion={version}, StorageType={storage}, LicenseModel=postgresql-license."
        );
        return Err(Refusal::invalid_combination(message));
    }
    let size = input.number("AllocatedStorage").unwrap_or(0);
    if !STORAGE_GIB.contains(&size) {
        return Err(Refusal::invalid_value(format!(
            "Invalid storage size for engine name postgres and storage type {storage}: {size}"
        )));
    }
    if !input.has("MasterUsername") {
        return Err(Refusal::invalid_value(
            "The parameter MasterUsername must be provided and must not be blank.",
        ));
    }
    let is_managed = input.flag("ManageMasterUserPassword") == Some(true);
    if is_managed == input.has("MasterUserPassword") {
        let message = "Give either MasterUserPassword or ManageMasterUserPassword, and not both.";
        return Err(Refusal::invalid_combination(message));
    }
    if input.text("MasterUserPassword").is_some_and(|password| password.len() < 8) {
        let message = "The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters.";
        return Err(Refusal::invalid_value(message));
    }
    check_family(world, call, version)?;
    Ok(version)
}

/// A name is a letter and then letters, digits and single hyphens, and used once.
pub(super) fn check_name(world: &World, call: &Call) -> Result<(), Refusal> {
    let name = call.input.given("DBInstanceIdentifier");
    let is_word = name.chars().all(|it| it.is_ascii_alphanumeric() || it == '-');
    let begins_well = name.starts_with(|it: char| it.is_ascii_alphabetic());
    if !is_word || !begins_well || name.ends_with('-') || name.contains("--") || name.len() > 63 {
        let message = format!(
            "The parameter DBInstanceIdentifier is not a valid identifier: {name}. Identifiers must begin with a letter; \
             must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two \
             consecutive hyphens."
        );
        return Err(Refusal::invalid_value(message));
    }
    if world.rds.instances.contains_key(&key(call, name)) {
        return Err(Refusal::new("DBInstanceAlreadyExistsFault", "DB instance already exists"));
    }
    Ok(())
}

/// The parameters have to be of the version's family.
pub(super) fn check_family(world: &World, call: &Call, version: Version) -> Result<(), Refusal> {
    let Some(group) = call.input.text("DBParameterGroupName") else { return Ok(()) };
    let family = family(world, call, group)?;
    if family == version.family() {
        return Ok(());
    }
    let message = format!(
        "The parameter group {group} with DBParameterGroupFamily {family} can't be used for this \
                           instance. Please use a parameter group with DBParameterGroupFamily {}",
        version.family()
    );
    Err(Refusal::invalid_combination(message))
}
