//! Joining and leaving.

use serde_json::json;

use super::group::{Member, Role, at_rest};
use crate::{
    calls::Call,
    document::Document,
    elasticache::state::{Key, Place},
    refusal::Refusal,
    world::World,
};

/// The most copies: AWS's limit.
const MOST_SECONDARIES: usize = 2;

/// What a secondary takes over from the primary, so that a request may not say it.
const TAKEN_OVER: [&str; 9] = [
    "Engine",
    "EngineVersion",
    "CacheNodeType",
    "NumNodeGroups",
    "NodeGroupConfiguration",
    "TransitEncryptionEnabled",
    "AtRestEncryptionEnabled",
    "CacheParameterGroupName",
    "AuthToken",
];

/// The request for a secondary, with everything that comes from the primary.
pub(in crate::elasticache) fn filled_in(world: &World, call: &Call) -> Result<Document, Refusal> {
    let global = at_rest(world, call)?;
    if global.secondaries() >= MOST_SECONDARIES {
        let message = format!("A global replication group has {MOST_SECONDARIES} secondaries at most");
        return Err(Refusal::invalid_value(message));
    }
    if global.members.iter().any(|member| member.key.0 == call.region) {
        return Err(Refusal::invalid_value(
            "The global replication group has a member in this region already",
        ));
    }
    if let Some(said) = TAKEN_OVER.into_iter().find(|member| call.input.has(member)) {
        let message = format!("{said} cannot be said for a secondary: it is that of the primary");
        return Err(Refusal::invalid_combination(message));
    }
    let primary = global.primary().and_then(|member| world.elasticache.groups.get(&member.key));
    let primary = primary.ok_or_else(|| Refusal::invalid_value("The primary is gone"))?;
    let document = &primary.object.document;
    let mut input = call.input.clone();
    input
        .carry(document, &["Engine", "CacheNodeType", "TransitEncryptionEnabled", "AtRestEncryptionEnabled"]);
    input.carry(&primary.cluster, &["EngineVersion"]);
    input.set("AutomaticFailoverEnabled", document.text("AutomaticFailover") == Some("enabled"));
    if document.flag("ClusterEnabled") == Some(true) {
        input.set("NumNodeGroups", primary.shards.len());
    }
    Ok(input)
}

/// Adds a secondary that is being made.
pub(in crate::elasticache) fn join(world: &mut World, id: &str, place: &Place) {
    if let Some(global) = world.elasticache.global_groups.get_mut(id) {
        global.object.document.set("Status", "modifying");
        let member = Member { key: place.key.clone(), role: Role::Secondary, status: "associating" };
        global.members.push(member);
        tell(world, id, &place.key, Some(Role::Secondary));
    }
}

/// Notes that a secondary is there.
pub(in crate::elasticache) fn joined(world: &mut World, id: &str, place: &Place) {
    let Some(global) = world.elasticache.global_groups.get_mut(id) else { return };
    for member in global.members.iter_mut().filter(|member| member.key == place.key) {
        member.status = "associated";
    }
    let rest = global.rest();
    global.object.document.set("Status", rest);
}

/// Tells a replication group what it is in a global one.
pub(super) fn tell(world: &mut World, id: &str, key: &Key, role: Option<Role>) {
    let Some(group) = world.elasticache.groups.get_mut(key) else { return };
    match role {
        Some(role) => group.object.document.set(
            "GlobalReplicationGroupInfo",
            json!({ "GlobalReplicationGroupId": id, "GlobalReplicationGroupMemberRole": role.as_str() }),
        ),
        None => group.object.document.remove("GlobalReplicationGroupInfo"),
    }
}
