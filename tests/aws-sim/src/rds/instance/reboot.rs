//! Starting an instance anew.

use serde_json::{Value, json};

use super::read::restartable;
use crate::{calls::Call, document::Document, refusal::Refusal, world::World};

/// AWS takes about a minute.
const SECONDS: i64 = 60;

/// Parameters that have waited for it count afterwards. A failover goes to the other zone.
pub(in crate::rds) fn reboot(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let (place, document) = restartable(world, call)?;
    let fails_over = call.input.flag("ForceFailover") == Some(true);
    if fails_over && document.flag("MultiAZ") != Some(true) {
        return Err(Refusal::invalid_combination("Cannot force failover of a Single-AZ instance"));
    }
    let document = document.with("DBInstanceStatus", "rebooting");
    if let Some(instance) = place.find(world) {
        instance.document = document.clone();
    }
    world.after(SECONDS, move |world| {
        let Some(instance) = place.find(world) else { return };
        let document = &mut instance.document;
        if document.text("DBInstanceStatus") == Some("deleting") {
            return;
        }
        document.set("DBInstanceStatus", "available");
        let groups = document.inners("DBParameterGroups").into_iter();
        let groups = groups.map(|group| group.with("ParameterApplyStatus", "in-sync").into());
        document.set("DBParameterGroups", groups.collect::<Vec<Value>>());
        if fails_over {
            let (first, second) = (
                document.get("AvailabilityZone").cloned(),
                document.get("SecondaryAvailabilityZone").cloned(),
            );
            document.set("AvailabilityZone", json!(second));
            document.set("SecondaryAvailabilityZone", json!(first));
        }
    });
    Ok(Document::new().with("DBInstance", document))
}
