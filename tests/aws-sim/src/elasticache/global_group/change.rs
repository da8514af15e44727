//! Changing global groups.

use super::{
    group::{Change, Role, answer, at_rest, during},
    members::tell,
};
use crate::{
    calls::Call,
    document::Document,
    elasticache::catalog::{Version, is_global_type},
    refusal::Refusal,
    region::Region,
    world::World,
};

/// A failover takes about a minute; leaving 5 to 15; machines and versions 10 to 25.
const FAILOVER_SECONDS: i64 = 60;
const LEAVING_SECONDS: i64 = 600;
const SECONDS: i64 = 900;

/// Version, machines and failover are those of all members.
pub(in crate::elasticache) fn modify(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let input = &call.input;
    let group = at_rest(world, call)?;
    let id = group.id().to_owned();
    let keys: Vec<_> = group.members.iter().map(|member| member.key.clone()).collect();
    let current = group.object.document.clone();
    let mut wanted = Document::new();
    if let Some(node_type) = input.text("CacheNodeType") {
        if !is_global_type(node_type) {
            return Err(Refusal::invalid_value(format!("Invalid Cache Node Type: {node_type}.")));
        }
        wanted.set("CacheNodeType", node_type);
    }
    if input.has("EngineVersion") || input.has("Engine") {
        let engine = input.text("Engine").unwrap_or_else(|| current.given("Engine"));
        let version = Version::wanted(engine, input.text("EngineVersion"));
        let now = Version::wanted(current.given("Engine"), current.text("EngineVersion"));
        let version = version.filter(|version| now.is_none_or(|now| now.rank() <= version.rank()));
        let version = version
            .ok_or_else(|| Refusal::invalid_value("There is no such version, or it is an older one"))?;
        wanted.set("Engine", version.engine);
        wanted.set("EngineVersion", version.actual());
    }
    let description = input.text("GlobalReplicationGroupDescription").map(str::to_owned);
    let failover = input.flag("AutomaticFailoverEnabled");
    during(world, &id, Change { status: "modifying", seconds: SECONDS }, move |world, id| {
        for key in &keys {
            let Some(member) = world.elasticache.groups.get_mut(key) else { continue };
            member.object.document.carry(&wanted, &["CacheNodeType", "Engine"]);
            member.cluster.carry(&wanted, &["EngineVersion"]);
            if let Some(is_on) = failover {
                member.object.document.set("AutomaticFailover", if is_on { "enabled" } else { "disabled" });
            }
        }
        let Some(group) = world.elasticache.global_groups.get_mut(id) else { return };
        group.object.document.carry(&wanted, &["CacheNodeType", "Engine", "EngineVersion"]);
        if let Some(description) = description {
            group.object.document.set("GlobalReplicationGroupDescription", description);
        }
    });
    answer(world, &id)
}

/// Roles change; nobody leaves.
pub(in crate::elasticache) fn fail_over(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let group = at_rest(world, call)?;
    let id = group.id().to_owned();
    let next = (
        Region::new(call.input.given("PrimaryRegion")),
        call.input.given("PrimaryReplicationGroupId").to_lowercase(),
    );
    match group.members.iter().find(|member| member.key == next).map(|member| member.role) {
        Some(Role::Secondary) => {}
        Some(Role::Primary) => {
            return Err(Refusal::invalid_value(format!("{} is the primary already", next.1)));
        }
        None => {
            let message = format!("{} in {} is no member of {id}", next.1, next.0);
            return Err(Refusal::invalid_value(message));
        }
    }
    during(world, &id, Change { status: "modifying", seconds: FAILOVER_SECONDS }, move |world, id| {
        let Some(group) = world.elasticache.global_groups.get_mut(id) else { return };
        for member in &mut group.members {
            member.role = if member.key == next { Role::Primary } else { Role::Secondary };
        }
        for member in group.members.clone() {
            tell(world, id, &member.key, Some(member.role));
        }
    });
    answer(world, &id)
}

/// A secondary goes on by itself.
pub(in crate::elasticache) fn disassociate(world: &mut World, call: &Call) -> Result<Document, Refusal> {
    let group = at_rest(world, call)?;
    let id = group.id().to_owned();
    let leaving = (
        Region::new(call.input.given("ReplicationGroupRegion")),
        call.input.given("ReplicationGroupId").to_lowercase(),
    );
    match group.members.iter().find(|member| member.key == leaving).map(|member| member.role) {
        Some(Role::Secondary) => {}
        Some(Role::Primary) => {
            return Err(Refusal::invalid_value(format!(
                "{} is the primary and cannot be disassociated",
                leaving.1
            )));
        }
        None => {
            let message = format!("{} in {} is no member of {id}", leaving.1, leaving.0);
            return Err(Refusal::invalid_value(message));
        }
    }
    if let Some(group) = world.elasticache.global_groups.get_mut(&id) {
        for member in group.members.iter_mut().filter(|member| member.key == leaving) {
            member.status = "disassociating";
        }
    }
    during(world, &id, Change { status: "modifying", seconds: LEAVING_SECONDS }, move |world, id| {
        if let Some(group) = world.elasticache.global_groups.get_mut(id) {
            group.members.retain(|member| member.key != leaving);
        }
        tell(world, id, &leaving, None);
    });
    answer(world, &id)
}
