//! Bringing an instance, and what follows it, to another version.

use serde_json::json;

use super::{delete::terminate, described::option_group};
use crate::{
    calls::Call,
    document::Document,
    rds::{
        catalog::Version,
        state::{Place, key_of},
    },
    refusal::Refusal,
    world::World,
};

/// The version that a request brings an instance to, if to another one.
///
/// # Errors
///
/// If the way there is closed: backward, to a major version without saying so, or in the wrong order. Minor versions go to
/// replicas first; major ones go to the source, and its replicas follow.
pub(super) fn check_version(
    world: &World,
    call: &Call,
    document: &Document,
) -> Result<Option<Version>, Refusal> {
    let Some(wanted) = call.input.text("EngineVersion") else { return Ok(None) };
    let current = Version::of(document);
    let impossible =
        || Refusal::invalid_combination(format!("Cannot upgrade postgres from {current} to {wanted}"));
    let version = Version::wanted(Some(wanted)).ok_or_else(impossible)?;
    if version == current {
        return Ok(None);
    }
    if !current.can_become(version) {
        return Err(impossible());
    }
    let is_major = version.major != current.major;
    if is_major && call.input.flag("AllowMajorVersionUpgrade") != Some(true) {
        let message =
            "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.";
        return Err(Refusal::invalid_combination(message));
    }
    if is_major && document.has("ReadReplicaSourceDBInstanceIdentifier") {
        let message = "A read replica cannot be upgraded to another major version: upgrade its source";
        return Err(Refusal::invalid_combination(message));
    }
    let behind: Vec<String> = replicas(world, call, document)
        .into_iter()
        .filter(|replica| !is_major && Version::of(replica) < version)
        .map(|replica| replica.given("DBInstanceIdentifier").to_owned())
        .collect();
    if !behind.is_empty() {
        let message = format!(
            "One or more of the DB Instance's read replicas need to be upgraded: {}",
            behind.join(", ")
        );
        return Err(Refusal::new("DBUpgradeDependencyFailureFault", message));
    }
    Ok(Some(version))
}

fn replicas(world: &World, call: &Call, document: &Document) -> Vec<Document> {
    let names = document.texts("ReadReplicaDBInstanceIdentifiers");
    let found = names.iter().filter_map(|name| world.rds.instances.get(&key_of(&call.region, name)));
    found.map(|it| it.document.clone()).collect()
}

/// What a new version means for the default groups of an instance, and for the replicas that follow it.
pub(super) fn upgraded(world: &mut World, place: &Place, document: &Document) {
    let version = Version::of(document);
    follow(place.find(world).map(|it| &mut it.document), version);
    for name in document.texts("ReadReplicaDBInstanceIdentifiers") {
        let key = key_of(&place.key.0, &name);
        let Some(replica) = world.rds.instances.get_mut(&key) else { continue };
        let is_behind = Version::of(&replica.document).major != version.major;
        match (is_behind, key.0 == place.key.0) {
            (false, _) => {}
            (true, true) => {
                replica.document.set("EngineVersion", version.to_string());
                follow(Some(&mut replica.document), version);
            }
            (true, false) => terminate(&mut replica.document),
        }
    }
}

/// A default group of another major version makes way for that of this one.
fn follow(document: Option<&mut Document>, version: Version) {
    let Some(document) = document else { return };
    let default = format!("default.{}", version.family());
    let groups = document.inners("DBParameterGroups");
    let name = groups.first().and_then(|group| group.text("DBParameterGroupName")).unwrap_or_default();
    if name.starts_with("default.") && name != default {
        let membership = json!({ "DBParameterGroupName": default, "ParameterApplyStatus": "in-sync" });
        document.set("DBParameterGroups", json!([membership]));
    }
    document.set("OptionGroupMemberships", option_group(version));
}
