//! Making a replica a database of its own.

use super::{delete::detach_from_source, read::available};
use crate::{calls::Call, document::Document, refusal::Refusal, world::World};

/// AWS takes three to six minutes, a reboot included.
const SECONDS: i64 = 240;

/// What follows the replica goes on following it.
pub(in crate::rds) fn promote(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let (place, document) = available(world, call)?;
    if !document.has("ReadReplicaSourceDBInstanceIdentifier") {
        let message =
            format!("DB Instance {} is not a read replica.", document.given("DBInstanceIdentifier"));
        return Err(Refusal::new("InvalidDBInstanceStateFault", message));
    }
    let mut input = Document::new();
    input.carry(&call.input, &["BackupRetentionPeriod", "PreferredBackupWindow"]);
    let document = document.with("DBInstanceStatus", "modifying");
    if let Some(instance) = place.find(world) {
        instance.document = document.clone();
    }
    world.after(SECONDS, move |world| {
        let Some(instance) = place.find(world) else { return };
        if instance.document.text("DBInstanceStatus") == Some("deleting") {
            return;
        }
        let before = instance.document.clone();
        let document = &mut instance.document;
        document.remove("ReadReplicaSourceDBInstanceIdentifier");
        document.remove("StatusInfos");
        document.set("DBInstanceStatus", "available");
        if document.number("BackupRetentionPeriod") == Some(0) {
            document.set("BackupRetentionPeriod", 1);
        }
        document.carry(&input, &["BackupRetentionPeriod", "PreferredBackupWindow"]);
        detach_from_source(world, &before);
    });
    Ok(Document::new().with("DBInstance", document))
}
