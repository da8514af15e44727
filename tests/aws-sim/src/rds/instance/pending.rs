//! Changes that wait, and what happens when they need not any longer.

use serde_json::json;

use super::upgrade::upgraded;
use crate::{calls::Outcome, document::Document, rds::state::Place, window, world::World};

/// How long an instance stays available after a change was asked for: AWS is not there yet, and a client that looks too
/// early believes that all is done.
const HESITATION_SECONDS: i64 = 10;
/// After storage was changed it can be used, and not be changed again. Hours at AWS, when there is much of it.
const OPTIMIZATION_SECONDS: i64 = 600;

/// What an instance comes out of by itself; a change that is to begin waits for that.
const BUSY: [&str; 4] = ["backing-up", "modifying", "rebooting", "upgrading"];

/// When a change is to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    /// As soon as AWS gets to it.
    Now,
    /// When the maintenance window opens.
    InTheWindow,
}

/// Lets what waits happen.
pub(super) fn plan(world: &mut World, place: &Place, when: Begin, outcome: Outcome) {
    let now = world.now();
    let Some(instance) = place.find(world) else { return };
    let asked = instance.document.inner("PendingModifiedValues");
    let seconds = match when {
        Begin::Now => HESITATION_SECONDS,
        Begin::InTheWindow => {
            let opening = window::next(instance.document.given("PreferredMaintenanceWindow"), now);
            opening.duration_since(now).as_secs()
        }
    };
    let place = place.clone();
    world.after(seconds, move |world| begin(world, place, asked, outcome));
}

fn begin(world: &mut World, place: Place, asked: Document, outcome: Outcome) {
    let Some(instance) = place.find(world) else { return };
    let waiting = instance.document.inner("PendingModifiedValues");
    // Another change may have taken it along.
    if !asked.members().any(|(member, value)| waiting.get(member) == Some(value)) {
        return;
    }
    let status = instance.document.given("DBInstanceStatus");
    if BUSY.contains(&status) {
        world.after(HESITATION_SECONDS, move |world| begin(world, place, asked, outcome));
        return;
    }
    if !["available", "storage-optimization"].contains(&status) {
        return;
    }
    let (status, seconds) = effort(&instance.document, &waiting);
    instance.document.set("DBInstanceStatus", status);
    world.after(seconds, move |world| end(world, &place, &waiting, outcome));
}

/// The status while a change happens, and how long it takes: AWS's documentation and public logs, in the middle.
fn effort(document: &Document, waiting: &Document) -> (&'static str, i64) {
    let efforts = waiting.members().map(|(member, value)| match member.as_str() {
        "EngineVersion" => {
            let is_major = value.as_str().and_then(|it| it.split('.').next())
                != document.given("EngineVersion").split('.').next();
            ("upgrading", if is_major { 1500 } else { 600 })
        }
        "DBInstanceClass" => ("modifying", 600),
        "MultiAZ" => ("modifying", 600),
        "AllocatedStorage" | "StorageType" | "Iops" | "StorageThroughput" => ("modifying", 180),
        "BackupRetentionPeriod" => ("backing-up", 180),
        _ => ("modifying", 60),
    });
    efforts.max_by_key(|(_, seconds)| *seconds).unwrap_or(("modifying", 60))
}

fn end(world: &mut World, place: &Place, applied: &Document, outcome: Outcome) {
    let Some(instance) = place.find(world) else { return };
    let document = &mut instance.document;
    if document.text("DBInstanceStatus") == Some("deleting") {
        return;
    }
    document.set("DBInstanceStatus", "available");
    if outcome == Outcome::Failure {
        document.set("DBInstanceStatus", "incompatible-parameters");
        return;
    }
    let mut waiting = document.inner("PendingModifiedValues");
    for (member, value) in applied.members() {
        if waiting.get(member) == Some(value) {
            waiting.remove(member);
        }
        match member.as_str() {
            "Port" => {
                let endpoint = document.inner("Endpoint").with("Port", value.clone());
                document.set("Endpoint", endpoint);
            }
            "MultiAZ" if *value == json!(true) => {
                let zone = document.given("AvailabilityZone").to_owned();
                let (region, letter) = zone.split_at(zone.len() - 1);
                let other = if letter == "a" { "b" } else { "a" };
                document.set("SecondaryAvailabilityZone", format!("{region}{other}"));
                document.set(member, value.clone());
            }
            "MultiAZ" => {
                document.remove("SecondaryAvailabilityZone");
                document.set(member, value.clone());
            }
            _ => document.set(member, value.clone()),
        }
    }
    document.set("PendingModifiedValues", waiting);
    let is_resized =
        ["AllocatedStorage", "StorageType", "Iops", "StorageThroughput"].iter().any(|it| applied.has(it));
    if applied.has("EngineVersion") {
        let document = document.clone();
        upgraded(world, place, &document);
    }
    if is_resized {
        optimize(world, place.clone());
    }
}

fn optimize(world: &mut World, place: Place) {
    if let Some(instance) = place.find(world) {
        instance.document.set("DBInstanceStatus", "storage-optimization");
    }
    world.after(OPTIMIZATION_SECONDS, move |world| {
        if let Some(instance) = place.find(world)
            && instance.document.text("DBInstanceStatus") == Some("storage-optimization")
        {
            instance.document.set("DBInstanceStatus", "available");
        }
    });
}
